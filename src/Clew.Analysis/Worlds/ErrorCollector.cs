using Clew.Analysis.Errors;
using Clew.Telemetry;

namespace Clew.Analysis.Worlds;

/// <summary>Counts exceptions of spans and log records by their signature. Bounded by <see cref="Limits.MaxErrorSignatures"/>.</summary>
internal sealed class ErrorCollector(int stretches)
{
    private const int MaxTraces = 50;

    private readonly ErrorSignatures _signatures = new();
    private readonly Dictionary<(int Service, ulong Id), Counted> _errors = [];

    /// <summary>Whether something was left out because of the limit.</summary>
    public bool IsCut { get; private set; }

    public void Add(SpanView span, int service, int stretch)
    {
        for (var i = 0; i < span.EventCount; i++)
        {
            var e = span.Event(i);
            if (e.Name == "exception")
            {
                Add(e.Attributes, service, stretch, e.Time, span.TraceId);
            }
        }
    }

    public void Add(LogView log, int service, int stretch)
    {
        // Cheap: most records carry no attributes of an exception.
        if (log.Severity >= WorldTemplate.ErrorSeverity)
        {
            Add(log.Attributes, service, stretch, log.Time, log.TraceId);
        }
    }

    public IReadOnlyList<WorldError> Close() =>
    [
        .. _errors.OrderBy(e => e.Key.Service).ThenBy(e => e.Key.Id).Select(e => new WorldError(
            e.Key.Service, e.Key.Id.ToString("x16", System.Globalization.CultureInfo.InvariantCulture), e.Value.Signature.Type, e.Value.Signature.Message, e.Value.Signature.Frames, e.Value.Counts, e.Value.First, e.Value.Traces)),
    ];

    private void Add(AttributeListView attributes, int service, int stretch, Timestamp time, TraceId trace)
    {
        var type = attributes.Find("exception.type")?.Text ?? "";
        var message = attributes.Find("exception.message")?.Text ?? "";
        if (type.Length == 0 && message.Length == 0)
        {
            return;
        }

        var signature = _signatures.Of(type, message, attributes.Find("exception.stacktrace")?.Text ?? "", time);
        if (!_errors.TryGetValue((service, signature.Id), out var counted))
        {
            if (_errors.Count >= Limits.MaxErrorSignatures)
            {
                IsCut = true;
                return;
            }

            _errors[(service, signature.Id)] = counted = new Counted(signature, new int[stretches + 1]);
        }

        counted.Counts[stretch + 1]++;
        if (stretch < 0)
        {
            counted.First = counted.First == 0 ? time.UnixNanoseconds : Math.Min(counted.First, time.UnixNanoseconds);
            if (!trace.IsEmpty && counted.Traces.Count < MaxTraces && trace.ToString() is var id && !counted.Traces.Contains(id))
            {
                counted.Traces.Add(id);
            }
        }
    }

    private sealed class Counted(ErrorSignature signature, int[] counts)
    {
        public ErrorSignature Signature { get; } = signature;

        public int[] Counts { get; } = counts;

        public List<string> Traces { get; } = [];

        public long First { get; set; }
    }
}
