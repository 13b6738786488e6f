using Clew.Analysis.Statistics;
using Clew.Telemetry;

namespace Clew.Analysis.Worlds;

/// <summary>
/// Counts the attributes of successful spans per operation and stretch, and samples those that are numbers. What instrumentation adds by itself is left out (another
/// version of it names things otherwise), except sizes and counts of answers and what is said of caches.
/// </summary>
internal sealed class AttributeUseCollector(int stretches)
{
    private static readonly string[] Instrumentation =
    [
        "http.", "net.", "network.", "server.", "client.", "url.", "user_agent.", "rpc.", "db.", "messaging.", "thread.", "code.", "otel.", "telemetry.", "process.", "host.", "os.", "k8s.", "container.",
        "service.", "error.", "exception.", "peer.", "source.", "destination.", "tls.", "span.", "internal.", "sampling.", "sampler.", "component", "faas.", "cloud.",
    ];

    private static readonly string[] Answers = ["http.response.body.size", "http.response_content_length", "http.response.size", "db.response.returned_rows", "messaging.batch.message_count", "rpc.server.response.size"];

    private readonly Dictionary<int, int[]> _spans = [];
    private readonly Dictionary<(int Operation, string Key), Use> _uses = [];

    public void Add(SpanView span, int operation, int stretch)
    {
        if (span.Status == SpanStatus.Error)
        {
            return;
        }

        Count(operation, stretch);
        foreach (var attribute in span.Attributes)
        {
            Add(operation, stretch, attribute.Key, attribute.Value.Text, attribute.Value.AsNumber());
        }
    }

    /// <summary>Counts a successful span.</summary>
    public void Count(int operation, int stretch)
    {
        if (!_spans.TryGetValue(operation, out var counts))
        {
            _spans[operation] = counts = new int[stretches + 1];
        }

        counts[stretch + 1]++;
    }

    /// <summary>Whether something was left out because of the limit.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Counts one attribute of a successful span.</summary>
    public void Add(int operation, int stretch, string key, string value, double? number)
    {
        if (!_uses.TryGetValue((operation, key), out var use))
        {
            if (!Says(key))
            {
                return;
            }

            if (_uses.Count >= Limits.MaxAttributeUses)
            {
                IsCut = true;
                return;
            }

            _uses[(operation, key)] = use = new Use(stretches + 1);
        }

        use.Present[stretch + 1]++;
        if (value is "" or "null" or "[]" or "{}" or "None" or "undefined")
        {
            use.Empty[stretch + 1]++;
        }

        if (number is { } n && double.IsFinite(n))
        {
            (stretch < 0 ? use.Window : use.Baseline).Add(n);
        }
    }

    public IReadOnlyList<WorldAttributeUse> Close() =>
    [
        .. _uses.OrderBy(u => u.Key.Operation).ThenBy(u => u.Key.Key, StringComparer.Ordinal)
            .Select(u => new WorldAttributeUse(u.Key.Operation, u.Key.Key, _spans.GetValueOrDefault(u.Key.Operation) ?? new int[stretches + 1], u.Value.Present, u.Value.Empty, u.Value.Window.Kept, u.Value.Baseline.Kept)),
    ];

    private static bool Says(string key)
    {
        if (Answers.Contains(key, StringComparer.Ordinal) || key.Contains("cache", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        foreach (var prefix in Instrumentation)
        {
            if (key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }
        }

        return true;
    }

    private sealed class Use(int columns)
    {
        public int[] Present { get; } = new int[columns];

        public int[] Empty { get; } = new int[columns];

        public BoundedSample<double> Window { get; } = new(Limits.MaxSampledNumbers);

        public BoundedSample<double> Baseline { get; } = new(Limits.MaxSampledNumbers);
    }
}
