using Clew.Analysis.Strata;
using Clew.Analysis.Traces;
using Clew.Telemetry;

namespace Clew.Analysis.Differences;

/// <summary>What sets a group of bad traces apart from a group of good ones.</summary>
public sealed record GroupComparison
{
    public required ComparedGroup Bad { get; init; }

    public required ComparedGroup Good { get; init; }

    /// <summary>What bad ones have in common that good ones have not, best first: attributes of spans and resources, services, operations, failing operations.</summary>
    public required IReadOnlyList<GroupSlice> Slices { get; init; }

    /// <summary>Own time of operations per trace in which they occur, the largest difference first.</summary>
    public required IReadOnlyList<GroupOperation> Operations { get; init; }
}

/// <param name="DurationP50">Median of the main root's duration, seconds.</param>
/// <param name="DurationP95">Seconds.</param>
/// <param name="TraceIds">Three of them.</param>
public sealed record ComparedGroup(int Traces, double DurationP50, double DurationP95, double ErrorRatio, IReadOnlyList<string> TraceIds);

/// <param name="Name">"payments: service.version = 7".</param>
/// <param name="BadShare">Bad traces of those it holds for, 0 to 1.</param>
/// <param name="Outside">Bad traces of the others, 0 to 1.</param>
/// <param name="InBad">Bad traces that it holds for.</param>
/// <param name="InGood">Good traces that it holds for.</param>
/// <param name="Folded">Others that select the same traces.</param>
public sealed record GroupSlice(string Name, int InBad, int InGood, double BadShare, double Outside, double RiskDifference, double RiskLow, double RiskHigh, double FalseDiscoveryRate, IReadOnlyList<string> Folded);

/// <param name="BadSeconds">Median own time in the bad traces that have it; null when none has.</param>
/// <param name="GoodSeconds">Likewise in good ones.</param>
public sealed record GroupOperation(string Service, string Name, int InBad, int InGood, double? BadSeconds, double? GoodSeconds)
{
    public double DifferenceSeconds => (BadSeconds ?? 0) - (GoodSeconds ?? 0);
}

/// <summary>Compares groups of traces.</summary>
public static class GroupComparer
{
    /// <summary>Operations in an answer.</summary>
    public const int MaxOperations = 30;

    /// <summary>Characters of a value that is compared; longer ones are payload.</summary>
    private const int MaxValue = 200;

    /// <summary>All spans of the bad traces, and of the good ones. A trace that is in both counts as bad.</summary>
    public static GroupComparison Compare(SpanBatch bad, SpanBatch good)
    {
        var worse = Traces(bad);
        var ids = worse.Select(trace => trace.Id).ToHashSet();
        var better = Traces(good).Where(trace => !ids.Contains(trace.Id)).ToList();
        var slices = Stratifier.Compare([.. better.Select(trace => trace.Attributes)], [.. worse.Select(trace => trace.Attributes)]);
        return new GroupComparison
        {
            Bad = Group(worse),
            Good = Group(better),
            Slices = [.. slices.Select(slice => new GroupSlice(
                slice.Name, slice.Inside.Hits, slice.Inside.Of - slice.Inside.Hits, Rounded(slice.Inside.Rate), Rounded(slice.Outside.Rate), Rounded(slice.RiskDifference), Rounded(slice.Range.Low), Rounded(slice.Range.High),
                Rounded(slice.FalseDiscoveryRate), slice.Folded))],
            Operations = Operations(worse, better),
        };
    }

    private static List<OneTrace> Traces(SpanBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return [.. TraceRows.Of(batch).Select(group => new OneTrace(batch, group.Trace, group.Rows))];
    }

    private static ComparedGroup Group(List<OneTrace> traces)
    {
        var durations = traces.Select(trace => trace.Duration / 1e9).Order().ToArray();
        return new ComparedGroup(
            traces.Count, Quantile(durations, 0.5), Quantile(durations, 0.95), traces.Count == 0 ? 0 : Rounded((double)traces.Count(trace => trace.IsError) / traces.Count), [.. traces.Take(3).Select(trace => trace.Id.ToString())]);
    }

    private static List<GroupOperation> Operations(List<OneTrace> bad, List<OneTrace> good)
    {
        var (worse, better) = (Times(bad), Times(good));
        return [.. worse.Keys.Union(better.Keys).Select(key => new GroupOperation(
                key.Service, key.Name, worse.GetValueOrDefault(key)?.Count ?? 0, better.GetValueOrDefault(key)?.Count ?? 0, Median(worse.GetValueOrDefault(key)), Median(better.GetValueOrDefault(key))))
            .OrderByDescending(operation => Math.Abs(operation.DifferenceSeconds)).ThenBy(operation => operation.Service, StringComparer.Ordinal).ThenBy(operation => operation.Name, StringComparer.Ordinal).Take(MaxOperations)];

        static Dictionary<(string Service, string Name), List<double>> Times(List<OneTrace> traces)
        {
            var times = new Dictionary<(string Service, string Name), List<double>>();
            foreach (var (key, nanoseconds) in traces.SelectMany(trace => trace.OwnTimes))
            {
                if (!times.TryGetValue(key, out var list))
                {
                    times[key] = list = [];
                }

                list.Add(nanoseconds / 1e9);
            }

            return times;
        }

        static double? Median(List<double>? values) => values is null ? null : Quantile([.. values.Order()], 0.5);
    }

    private static double Quantile(double[] ascending, double level) => ascending.Length == 0 ? 0 : ascending[Math.Min(ascending.Length - 1, (int)(level * ascending.Length))];

    private static double Rounded(double value) => Math.Round(value, 6);

    private sealed class OneTrace
    {
        public OneTrace(SpanBatch batch, TraceId id, int[] rows)
        {
            Id = id;
            var tree = TraceTree.FromBatch(batch, rows);
            var self = SelfTime.Of(tree);
            Duration = Math.Max(0, tree[tree.MainRoot].Duration);
            IsError = tree[tree.MainRoot].Status == SpanStatus.Error;
            for (var i = 0; i < rows.Length; i++)
            {
                if (tree.IsCopy(i))
                {
                    continue;
                }

                var span = batch[rows[i]];
                var key = (span.Service, span.Name);
                OwnTimes[key] = OwnTimes.GetValueOrDefault(key) + self[i];
                Attributes[$"{span.Service}: service"] = "called";
                Attributes[$"{span.Service} '{span.Name}'"] = tree[i].Status == SpanStatus.Error || Attributes.GetValueOrDefault($"{span.Service} '{span.Name}'") == "fails" ? "fails" : "called";
                Add(span.Service, span.Attributes);
                Add(span.Service, span.Resource.Attributes);
            }
        }

        public TraceId Id { get; }

        /// <summary>Nanoseconds.</summary>
        public long Duration { get; }

        public bool IsError { get; }

        public Dictionary<(string Service, string Name), long> OwnTimes { get; } = [];

        public Dictionary<string, string> Attributes { get; } = new(StringComparer.Ordinal);

        /// <summary>Of a key that several spans of a service have the first value counts.</summary>
        private void Add(string service, AttributeListView attributes)
        {
            foreach (var (key, value) in attributes)
            {
                if (key is not "service.name" && value.Text.Length <= MaxValue)
                {
                    Attributes.TryAdd($"{service}: {key}", value.Text);
                }
            }
        }
    }
}
