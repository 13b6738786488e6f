using System.Collections.Concurrent;
using Clew.Server.Configuration;
using Clew.Server.Pipeline;
using Clew.Telemetry;

namespace Clew.Server.Normalisation;

/// <summary>
/// Gives things one name: span names with ids in them become routes, service names lose the blanks around them, and, where it is asked for, renamed
/// attributes get today's names; a log record without any time was observed now. Notes on the way which conventions each service follows (<see cref="ISchemaDrift"/>).
/// </summary>
internal sealed class NormalisationStage(SchemaDrift drift, NormalisationOptions options, TimeProvider clock) : IPipelineStage
{
    private readonly ConcurrentBag<Work> _idle = [];

    public string Name => "normalisation";

    public void Process(SpanBatch batch, StageReport report)
    {
        var work = Take();
        Shared(batch, report);
        if (options.SpanNames)
        {
            report.Changed("span_name", Routes(batch, work));
        }

        Observe(batch, batch.Attributes, batch.ResourceIndexes, work);
        Rename(batch, report, work);
        _idle.Add(work);
    }

    public void Process(LogBatch batch, StageReport report)
    {
        var work = Take();
        Shared(batch, report);
        report.Changed("observed_time", Observed(batch));
        Observe(batch, batch.Attributes, batch.ResourceIndexes, work);
        Rename(batch, report, work);
        _idle.Add(work);
    }

    public void Process(MetricBatch batch, StageReport report)
    {
        var work = Take();
        Shared(batch, report);
        Observe(batch, batch.Series.Attributes, batch.Series.ResourceIndexes, work);
        Rename(batch, report, work);
        _idle.Add(work);
    }

    /// <summary>
    /// Gives records without any time the one at which they were received, as OpenTelemetry's data model of logs has it: without one they would be of 1970, found by nobody
    /// and gone with the next retention.
    /// </summary>
    /// <returns>How many there were.</returns>
    private int Observed(LogBatch batch)
    {
        var count = 0;
        for (var row = 0; row < batch.Times.Count; row++)
        {
            if (batch.Times[row] == 0 && batch.ObservedTimes[row] == 0)
            {
                batch.ObservedTimes[row] = Timestamp.FromDateTimeOffset(clock.GetUtcNow()).UnixNanoseconds;
                count++;
            }
        }

        return count;
    }

    private Work Take() => _idle.TryTake(out var work) ? work : new Work();

    /// <summary>Resources: the service's name; schemas of resources and scopes.</summary>
    private void Shared(TelemetryBatch batch, StageReport report)
    {
        var trimmed = 0;
        var attributes = batch.Resources.Attributes;
        for (var entry = 0; options.ServiceNames && entry < attributes.Keys.Count; entry++)
        {
            if (attributes.Types[entry] == AttributeType.String && batch.Dictionary.Get(attributes.Keys[entry]).SequenceEqual("service.name"u8))
            {
                ref var value = ref attributes.Values[entry];
                var text = batch.Arena.Get(value);
                var start = text.Length - text.TrimStart(" \t\r\n\0"u8).Length;
                var length = text.Trim(" \t\r\n\0"u8).Length;
                if (length > 0 && length < text.Length)
                {
                    value = new TextRef(value.Offset + start, length);
                    trimmed++;
                }
            }
        }

        if (trimmed > 0)
        {
            batch.RecomputeFingerprints();
            report.Changed("service_name", trimmed);
        }

        for (var resource = 0; resource < batch.Resources.Count; resource++)
        {
            if (!batch.Resources.SchemaUrls[resource].IsEmpty)
            {
                drift.Of(batch.Tenant, batch.Resources[resource].Service)?.SchemaUrl(batch.Arena.Get(batch.Resources.SchemaUrls[resource]));
            }
        }
    }

    private static int Routes(SpanBatch batch, Work work)
    {
        // Every distinct name once: 0 not judged yet, its own number for "stays", another for the route.
        var places = work.Places(batch.Dictionary.Count);
        var (known, changed) = (places.Length, 0);
        var key = 0;
        for (var row = 0; row < batch.Count; row++)
        {
            var name = batch.Names[row];
            if (name >= known)
            {
                continue;
            }

            if (places[name] == 0)
            {
                places[name] = RouteName.TryMake(batch.Dictionary.Get(name), work.Route) ? batch.Dictionary.Add(work.Route.Values) : name;
            }

            if (places[name] != name)
            {
                key = key == 0 ? batch.Dictionary.Add(OriginalName.Key) : key;
                work.Edits.Append(row, key, AttributeType.String, batch.Dictionary.GetRef(name));
                batch.Names[row] = places[name];
                changed++;
            }
        }

        work.Edits.Apply(batch.Attributes);
        return changed;
    }

    /// <summary>Which keys each service sends, with which types of values.</summary>
    private void Observe(TelemetryBatch batch, AttributeLists lists, Column<int> resources, Work work)
    {
        // Masks per service and key: many resources are instances of a few services.
        var words = batch.Dictionary.Count;
        var services = work.Services.Begin(words);
        var ends = lists.Ends.Values;
        var keys = lists.Keys.Values;
        var types = lists.Types.Values;
        var (start, resource) = (0, -1);
        var masks = Span<byte>.Empty;
        for (var list = 0; list < ends.Length; start = ends[list++])
        {
            if (resources[list] != resource)
            {
                resource = resources[list];
                masks = services.Answers(batch.Resources.Services[resource]);
            }

            for (var entry = start; entry < ends[list]; entry++)
            {
                masks[keys[entry]] |= TypeBits[(byte)types[entry] & 0x7F];
            }
        }

        for (var slot = 0; slot < services.Count; slot++)
        {
            Note(batch, services.ServiceAt(slot), services.AnswersAt(slot));
        }
    }

    private void Note(TelemetryBatch batch, int service, ReadOnlySpan<byte> masks)
    {
        var notes = drift.Of(batch.Tenant, batch.Dictionary.GetString(service));
        for (var word = 0; notes is not null && word < masks.Length; word++)
        {
            if (masks[word] != 0)
            {
                notes.Key(batch.Dictionary.Get(word), masks[word]);
            }
        }
    }

    /// <summary>Puts today's names in the place of old ones, but for records that have both.</summary>
    private void Rename(TelemetryBatch batch, StageReport report, Work work)
    {
        if (!options.RenameAttributes)
        {
            return;
        }

        var words = batch.Dictionary.Count;
        var places = work.Places(words);
        var any = false;
        for (var word = 1; word < words; word++)
        {
            if (RenamedAttributes.Find(batch.Dictionary.GetString(word)) is { } renamed)
            {
                places[word] = batch.Dictionary.Add(renamed.NewName);
                any = true;
            }
        }

        var count = 0;
        foreach (var lists in any ? batch.AllAttributes : [])
        {
            if (batch is MetricBatch metrics && lists == metrics.Series.Attributes)
            {
                // Labels name their series: with another name it would be another series, and queries that people have would not find it.
                continue;
            }

            for (var list = 0; list < lists.Count; list++)
            {
                for (var entry = lists.StartOf(list); entry < lists.EndOf(list); entry++)
                {
                    var today = lists.Keys[entry] < words ? places[lists.Keys[entry]] : 0;
                    if (today != 0 && lists.Keys.Values[lists.StartOf(list)..lists.EndOf(list)].IndexOf(today) < 0)
                    {
                        lists.Keys[entry] = today;
                        count++;
                    }
                }
            }
        }

        if (count > 0)
        {
            batch.RecomputeFingerprints();
            report.Changed("attribute_renamed", count);
        }
    }

    private static readonly byte[] TypeBits = [.. Enumerable.Range(0, 128).Select(type => SchemaDrift.Bit((AttributeType)type))];

    /// <summary>Memory for one batch after the other.</summary>
    private sealed class Work
    {
        private int[] _places = [];

        public ServiceWords Services { get; } = new();

        public AttributeEdits Edits { get; } = new();

        public Column<byte> Route { get; } = new();

        public Span<int> Places(int words)
        {
            if (_places.Length < words)
            {
                _places = new int[Math.Max(words, _places.Length * 2)];
            }

            _places.AsSpan(0, words).Clear();
            return _places.AsSpan(0, words);
        }
    }
}
