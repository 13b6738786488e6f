using Clew.Analysis.Inspections;
using Clew.Analysis.Observations;
using Clew.Analysis.Reports;

namespace Clew.Analysis.Ranking;

/// <summary>How sure to be. False confidence is worse than no answer.</summary>
internal static class Verdicts
{
    private const double ConfirmedScore = 0.8;
    private const double ConfirmedMargin = 0.15;
    private const int ConfirmedReasons = 2;
    public const double LikelyScore = 0.3;
    /// <summary>Loudness, explained or not, from which "nothing happened" would be a lie.</summary>
    private const double UneventfulLoudness = 0.3;

    /// <summary>The same where no requests were seen: then metrics are all there is, and each of them counts little by itself.</summary>
    private const double UneventfulByMetrics = 0.02;

    private const int MinRequests = 10;
    private const int MinSeries = 3;
    private const int MinPoints = 5;
    /// <summary>Share of requests that may fail or take longer beyond the usual without anybody noticing.</summary>
    private const double Felt = 0.05;

    private const double LikelyMargin = 0.05;
    private const double LikelyRatio = 1.25;

    /// <summary>Observations behind all weighty findings below which nothing is confirmed.</summary>
    private const int ConfirmedObservations = 5;

    /// <summary>How late, against the first sign of all, a confirmed cause may show (see <see cref="Factors.Onset"/>).</summary>
    private const double ConfirmedOnset = 0.2;

    /// <summary>Share of the symptom that may remain without the requests of a confirmed cause, where that can be told.</summary>
    private const double ConfirmedRemaining = 0.6;

    /// <param name="ranking">Best first.</param>
    /// <param name="rank">Which one to judge.</param>
    public static Verdict Of(WorldView view, IReadOnlyList<Suspect> ranking, int rank)
    {
        var suspect = ranking[rank];
        var isHead = suspect.Incident > 0 && !ranking.Take(rank).Any(s => s.Incident == suspect.Incident);
        if (suspect.Findings.Count == 0 || !isHead)
        {
            return Verdict.Inconclusive;
        }

        // A metric that moves while no request fails or takes longer is worth telling, and accuses nobody.
        if (view.WindowTraces.Length >= MinRequests && view.Suffering.Excess <= Felt && suspect.Findings.Where(f => f.Weight >= Ranker.MinReason || f == suspect.Findings[0]).All(f => Rules.Of(f.Kind).Suggests == CauseKind.MetricAnomaly))
        {
            return Verdict.Inconclusive;
        }

        var next = Factors.Rivals(suspect, ranking).Select(r => r.Left).DefaultIfEmpty(0).Max();
        var margin = suspect.Score - next;
        if (rank == 0 && suspect.Score >= ConfirmedScore && margin >= ConfirmedMargin && suspect.Reasons >= ConfirmedReasons && suspect.Observations >= ConfirmedObservations
            && Factors.Onset(suspect, ranking).Value >= ConfirmedOnset && (Factors.Remaining(view.Suffering, suspect) ?? 0) <= ConfirmedRemaining)
        {
            return Verdict.Confirmed;
        }

        return suspect.Score >= LikelyScore && (margin >= LikelyMargin || suspect.Score >= LikelyRatio * next) && margin > 0 ? Verdict.Likely : Verdict.Inconclusive;
    }

    /// <summary>Whether there is no incident at all: enough was compared, users feel nothing, and nobody is under more than slight suspicion.</summary>
    public static bool IsUneventful(WorldView view, IReadOnlyList<Suspect> ranking, IReadOnlyList<Impact> impact) =>
        impact.Count == 0 && HasEnough(view)
        && ranking.All(s => s.Score < LikelyScore && s.Loudness < (view.WindowTraces.Length > 0 ? UneventfulLoudness : UneventfulByMetrics));

    /// <summary>Enough requests, or enough series with values on both sides of the window's start.</summary>
    private static bool HasEnough(WorldView view)
    {
        var world = view.World;
        return (view.WindowTraces.Length >= MinRequests && world.Traces.Count - view.WindowTraces.Length >= MinRequests)
            || world.Series.Count(s => s.Points.Count(p => world.Window.Contains(p.Time)) >= 3 && s.Points.Count(p => p.Time < world.Window.Start) >= MinPoints) >= MinSeries;
    }
}
