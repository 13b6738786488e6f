using Clew.Telemetry;

namespace Clew.Testing;

/// <summary>Makes batches in tests in a few words; whatever is not said has a sensible value.</summary>
internal sealed class SpanBatchBuilder
{
    private readonly Dictionary<string, int> _resources = [];
    private int _scope = -1;

    public SpanBatch Batch { get; } = new();

    /// <summary>The first moment of the tests' own day: 2026-03-01T10:00:00Z.</summary>
    public static readonly Timestamp Start = Timestamp.FromDateTimeOffset(new DateTimeOffset(2026, 3, 1, 10, 0, 0, TimeSpan.Zero));

    public static SpanId Id(int number)
    {
        Assert.True(SpanId.TryParse(number.ToString("x16"), out var id));
        return id;
    }

    public static TraceId Trace(int number)
    {
        Assert.True(TraceId.TryParse($"abcd{number:x28}", out var id));
        return id;
    }

    public int Resource(string service, params (string Key, object? Value)[] attributes)
    {
        var key = service + string.Join('|', attributes);
        if (!_resources.TryGetValue(key, out var index))
        {
            Attributes(Batch, Batch.Resources.Attributes, [("service.name", service), .. attributes]);
            index = Batch.Resources.End(Batch.Arena.Add("https://opentelemetry.io/schemas/1.30.0"), 0);
            _resources.Add(key, index);
        }

        return index;
    }

    public int Scope(string name, string version, params (string Key, object? Value)[] attributes)
    {
        Attributes(Batch, Batch.Scopes.Attributes, attributes);
        return Batch.Scopes.End(Batch.Dictionary.Add(name), Batch.Dictionary.Add(version), TextRef.Empty, 0);
    }

    public SpanBatchBuilder Span(
        int trace,
        int id,
        int parent = 0,
        string service = "shop",
        string name = "work",
        double startMs = 0,
        double durationMs = 10,
        SpanKind kind = SpanKind.Internal,
        SpanStatus status = SpanStatus.Unset,
        string message = "",
        (string Key, object? Value)[]? attributes = null,
        (string Name, (string Key, object? Value)[] Attributes)[]? events = null,
        (TraceId Trace, (string Key, object? Value)[] Attributes)[]? links = null,
        int? resource = null,
        int? scope = null,
        Timestamp? start = null)
    {
        var resourceIndex = resource ?? Resource(service);
        var scopeIndex = scope ?? (_scope = _scope < 0 ? Scope("tests", "1.0") : _scope);
        var time = (start ?? Start).UnixNanoseconds + (long)(startMs * 1e6);
        Batch.TraceIds.Add(Trace(trace));
        Batch.SpanIds.Add(Id(id));
        Batch.ParentSpanIds.Add(parent == 0 ? default : Id(parent));
        Batch.StartTimes.Add(time);
        Batch.Durations.Add((long)(durationMs * 1e6));
        Batch.Names.Add(Batch.Dictionary.Add(name));
        Batch.Kinds.Add(kind);
        Batch.Statuses.Add(status);
        Batch.StatusMessages.Add(Batch.Arena.Add(message));
        Batch.TraceStates.Add(TextRef.Empty);
        Batch.Flags.Add(257);
        Batch.DroppedAttributes.Add(0);
        Batch.DroppedEvents.Add(0);
        Batch.DroppedLinks.Add(0);
        Batch.ResourceIndexes.Add(resourceIndex);
        Batch.ScopeIndexes.Add(scopeIndex);
        AttributeList(Batch, Batch.Attributes, attributes ?? []);
        foreach (var (eventName, eventAttributes) in events ?? [])
        {
            Batch.Events.Times.Add(time + 1_000_000);
            Batch.Events.Names.Add(Batch.Dictionary.Add(eventName));
            Batch.Events.DroppedAttributes.Add(3);
            AttributeList(Batch, Batch.Events.Attributes, eventAttributes);
        }

        foreach (var (linkTrace, linkAttributes) in links ?? [])
        {
            Batch.Links.TraceIds.Add(linkTrace);
            Batch.Links.SpanIds.Add(Id(99));
            Batch.Links.TraceStates.Add(Batch.Arena.Add("vendor=1"));
            Batch.Links.Flags.Add(1);
            Batch.Links.DroppedAttributes.Add(2);
            AttributeList(Batch, Batch.Links.Attributes, linkAttributes);
        }

        Batch.EndSpan();
        return this;
    }

    /// <summary>Adds one whole list; values as in <see cref="Attributes"/>.</summary>
    public static void AttributeList(TelemetryBatch batch, AttributeLists to, IReadOnlyList<(string Key, object? Value)> attributes)
    {
        Attributes(batch, to, attributes);
        to.EndList();
    }

    /// <summary>Adds entries to the open list: string, long or int, double, bool, byte[] or null (empty) values; a text that starts with <c>json:</c> is an array or map.</summary>
    public static void Attributes(TelemetryBatch batch, AttributeLists to, IReadOnlyList<(string Key, object? Value)> attributes)
    {
        foreach (var (key, value) in attributes)
        {
            var (type, text) = value switch
            {
                null => (AttributeType.Empty, TextRef.Empty),
                string json when json.StartsWith("json:[", StringComparison.Ordinal) => (AttributeType.Array, batch.Arena.Add(json[5..])),
                string json when json.StartsWith("json:{", StringComparison.Ordinal) => (AttributeType.Map, batch.Arena.Add(json[5..])),
                string plain => (AttributeType.String, batch.Arena.Add(plain)),
                int number => (AttributeType.Int, batch.Arena.Add((long)number)),
                long number => (AttributeType.Int, batch.Arena.Add(number)),
                double number => (AttributeType.Double, batch.Arena.Add(number)),
                bool flag => (AttributeType.Bool, batch.Arena.Add(flag ? AttributeText.True : AttributeText.False)),
                byte[] bytes => (AttributeType.Bytes, batch.Arena.AddBase64(bytes)),
                _ => throw new ArgumentException($"No attribute type for {value.GetType().Name}."),
            };
            to.Add(batch.Dictionary.Add(key), type, text);
        }
    }
}
