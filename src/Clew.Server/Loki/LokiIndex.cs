using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Evaluation;
using Clew.Query.PromQL.Syntax;
using Clew.Server.Api;
using Clew.Telemetry;

namespace Clew.Server.Loki;

/// <summary><c>index/stats</c>, <c>index/volume</c> and <c>index/volume_range</c>: how much there is of which streams.</summary>
internal static class LokiIndex
{
    private const int UsualSeries = 100;

    private static readonly TimeSpan UsualRange = TimeSpan.FromHours(1);

    /// <summary>Exact, unlike Loki's. A stream counts for a chunk, which Clew has none of.</summary>
    public static async Task StatsAsync(LokiAsking asking)
    {
        var streams = await asking.Streams.VolumesAsync([asking.Matchers(isRequired: true)], asking.Range(UsualRange), withBytes: true);
        await LokiAnswer.WriteAsync(asking.Http, writer =>
        {
            writer.WriteNumber("streams"u8, streams.Count);
            writer.WriteNumber("chunks"u8, streams.Count);
            writer.WriteNumber("entries"u8, streams.Sum(stream => stream.Entries));
            writer.WriteNumber("bytes"u8, streams.Sum(stream => stream.Bytes));
        });
    }

    public static async Task VolumeAsync(LokiAsking asking)
    {
        var matchers = asking.Matchers(isRequired: true);
        var range = asking.Range(UsualRange);
        var streams = await asking.Streams.VolumesAsync([matchers], range, withBytes: true);
        var sums = Sum(asking, matchers, streams.Select(stream => (stream.Labels, Time: range.End, stream.Bytes)));
        await WriteAsync(asking, sums, isVector: true);
    }

    public static async Task VolumeRangeAsync(LokiAsking asking)
    {
        var matchers = asking.Matchers(isRequired: true);
        var range = asking.Range(UsualRange);
        var stretches = await asking.Streams.StretchesAsync(matchers, range, TimeSpan.FromTicks(Math.Max(1, asking.Step(range) / 100)));
        var sums = Sum(asking, matchers, stretches.Select(stretch => (stretch.Labels, Time: stretch.Start, stretch.Bytes)));
        await WriteAsync(asking, sums, isVector: false);
    }

    /// <summary>Sums by the labels asked for: the largest first, as many as wanted.</summary>
    private static IReadOnlyList<(LabelSet Labels, SortedDictionary<Timestamp, long> Bytes)> Sum(
        LokiAsking asking, IReadOnlyList<LabelMatcher> matchers, IEnumerable<(LabelSet Labels, Timestamp Time, long Bytes)> volumes)
    {
        var byLabels = asking.Value("aggregateBy") switch
        {
            null or "series" => false,
            "labels" => true,
            _ => throw PeerRefusal.BadRequest($"invalid aggregation option '{asking.Value("aggregateBy")}': series or labels"),
        };
        var targets = asking.Value("targetLabels")?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [.. matchers.Select(matcher => matcher.Name)];
        var kept = targets.ToHashSet(StringComparer.Ordinal);
        var sums = new Dictionary<LabelSet, SortedDictionary<Timestamp, long>>();
        foreach (var (labels, time, bytes) in volumes)
        {
            var group = kept.Count == 0 ? labels : labels.Where(kept.Contains);
            if (!byLabels)
            {
                Add(group, time, bytes);
                continue;
            }

            foreach (var (name, _) in group.Pairs)
            {
                Add(LabelSet.OfAll([new(name, string.Empty)]), time, bytes);
            }
        }

        return [.. sums.Select(sum => (sum.Key, sum.Value)).OrderByDescending(sum => sum.Value.Values.Sum()).ThenBy(sum => sum.Key).Take(asking.Whole("limit") ?? UsualSeries)];

        void Add(LabelSet labels, Timestamp time, long bytes)
        {
            if (!sums.TryGetValue(labels, out var times))
            {
                sums.Add(labels, times = []);
            }

            times[time] = times.GetValueOrDefault(time) + bytes;
        }
    }

    private static Task WriteAsync(LokiAsking asking, IReadOnlyList<(LabelSet Labels, SortedDictionary<Timestamp, long> Bytes)> sums, bool isVector) => LokiAnswer.WriteDataAsync(asking.Http, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("resultType"u8, isVector ? "vector"u8 : "matrix"u8);
        writer.WriteStartArray("result"u8);
        foreach (var (labels, bytes) in sums)
        {
            LokiJson.WriteSeries(writer, labels, [.. bytes.Select(one => new ResultSample(one.Key.UnixNanoseconds / 1_000_000, one.Value))], isVector);
        }

        writer.WriteEndArray();
        LokiJson.WriteStats(writer, 0, 0, sums.Count, TimeSpan.Zero);
        writer.WriteEndObject();
    });
}
