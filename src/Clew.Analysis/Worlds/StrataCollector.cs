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

    /// <summary>Per service the traces that came to it.</summary>
    private readonly Dictionary<int, HashSet<int>> _visits = [];
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
    public bool Visit(int row, int service)
    {
        if (_cells >= Limits.MaxStrataCells)
        {
            return false;
        }

        if (!_visits.TryGetValue(service, out var rows))
        {
            _visits[service] = rows = [];
        }

        return rows.Add(row);
    }

    /// <summary>Takes one attribute of a visit.</summary>
    public void Add(int row, int service, bool isResource, string key, string value)
    {
        if (!_columns.TryGetValue((service, isResource, key), out var column))
        {
            if (IsOutcome(key) || key is "service.name")
            {
                return;
            }

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

        column.Codes.Add((row, column.Number(value)));
    }

    /// <param name="rows">The traces in the world's order, as the rows they were taken with.</param>
    /// <param name="entered">Per trace in that order, the service it came to first.</param>
    /// <param name="services">Names of services.</param>
    public WorldStrata? Close(IReadOnlyList<int> rows, IReadOnlyList<int> entered, IReadOnlyList<string> services)
    {
        var places = new int[rows.Count == 0 ? 0 : rows.Max() + 1];
        Array.Fill(places, -1);
        for (var place = 0; place < rows.Count; place++)
        {
            places[rows[place]] = place;
        }

        var own = new List<WorldStratum>();
        foreach (var key in _columns.Where(c => !c.Key.IsResource).GroupBy(c => c.Key.Key, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            own.Add(Own(key.Key, [.. key.Select(c => (c.Key.Service, c.Value))], places, entered));
        }

        var deeper = _columns.OrderBy(c => c.Key.Service).ThenBy(c => c.Key.IsResource).ThenBy(c => c.Key.Key, StringComparer.Ordinal)
            .Select(c => Deeper(c.Key.Service, c.Key.IsResource, c.Key.Key, c.Value, places, entered, services)).OfType<WorldStratum>();
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

    private static WorldStratum Own(string key, IReadOnlyList<(int Service, Texts Column)> columns, int[] places, IReadOnlyList<int> entered)
    {
        var all = new Texts();
        var codes = new int[entered.Count];
        Array.Fill(codes, StratumColumn.Missing);
        foreach (var (service, column) in columns)
        {
            column.Fill(codes, places, place => entered[place] == service);
        }

        var numbers = columns.ToDictionary(c => c.Service, c => (c.Column.Values, Numbers: new int?[c.Column.Values.Count]));
        for (var i = 0; i < codes.Length; i++)
        {
            if (codes[i] >= 0)
            {
                var (values, known) = numbers[entered[i]];
                codes[i] = known[codes[i]] ??= all.Number(values[codes[i]]);
            }
        }

        return new WorldStratum(key, -1, false, StratumColumn.Of(key, all.Values, codes));
    }

    private WorldStratum? Deeper(int service, bool isResource, string key, Texts column, int[] places, IReadOnlyList<int> entered, IReadOnlyList<string> services)
    {
        var codes = new int[entered.Count];
        Array.Fill(codes, StratumColumn.NotApplicable);
        var applicable = 0;
        foreach (var row in _visits[service])
        {
            // What the first service's span says is the request's own column.
            if (Place(places, row) is >= 0 and var place && (isResource || entered[place] != service))
            {
                codes[place] = StratumColumn.Missing;
                applicable++;
            }
        }

        if (applicable < MinRows)
        {
            return null;
        }

        column.Fill(codes, places, place => codes[place] != StratumColumn.NotApplicable);
        return new WorldStratum(key, service, isResource, StratumColumn.Of($"{services[service]}: {key}", column.Values, codes));
    }

    /// <summary>Where a trace stands in the world; -1 for one that is not in it.</summary>
    private static int Place(int[] places, int row) => row < places.Length ? places[row] : -1;

    private sealed class Texts
    {
        private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

        public List<string> Values { get; } = [];

        /// <summary>What rows say, in the order told; of a row that says two things the first counts.</summary>
        public List<(int Row, int Code)> Codes { get; } = [];

        /// <summary>Writes the codes to the places of their rows, where these are asked for.</summary>
        public void Fill(int[] codes, int[] places, Predicate<int> isAsked)
        {
            for (var i = Codes.Count - 1; i >= 0; i--)
            {
                if (Place(places, Codes[i].Row) is >= 0 and var place && isAsked(place))
                {
                    codes[place] = Codes[i].Code;
                }
            }
        }

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
