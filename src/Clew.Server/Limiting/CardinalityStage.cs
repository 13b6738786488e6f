using System.Collections.Concurrent;
using System.Text;
using Clew.Server.Configuration;
using Clew.Server.Pipeline;
using Clew.Telemetry;

namespace Clew.Server.Limiting;

/// <summary>
/// Keeps a mistake of one service from flooding everybody's lists: attribute keys made of values, span names made of ids that no rule recognised, labels
/// that make a series per user. Values are never limited: ids in attributes are what traces are searched by. Comes after normalisation, because names
/// are judged as they are stored.
/// </summary>
internal sealed class CardinalityStage(CardinalityGuard guard, IngestLimits limits) : IPipelineStage
{
    /// <summary>OpenTelemetry's word for "something that is not on the list".</summary>
    private static readonly byte[] Other = "_OTHER"u8.ToArray();

    private readonly ConcurrentBag<Memo> _idle = [];

    public string Name => "cardinality";

    public void Process(SpanBatch batch, StageReport report)
    {
        Names(batch, report);
        Keys(batch, batch.Attributes, batch.ResourceIndexes, batch.DroppedAttributes, report);
    }

    public void Process(LogBatch batch, StageReport report) => Keys(batch, batch.Attributes, batch.ResourceIndexes, batch.DroppedAttributes, report);

    public void Process(MetricBatch batch, StageReport report)
    {
        var series = batch.Series;
        bool[]? drop = null;
        CardinalityGuard.KnownSet? set = null;
        for (var index = 0; index < series.Count; index++)
        {
            if (index == 0 || series.Names[index] != series.Names[index - 1] || series.ResourceIndexes[index] != series.ResourceIndexes[index - 1])
            {
                set = guard.SetOf(batch.Tenant, batch.Resources[series.ResourceIndexes[index]].Service, CardinalityKind.Series, batch.Dictionary.GetString(series.Names[index]));
            }

            if (!set!.Admit(series.Fingerprints[index]))
            {
                set.Note(Labels(batch, index));
                (drop ??= new bool[series.Count])[index] = true;
            }
        }

        if (drop is not null)
        {
            report.Dropped(
                "series",
                batch.RemoveSeries(drop),
                $"data points of new series of a metric that has limits.series_per_metric = {limits.SeriesPerMetric} (or of all: limits.series = {limits.Series}); GET /api/limits names it");
        }
    }

    private Memo Take(int words)
    {
        var memo = _idle.TryTake(out var idle) ? idle : new Memo();
        memo.Begin(words);
        return memo;
    }

    private void Names(SpanBatch batch, StageReport report)
    {
        var memo = Take(batch.Dictionary.Count);
        var (folded, other) = (0, 0);
        AttributeEdits? edits = null;
        CardinalityGuard.KnownSet? set = null;
        var answers = Span<byte>.Empty;
        var resource = -1;
        for (var row = 0; row < batch.Count; row++)
        {
            if (batch.ResourceIndexes[row] != resource)
            {
                resource = batch.ResourceIndexes[row];
                answers = memo.Enter(guard, batch, resource, CardinalityKind.SpanNames, out set);
            }

            var name = batch.Names[row];
            if (memo.Admit(answers, set!, batch.Dictionary, name))
            {
                continue;
            }

            other = other == 0 ? batch.Dictionary.Add(Other) : other;
            (edits ??= new AttributeEdits()).Append(row, batch.Dictionary.Add(OriginalName.Key), AttributeType.String, batch.Dictionary.GetRef(name));
            batch.Names[row] = other;
            folded++;
        }

        _idle.Add(memo);
        if (edits is not null)
        {
            edits.Apply(batch.Attributes);
            report.Changed("span_name", folded, $"spans of a service with limits.span_names = {limits.SpanNames} names already are called _OTHER; GET /api/limits names it");
        }
    }

    private void Keys(TelemetryBatch batch, AttributeLists lists, Column<int> resources, Column<uint> counts, StageReport report)
    {
        var memo = Take(batch.Dictionary.Count);
        AttributeEdits? edits = null;
        CardinalityGuard.KnownSet? set = null;
        var ends = lists.Ends.Values;
        var keys = lists.Keys.Values;
        var (start, resource) = (0, -1);
        var answers = Span<byte>.Empty;
        for (var list = 0; list < ends.Length; start = ends[list++])
        {
            if (resources[list] != resource)
            {
                resource = resources[list];
                answers = memo.Enter(guard, batch, resource, CardinalityKind.AttributeKeys, out set);
            }

            for (var entry = start; entry < ends[list]; entry++)
            {
                if (!memo.Admit(answers, set!, batch.Dictionary, keys[entry]))
                {
                    (edits ??= new AttributeEdits()).Remove(entry);
                    counts[list] += counts[list] == uint.MaxValue ? 0u : 1u;
                }
            }
        }

        _idle.Add(memo);
        if (edits is not null)
        {
            var removed = edits.Removals;
            edits.Apply(lists);
            report.Changed("attribute_key", removed, $"attributes with new keys of a service that has limits.attribute_keys = {limits.AttributeKeys} were left out; GET /api/limits names it");
        }
    }

    /// <summary>What tells a series from the others of its metric, for the report.</summary>
    private static string Labels(MetricBatch batch, int series)
    {
        var text = new StringBuilder();
        foreach (var attribute in batch.Series[series].Attributes)
        {
            text.Append(text.Length > 0 ? "," : string.Empty).Append(attribute.Key).Append('=').Append(attribute.Value.Text);
        }

        return text.ToString();
    }

    /// <summary>What the guard said of each word of the batch's dictionary, service by service.</summary>
    private sealed class Memo
    {
        private readonly ServiceWords _services = new();
        private readonly List<CardinalityGuard.KnownSet> _sets = [];
        private int _words;

        public void Begin(int words)
        {
            _services.Begin(words);
            _sets.Clear();
            _words = words;
        }

        /// <summary>The answers for the service of a resource, and its set.</summary>
        public Span<byte> Enter(CardinalityGuard guard, TelemetryBatch batch, int resource, CardinalityKind kind, out CardinalityGuard.KnownSet set)
        {
            var service = batch.Resources.Services[resource];
            var known = _services.Count;
            var answers = _services.Answers(service);
            if (_services.Count > known)
            {
                _sets.Add(guard.SetOf(batch.Tenant, batch.Dictionary.GetString(service), kind));
            }

            set = _sets[_services.SlotOf(service)];
            return answers;
        }

        public bool Admit(Span<byte> answers, CardinalityGuard.KnownSet set, TextDictionary dictionary, int word)
        {
            if (word >= _words)
            {
                return true;
            }

            if (answers[word] == 0)
            {
                var isKnown = set.Admit(ContentHash.Of(dictionary.Get(word)));
                answers[word] = isKnown ? (byte)1 : (byte)2;
                if (!isKnown)
                {
                    set.Note(dictionary.GetString(word));
                }
            }

            return answers[word] == 1;
        }
    }
}
