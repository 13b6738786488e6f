using Clew.Analysis.Strata;
using Clew.Telemetry;

namespace Clew.Analysis.Worlds;

/// <summary>
/// Collects the attributes by which requests differ: of the spans through which services are entered, and of the resources along the trace. What tells how a request
/// ended (statuses, errors, the response) is left out: it would explain failing by failing. Bounded by <see cref="Limits.MaxStrataKeys"/>,
/// <see cref="Limits.MaxStrataCells"/> and <see cref="Limits.MaxStratumTexts"/>.
/// </summary>
internal sealed class StrataCollector
{
    /// <summary>The request's own operation, as a column.</summary>
    public const string Operation = "operation";

    /// <summary>Requests that must come to a service before it is asked what those of them that fail have in common.</summary>
    private const int MinRows = 2 * Stratifier.MinRequests;

    private const string Rest = "(other)";

    private static readonly string[] Outcomes =
    [
        "http.response.", "http.status_code", "http.status_text", "http.resend_count", "http.request.resend_count", "error", "exception.", "otel.status", "rpc.grpc.status_code", "rpc.response.", "rpc.jsonrpc.error",
        "graphql.error", "response.", "retry", "thread.", "code.", "process.pid", "process.runtime.", "process.start", "telemetry.", "span.", "sampler.", "sampling.", "internal.", "network.peer.port", "client.port", "net.peer.port", "net.sock.peer.port",
    ];

    private readonly Dictionary<(int Service, bool IsResource, string Key), Texts> _columns = [];
    private readonly Dictionary<(int Row, int Service), bool> _visits = [];
    private long _cells;

    /// <summary>True when something was left out.</summary>
    public bool IsCut { get; private set; }

    /// <summary>True for a span through which a service is entered.</summary>
    public static bool IsEntry(SpanView span) => span.Kind is SpanKind.Server or SpanKind.Consumer || span.ParentSpanId.IsEmpty;

    /// <summary>Takes an entry span. The first visit of a service within a trace counts.</summary>
    /// <param name="row">Which trace, from 0.</param>
    public void Add(int row, int service, SpanView span)
    {
        if (Visit(row, service))
        {
            Add(row, service, false, Operation, span.Name);
            foreach (var attribute in span.Attributes)
            {
                Add(row, service, false, attribute.Key, attribute.Value.Text);
            }

            foreach (var attribute in span.Resource.Attributes)
            {
                Add(row, service, true, attribute.Key, attribute.Value.Text);
            }
        }
    }

    /// <summary>Says that a trace came to a service.</summary>
    /// <returns>False when that was known.</returns>
    public bool Visit(int row, int service) => _cells < Limits.MaxStrataCells && _visits.TryAdd((row, service), true);

    /// <summary>Takes one attribute of a visit.</summary>
    public void Add(int row, int service, bool isResource, string key, string value)
    {
        if (IsOutcome(key) || key is "service.name")
        {
            return;
        }

        if (!_columns.TryGetValue((service, isResource, key), out var column))
        {
            if (_columns.Count >= Limits.MaxStrataKeys)
            {
                IsCut = true;
                return;
            }

            _columns[(service, isResource, key)] = column = new Texts();
        }

        if (++_cells > Limits.MaxStrataCells)
        {
            IsCut = true;
            return;
        }

        column.Codes.TryAdd(row, column.Number(value));
    }

    /// <param name="rows">The traces in the world's order, as the rows they were taken with.</param>
    /// <param name="entered">Per trace in that order, the service it came to first.</param>
    /// <param name="services">Names of services.</param>
    public WorldStrata? Close(IReadOnlyList<int> rows, IReadOnlyList<int> entered, IReadOnlyList<string> services)
    {
        var own = new List<WorldStratum>();
        foreach (var key in _columns.Keys.Where(k => !k.IsResource).Select(k => k.Key).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            own.Add(Own(key, rows, entered));
        }

        var deeper = _columns.OrderBy(c => c.Key.Service).ThenBy(c => c.Key.IsResource).ThenBy(c => c.Key.Key, StringComparer.Ordinal)
            .Select(c => Deeper(c.Key.Service, c.Key.IsResource, c.Key.Key, c.Value, rows, entered, services)).OfType<WorldStratum>();
        WorldStratum[] columns = [.. own.Concat(deeper).Where(c => Differs(c.Column))];
        return columns.Length == 0 ? null : new WorldStrata(columns);
    }

    private static bool IsOutcome(string key)
    {
        foreach (var outcome in Outcomes)
        {
            if (key.StartsWith(outcome, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A column with one value for all selects nothing.</summary>
    private static bool Differs(StratumColumn column) => column.Codes.Where(c => c != StratumColumn.NotApplicable).Distinct().Take(2).Count() == 2;

    private WorldStratum Own(string key, IReadOnlyList<int> rows, IReadOnlyList<int> entered)
    {
        var all = new Texts();
        var codes = new int[rows.Count];
        for (var i = 0; i < codes.Length; i++)
        {
            codes[i] = entered[i] >= 0 && _columns.TryGetValue((entered[i], false, key), out var column) && column.Codes.TryGetValue(rows[i], out var code)
                ? all.Number(column.Values[code]) : StratumColumn.Missing;
        }

        return new WorldStratum(key, -1, false, StratumColumn.Of(key, all.Values, codes));
    }

    private WorldStratum? Deeper(int service, bool isResource, string key, Texts column, IReadOnlyList<int> rows, IReadOnlyList<int> entered, IReadOnlyList<string> services)
    {
        var codes = new int[rows.Count];
        var applicable = 0;
        for (var i = 0; i < codes.Length; i++)
        {
            // What the first service's span says is the request's own column.
            codes[i] = !_visits.ContainsKey((rows[i], service)) || (!isResource && entered[i] == service) ? StratumColumn.NotApplicable
                : column.Codes.TryGetValue(rows[i], out var code) ? code : StratumColumn.Missing;
            applicable += codes[i] == StratumColumn.NotApplicable ? 0 : 1;
        }

        return applicable < MinRows ? null : new WorldStratum(key, service, isResource, StratumColumn.Of($"{services[service]}: {key}", column.Values, codes));
    }

    private sealed class Texts
    {
        private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

        public List<string> Values { get; } = [];

        /// <summary>By row.</summary>
        public Dictionary<int, int> Codes { get; } = [];

        public int Number(string value)
        {
            value = value.Length <= Limits.MaxStratumText ? value : value[..Limits.MaxStratumText];
            if (!_numbers.TryGetValue(value, out var number))
            {
                if (Values.Count >= Limits.MaxStratumTexts)
                {
                    value = Rest;
                    if (_numbers.TryGetValue(value, out number))
                    {
                        return number;
                    }
                }

                _numbers[value] = number = Values.Count;
                Values.Add(value);
            }

            return number;
        }
    }
}
