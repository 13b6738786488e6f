using Clew.Analysis.Statistics;

namespace Clew.Analysis.Detection;

/// <summary>
/// Tells from rates, errors and durations alone whether something is wrong at a moment: compares the recent steps of each operation with the steps before, by <see cref="DetectionRules"/>.
/// </summary>
public static class TroubleDetector
{
    // How far back an onset is looked for: an hour of ten-second steps.
    private const int MaxOnset = 360;

    /// <summary>What is wrong at a moment.</summary>
    /// <param name="timeline">Steps up to now and before.</param>
    /// <param name="now">Number of the step after the last complete one.</param>
    /// <param name="referenceEnd">Number of the step after the last one to compare with; null for the usual distance from now.</param>
    /// <param name="troubled">Times that were in trouble themselves and are not what is usual, as nanoseconds since the Unix epoch, end excluded.</param>
    /// <returns>Worst for users first: entries, then by significance.</returns>
    public static IReadOnlyList<Symptom> Evaluate(RedTimeline timeline, int now, int? referenceEnd = null, IReadOnlyList<(long Start, long End)>? troubled = null)
    {
        ArgumentNullException.ThrowIfNull(timeline);
        var end = Math.Clamp(referenceEnd ?? now - DetectionRules.Recent - DetectionRules.Gap, 0, Math.Max(0, now - DetectionRules.Recent));
        var start = Math.Max(0, end - DetectionRules.MaxReference);
        int[] usual = [.. Enumerable.Range(start, end - start).Where(i => troubled is null || !troubled.Any(t => timeline.TimeOf(i + 1) > t.Start && timeline.TimeOf(i) < t.End))];
        if (now > timeline.Steps || usual.Length < DetectionRules.MinReference)
        {
            return [];
        }

        var symptoms = new List<Symptom>();
        foreach (var series in timeline.Series)
        {
            var reference = Reference.Of(series, usual);
            if (Errors(timeline, series, reference, now) is { } failing)
            {
                symptoms.Add(failing);
            }

            if (Latency(timeline, series, reference, now) is { } slow)
            {
                symptoms.Add(slow);
            }

            if (Silence(timeline, series, reference, usual, now) is { } silent)
            {
                symptoms.Add(silent);
            }
        }

        return [.. symptoms.OrderByDescending(s => s.IsEntry).ThenByDescending(s => s.Significance).ThenBy(s => s.Service, StringComparer.Ordinal).ThenBy(s => s.Operation, StringComparer.Ordinal).ThenBy(s => s.Kind)];
    }

    private static Symptom? Errors(RedTimeline timeline, RedSeries series, Reference reference, int now)
    {
        var (count, errors) = (0L, 0L);
        for (var i = now - DetectionRules.Recent; i < now; i++)
        {
            count += series.Steps[i].Count;
            errors += series.Steps[i].Errors;
        }

        if (!reference.IsEnough || count < DetectionRules.MinRequests || errors < DetectionRules.MinErrors)
        {
            return null;
        }

        var usual = reference.ErrorRate;
        var share = new Share((int)errors, (int)count);
        var significance = usual.Significance(share);
        bool IsBroken(int step) => series.Steps[step] is { Errors: > 0, Count: var of and > 0, Errors: var failed } && failed / (double)of >= usual.Rate + (DetectionRules.MinErrorExcess / 2);
        return share.Rate - usual.Rate >= DetectionRules.MinErrorExcess && share.Rate >= DetectionRules.MinErrorRatio * usual.Rate
            && significance >= DetectionRules.MinErrorSignificance
            && Enumerable.Range(now - DetectionRules.Recent, DetectionRules.Recent).Count(IsBroken) >= DetectionRules.MinErrorSteps
                ? new Symptom(SymptomKind.Errors, series.Service, series.Operation, series.IsEntry, usual.Rate, share.Rate, significance, Onset(timeline, now, IsBroken), count)
                : null;
    }

    private static Symptom? Latency(RedTimeline timeline, RedSeries series, Reference reference, int now)
    {
        if (!reference.IsEnough || Enumerable.Range(now - DetectionRules.Recent, DetectionRules.Recent).Sum(i => series.Steps[i].Count) is var count && count < DetectionRules.MinRequests)
        {
            return null;
        }

        return Slow(reference.P50, s => s.P50, DetectionRules.MinP50Ratio, DetectionRules.MinP50Excess) ?? Slow(reference.P95, s => s.P95, DetectionRules.MinP95Ratio, DetectionRules.MinP95Excess);

        Symptom? Slow((double Usual, double Spread) usual, Func<RedStep, double> value, double ratio, double excess)
        {
            // A spread of nothing is the clock's grain, not certainty.
            var spread = Math.Max(usual.Spread, 0.05 * usual.Usual);
            double Distance(int step) => (value(series.Steps[step]) - usual.Usual) / Math.Max(spread, 1);
            bool IsBroken(int step) => series.Steps[step].Count >= DetectionRules.MinStepRequests && value(series.Steps[step]) is var v && v >= ratio * usual.Usual && v - usual.Usual >= excess
                && Distance(step) >= DetectionRules.MinDurationSignificance;
            var recent = Enumerable.Range(now - DetectionRules.Recent, DetectionRules.Recent).ToArray();
            return double.IsNaN(usual.Usual) || !recent.All(IsBroken)
                ? null
                : new Symptom(
                    SymptomKind.Latency, series.Service, series.Operation, series.IsEntry, usual.Usual, Robust.Median(recent.Select(i => value(series.Steps[i]))), recent.Min(Distance),
                    Onset(timeline, now, IsBroken), count);
        }
    }

    private static Symptom? Silence(RedTimeline timeline, RedSeries series, Reference reference, int[] usual, int now)
    {
        var expected = reference.MedianCount * DetectionRules.Recent;
        var observed = Enumerable.Range(now - DetectionRules.Recent, DetectionRules.Recent).Sum(i => series.Steps[i].Count);
        if (!reference.IsEnough || expected < DetectionRules.MinExpected || reference.Presence < DetectionRules.MinPresence || observed > DetectionRules.MaxLeft * expected
            || IsCounted(timeline, series, now) || !OthersGoOn(timeline, series, usual, now) || IsRenamed(timeline, series, usual, now, expected - observed))
        {
            return null;
        }

        var seconds = timeline.StepLength * DetectionRules.Recent / 1e9;
        bool IsBroken(int step) => series.Steps[step].Count <= 2 * DetectionRules.MaxLeft * reference.MedianCount;
        return new Symptom(
            SymptomKind.Silence, series.Service, series.Operation, series.IsEntry, expected / seconds, observed / seconds, (expected - observed) / Math.Sqrt(expected),
            Onset(timeline, now, IsBroken), (long)expected);
    }

    /// <summary>Whether spans of the service lie ahead of now: then its clock is wrong, and what seems missing is only elsewhere in time.</summary>
    private static bool IsCounted(RedTimeline timeline, RedSeries series, int now) =>
        timeline.Series.Where(s => s.Service == series.Service).Any(s => Enumerable.Range(now, timeline.Steps - now).Any(i => s.Steps[i].Count > 0));

    /// <summary>Whether entries other than this one still get most of their usual requests.</summary>
    private static bool OthersGoOn(RedTimeline timeline, RedSeries series, int[] reference, int now)
    {
        var (usual, current) = (0.0, 0.0);
        foreach (var other in timeline.Series.Where(s => s.IsEntry && !ReferenceEquals(s, series)))
        {
            usual += Robust.Median(reference.Select(i => (double)other.Steps[i].Count)) * DetectionRules.Recent;
            current += Enumerable.Range(now - DetectionRules.Recent, DetectionRules.Recent).Sum(i => other.Steps[i].Count);
        }

        return usual >= DetectionRules.MinExpected && current >= DetectionRules.MinOtherTraffic * usual;
    }

    /// <summary>Whether another operation of the service took the requests over, as after a deploy that names its routes differently.</summary>
    private static bool IsRenamed(RedTimeline timeline, RedSeries series, int[] reference, int now, double missing) =>
        timeline.Series.Where(s => s.Service == series.Service && !ReferenceEquals(s, series)).Sum(s =>
        {
            var before = Robust.Median(reference.Select(i => (double)s.Steps[i].Count)) * DetectionRules.Recent;
            return Math.Max(0, Enumerable.Range(now - DetectionRules.Recent, DetectionRules.Recent).Sum(i => s.Steps[i].Count) - before);
        }) >= 0.5 * missing;

    private static long Onset(RedTimeline timeline, int now, Func<int, bool> isBroken)
    {
        var step = now - 1;

        // A single step that looks well in the middle of the trouble does not end it.
        while (step > 0 && step > now - MaxOnset && (isBroken(step - 1) || (step > 1 && isBroken(step - 2) && step > now - DetectionRules.Recent)))
        {
            step--;
        }

        return timeline.TimeOf(step);
    }

    /// <summary>What is usual for one operation.</summary>
    private sealed record Reference(bool IsEnough, UsualRate ErrorRate, (double Usual, double Spread) P50, (double Usual, double Spread) P95, double MedianCount, double Presence)
    {
        public static Reference Of(RedSeries series, int[] reference)
        {
            var steps = reference.Select(i => series.Steps[i]).ToArray();
            var present = steps.Where(s => s.Count > 0).ToArray();
            return new Reference(
                present.Length >= DetectionRules.MinReference && present.Sum(s => s.Count) >= DetectionRules.MinReferenceRequests,
                UsualRate.Of(present.Select(s => new Share((int)s.Errors, (int)s.Count))),
                Usual(present, s => s.P50), Usual(present, s => s.P95),
                steps.Length == 0 ? 0 : Robust.Median(steps.Select(s => (double)s.Count)),
                steps.Length == 0 ? 0 : (double)present.Length / steps.Length);
        }

        private static (double Usual, double Spread) Usual(RedStep[] steps, Func<RedStep, double> value)
        {
            var values = steps.Select(s => new Weighted(value(s), s.Count)).ToArray();
            var usual = values.Length == 0 ? double.NaN : Robust.WeightedMedian(values);
            return (usual, values.Length == 0 ? double.NaN : Math.Max(Robust.WeightedDeviation(values, usual), Robust.WeightedHalfRange(values)));
        }
    }
}
