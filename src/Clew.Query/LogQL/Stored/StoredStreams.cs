using System.Globalization;
using Clew.Query.LogQL.Source;
using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Syntax;
using Clew.Telemetry;

namespace Clew.Query.LogQL.Stored;

/// <summary>How much a stream has in a stretch of time.</summary>
/// <param name="Bytes">Of the lines, in UTF-8.</param>
public readonly record struct StreamVolume(LabelSet Labels, long Entries, long Bytes);

/// <summary>How much a stream has in a step of time.</summary>
/// <param name="Start">When the step begins.</param>
/// <param name="Bytes">Of the lines, in UTF-8.</param>
public readonly record struct StreamStretch(LabelSet Labels, Timestamp Start, long Entries, long Bytes);

/// <summary>How many lines have a template in a step of time.</summary>
/// <param name="Start">When the step begins.</param>
public readonly record struct TemplateStretch(ulong Template, Timestamp Start, long Entries);

/// <summary>The streams of a tenant's logs. One query, one thread at a time; what it met once it knows.</summary>
public sealed class StoredStreams(ITelemetryReader store, Tenant tenant, LogSearchLimits limits)
{
    private const string Entries = "entries";
    private const string Bytes = "bytes";
    private const string Bucket = "bucket";

    private static readonly Field Resource = Field.Intrinsic(Intrinsics.ResourceFingerprint);
    private static readonly Field Template = Field.Intrinsic(Intrinsics.Template);
    private static readonly Aggregate BytesOfLines = new(AggregateFunction.Sum, Bytes, Field.Intrinsic(Intrinsics.BodyLength));

    private readonly Dictionary<ulong, StoredStream> _byFingerprint = [];
    private readonly Dictionary<LabelSet, LogQlStream> _streams = [];

    /// <summary>The last answer about a time: the selections of one query mostly ask for the same one.</summary>
    private (TimeRange Range, ResultTable Table)? _known;

    /// <summary>What streams have in this time, of those that fulfil all matchers of any list; all streams when there is no list. Ordered by labels.</summary>
    /// <exception cref="QueryLimitException">There are too many; names <c>query.streams</c>.</exception>
    public async Task<IReadOnlyList<StreamVolume>> VolumesAsync(IReadOnlyList<IReadOnlyList<LabelMatcher>> selectors, TimeRange range, bool withBytes, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(selectors);
        var table = await ReadAsync(range, withBytes, cancellation);
        var totals = new SortedDictionary<LabelSet, (long Entries, long Bytes)>();
        var entries = table.Longs(Entries);
        for (var row = 0; row < table.RowCount; row++)
        {
            var labels = Of(table, row).Stream.Labels;
            if (selectors.Count > 0 && !selectors.Any(matchers => Matches(matchers, labels)))
            {
                continue;
            }

            var (count, bytes) = totals.GetValueOrDefault(labels);
            totals[labels] = (count + entries[row], bytes + (withBytes ? (long)table.Doubles(Bytes)[row] : 0));
        }

        return [.. totals.Select(total => new StreamVolume(total.Key, total.Value.Entries, total.Value.Bytes))];
    }

    /// <summary>What streams have in each step of this time, of those that fulfil all matchers. In no order.</summary>
    /// <param name="step">At least 100 ns; steps are counted from the start.</param>
    public async Task<IReadOnlyList<StreamStretch>> StretchesAsync(IReadOnlyList<LabelMatcher> matchers, TimeRange range, TimeSpan step, CancellationToken cancellation)
    {
        if (await WhereAsync(matchers, range, cancellation) is not { } streams)
        {
            return [];
        }

        var plan = Stepped(range, step, streams.Where) with { GroupBy = [Resource], Aggregates = [Aggregate.Count(Entries), BytesOfLines] };
        var table = Whole(await store.ReadAsync(plan, cancellation));
        return
        [
            .. Enumerable.Range(0, table.RowCount)
                .Select(row => new StreamStretch(Of(table, row).Stream.Labels, new Timestamp(table.Longs(Bucket)[row]), table.Longs(Entries)[row], (long)table.Doubles(Bytes)[row]))
                .Where(stretch => Matches(matchers, stretch.Labels)),
        ];
    }

    /// <summary>How often each template comes in each step of this time, in streams that fulfil all matchers. Lines without a template are left out. In no order.</summary>
    /// <param name="step">At least 100 ns; steps are counted from the start.</param>
    public async Task<IReadOnlyList<TemplateStretch>> TemplatesAsync(IReadOnlyList<LabelMatcher> matchers, TimeRange range, TimeSpan step, CancellationToken cancellation)
    {
        if (await WhereAsync(matchers, range, cancellation) is not { } streams)
        {
            return [];
        }

        var hasTemplate = Predicate.Compare(Template, ComparisonOperator.NotEqual, Literal.String("0"));
        var plan = Stepped(range, step, Predicate.AllOf(streams.Where, hasTemplate)) with { GroupBy = [Template, Resource], Aggregates = [Aggregate.Count(Entries)] };
        var table = Whole(await store.ReadAsync(plan, cancellation));
        return
        [
            .. Enumerable.Range(0, table.RowCount)
                .Where(row => Matches(matchers, Of(table, row).Stream.Labels))
                .GroupBy(row => (Template: ulong.Parse(table.Texts(Template.ToString())[row], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture), Start: table.Longs(Bucket)[row]))
                .Select(group => new TemplateStretch(group.Key.Template, new Timestamp(group.Key.Start), group.Sum(row => table.Longs(Entries)[row]))),
        ];
    }

    /// <summary>The stream of a record's resource.</summary>
    public StoredStream Of(in ResourceView resource)
    {
        if (!_byFingerprint.TryGetValue(resource.Fingerprint, out var stream))
        {
            stream = StoredStream.Of(resource, _streams);
            _byFingerprint.Add(resource.Fingerprint, stream);
        }

        return stream;
    }

    /// <summary>The stream of a row of a table that is grouped by resource.</summary>
    internal StoredStream Of(ResultTable table, int row) => Of(table.Resources![table.ResourceIndexes![row]]);

    internal static bool Matches(IReadOnlyList<LabelMatcher> matchers, LabelSet labels)
    {
        foreach (var matcher in matchers)
        {
            if (!matcher.Matches(labels[matcher.Name]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// A condition that only records of streams with these labels fulfil, as far as it can be told; and whether there are any such streams.
    /// </summary>
    /// <returns>Null when no stream matches.</returns>
    internal async Task<StreamCondition?> WhereAsync(IReadOnlyList<LabelMatcher> matchers, TimeRange range, CancellationToken cancellation)
    {
        if (_known is not { } known || known.Range != range)
        {
            known = (range, await ReadAsync(range, withBytes: false, cancellation));
            _known = known;
        }

        var table = known.Table;
        var matching = new List<string>();
        var streams = new HashSet<LogQlStream>();
        for (var row = 0; row < table.RowCount; row++)
        {
            if (Of(table, row) is var stored && Matches(matchers, stored.Stream.Labels))
            {
                matching.Add(table.Texts(Resource.ToString())[row]);
                streams.Add(stored.Stream);
            }
        }

        matching.Sort(StringComparer.Ordinal);
        return matching.Count == 0 ? null
            : new StreamCondition(
                matching.Count == table.RowCount || matching.Count > limits.NamedResources ? null : new InPredicate(Resource, [.. matching.Select(Literal.String)]),
                matching.Count == table.RowCount || matching.Count <= limits.NamedResources,
                [.. streams]);
    }

    private ReadPlan Stepped(TimeRange range, TimeSpan step, Predicate? where) =>
        new(tenant, Dataset.Logs, range) { Where = where, Step = step, Origin = range.Start, Limit = limits.Counts + 1 };

    private ResultTable Whole(ResultTable table) => table.RowCount <= limits.Counts ? table : throw new QueryLimitException(
        "query.log_counts",
        string.Create(CultureInfo.InvariantCulture, $"streams times steps of time are more than {limits.Counts} (limit query.log_counts); ask for less time, fewer streams or larger steps"));

    private async Task<ResultTable> ReadAsync(TimeRange range, bool withBytes, CancellationToken cancellation)
    {
        var plan = new ReadPlan(tenant, Dataset.Logs, range)
        {
            GroupBy = [Resource],
            Aggregates = withBytes ? [Aggregate.Count(Entries), BytesOfLines] : [Aggregate.Count(Entries)],
            Limit = limits.Streams + 1,
        };
        var table = await store.ReadAsync(plan, cancellation);
        return table.RowCount <= limits.Streams ? table : throw new QueryLimitException(
            "query.streams",
            string.Create(CultureInfo.InvariantCulture, $"there are more than {limits.Streams} streams in this time (limit query.streams); ask for less time"));
    }
}

/// <summary>Which records are of streams that match.</summary>
/// <param name="Where">Null when nothing is left out.</param>
/// <param name="IsExact">Every record that fulfils it is of a stream that matches, unless the stream is new since.</param>
internal sealed record StreamCondition(Predicate? Where, bool IsExact, IReadOnlyList<LogQlStream> Streams);
