using Clew.Analysis.Reports;

namespace Clew.Analysis.Ranking;

/// <summary>How sure to be. False confidence is worse than no answer.</summary>
internal static class Verdicts
{
    private const double ConfirmedScore = 0.8;
    private const double ConfirmedMargin = 0.15;
    private const int ConfirmedReasons = 2;
    private const double LikelyScore = 0.3;
    private const double LikelyMargin = 0.05;
    private const double LikelyRatio = 1.25;

    /// <summary>Observations behind all weighty findings below which nothing is confirmed.</summary>
    private const int ConfirmedObservations = 5;

    /// <param name="ranking">Best first.</param>
    /// <param name="rank">Which one to judge.</param>
    public static Verdict Of(IReadOnlyList<Suspect> ranking, int rank)
    {
        var suspect = ranking[rank];
        var next = ranking.Where((_, i) => i != rank).Select(s => s.Score).DefaultIfEmpty(0).Max();
        var margin = suspect.Score - next;
        if (suspect.Findings.Count == 0)
        {
            return Verdict.Inconclusive;
        }

        if (suspect.Score >= ConfirmedScore && margin >= ConfirmedMargin && suspect.Reasons >= ConfirmedReasons && suspect.Findings.Where(f => f.Weight >= Ranker.MinReason).Sum(f => f.Observations) >= ConfirmedObservations)
        {
            return Verdict.Confirmed;
        }

        return suspect.Score >= LikelyScore && (margin >= LikelyMargin || suspect.Score >= LikelyRatio * next) && margin > 0 ? Verdict.Likely : Verdict.Inconclusive;
    }
}
