using System.Globalization;
using System.Text.Json.Nodes;
using Clew.Testing;

namespace Clew.Server.Tests.Doctor;

/// <summary>
/// OTLP/JSON of a shop: three hundred checkouts in 48 seconds, web calls orders, orders asks its database; every tenth logs an error. Sound unless a
/// switch is set; each switch is one fault a real shop has.
/// </summary>
internal sealed record FaultyShop
{
    public const int Traces = 300;
    public const int SpansPerTrace = 4;

    private const int StepMs = 160;
    private const int Server = 2;
    private const int Client = 3;
    private const int Producer = 4;
    private const int Consumer = 5;

    private readonly List<JsonObject> _spans = [];
    private readonly List<JsonObject> _logs = [];

    /// <summary>By name: the shop, the check that finds the fault, and what its subject contains.</summary>
    public static IReadOnlyDictionary<string, (Func<FaultyShop> Shop, string Check, string Subject)> Faults { get; } = new Dictionary<string, (Func<FaultyShop>, string, string)>
    {
        ["a proxy drops the header"] = (() => new FaultyShop { LoseContext = true }, "broken-propagation", "web → orders"),
        ["messages carry no context"] = (() => new FaultyShop { LoseMessages = true }, "broken-messaging", "mail: receipts"),
        ["a collector loses spans"] = (() => new FaultyShop { LoseClients = 5 }, "partial-traces", "orders"),
        ["nothing but entries is instrumented"] = (() => new FaultyShop { LoseContext = true, LoseDatabase = true }, "single-span-traces", "orders"),
        ["a thread pool drops the context"] = (() => new FaultyShop { LooseDatabase = true }, "lost-in-process", "orders"),
        ["one service has ids of 64 bits"] = (() => new FaultyShop { ShortIds = true }, "mixed-context-formats", "legacy"),
        ["the callee has no tracing"] = (() => new FaultyShop { LoseOrders = true }, "uninstrumented-callee", "web → orders"),
        ["a clock is ahead"] = (() => new FaultyShop { OrdersAheadMs = 250 }, "clock-skew", "node-2"),
        ["a clock is set back"] = (() => new FaultyShop { NegativeDatabase = true }, "negative-durations", "orders"),
        ["everything is sent twice"] = (() => new FaultyShop { SendTwice = true }, "duplicates", "web"),
        ["failures answer 500 in silence"] = (() => new FaultyShop { SilentFailures = true }, "unmarked-errors", "web"),
        ["failed traces are sampled away"] = (() => new FaultyShop { LoseFailures = true }, "uncaptured-errors", "orders"),
        ["everything fails"] = (() => new FaultyShop { AlwaysFails = true }, "chronic-errors", "web"),
        ["logs know no trace"] = (() => new FaultyShop { LooseLogs = true }, "logs-without-trace", "orders"),
        ["a service only logs"] = (() => new FaultyShop { LoggingService = "cron" }, "services-without-traces", "cron"),
        ["tracing was switched off"] = (() => new FaultyShop { LogsGoOn = true }, "tracing-stopped", "orders"),
        ["unsampled spans are sent"] = (() => new FaultyShop { OrdersFlags = 256 }, "inconsistent-sampling", "orders"),
        ["services sample by different shares"] = (() => new FaultyShop { Thresholds = true }, "inconsistent-sampling", "orders and web"),
        ["hardly any traffic"] = (() => new FaultyShop { Checkouts = 12 }, "thin-data", ""),
        ["a service has no name"] = (() => new FaultyShop { WebName = null }, "service-names", "unknown_service"),
        ["a service has two names"] = (() => new FaultyShop { LoggingService = "Orders" }, "service-names", "Orders, orders"),
        ["span names contain ids"] = (() => new FaultyShop { NamesWithIds = true }, "unstable-span-names", "web"),
        ["every span has a value of its own"] = (() => new FaultyShop { UserIds = true }, "high-cardinality-attributes", "web: user.id"),
        ["an old SDK says the old names"] = (() => new FaultyShop { OldNames = true }, "schema-drift", "http.method"),
        ["database calls are internal"] = (() => new FaultyShop { DatabaseKind = 1 }, "kind-mistakes", "orders: database calls"),
        ["a vendor's library makes the spans"] = (() => new FaultyShop { OrdersSdk = "dd-trace" }, "foreign-instrumentation", "orders"),
        ["a header is recorded"] = (() => new FaultyShop { Header = true }, "sensitive-data", "web: http.request.header.authorization"),
        ["a query for every row"] = (() => new FaultyShop { Queries = 120 }, "span-explosion", "orders"),
        ["a constant on every span"] = (() => new FaultyShop { Constant = new string('x', 3_000) }, "constant-attributes", "orders"),
        ["the log level is debug"] = (() => new FaultyShop { DebugLines = 4 }, "debug-logs", "orders"),
        ["the exporter traces itself"] = (() => new FaultyShop { Exports = true }, "exporter-traced", "web"),
    };

    public int Checkouts { get; init; } = Traces;

    public bool LoseContext { get; init; }

    public bool LoseMessages { get; init; }

    /// <summary>The client span of one checkout in so many is lost; 0 loses none.</summary>
    public int LoseClients { get; init; }

    public bool LoseDatabase { get; init; }

    public bool LooseDatabase { get; init; }

    public bool ShortIds { get; init; }

    public bool LoseOrders { get; init; }

    public int OrdersAheadMs { get; init; }

    public bool NegativeDatabase { get; init; }

    public bool SendTwice { get; init; }

    public bool SilentFailures { get; init; }

    public bool LoseFailures { get; init; }

    public bool AlwaysFails { get; init; }

    public bool LooseLogs { get; init; }

    public string? LoggingService { get; init; }

    public bool LogsGoOn { get; init; }

    public int OrdersFlags { get; init; } = 257;

    public bool Thresholds { get; init; }

    public string? WebName { get; init; } = "web";

    public bool NamesWithIds { get; init; }

    public bool UserIds { get; init; }

    public bool OldNames { get; init; }

    public int DatabaseKind { get; init; } = Client;

    public string OrdersSdk { get; init; } = "opentelemetry";

    public bool Header { get; init; }

    public int Queries { get; init; } = 1;

    public string? Constant { get; init; }

    public int DebugLines { get; init; }

    public bool Exports { get; init; }

    /// <summary>One request for each signal.</summary>
    public IEnumerable<(string Signal, string Json)> Requests()
    {
        for (var i = 0; i < Checkouts; i++)
        {
            AddCheckout(i);
        }

        if (LoggingService is { } service)
        {
            for (var i = 0; i < 60; i++)
            {
                Log(service, i * StepMs, 9, "tick", null);
            }
        }

        for (var i = 0; LogsGoOn && i < 20; i++)
        {
            Log("orders", 200_000 + (i * 1_000), 9, "still here", SpanBatchBuilder.Trace(1).ToString());
        }

        var traces = new JsonObject { ["resourceSpans"] = Group(_spans, "scopeSpans", "spans") }.ToJsonString();
        yield return ("traces", traces);
        if (SendTwice)
        {
            yield return ("traces", traces);
        }

        yield return ("logs", new JsonObject { ["resourceLogs"] = Group(_logs, "scopeLogs", "logRecords") }.ToJsonString());
    }

    private void AddCheckout(int i)
    {
        var at = i * StepMs;
        var fails = i % 10 == 0;
        var trace = SpanBatchBuilder.Trace(i + 1).ToString();
        var web = WebName ?? string.Empty;
        var status = AlwaysFails ? 2 : 0;
        var code = SilentFailures && fails ? 500 : 200;
        var isKept = !(LoseFailures && fails);
        var first = _spans.Count;
        Span(web, trace, 1, 0, NamesWithIds ? $"GET /checkout/{i}" : "GET /checkout/{id}", Server, at, 100, status,
            ("http.route", "/checkout/{id}"), ("http.request.method", "GET"), ("http.response.status_code", code),
            UserIds ? ("user.id", $"u-{i}-{i * 7}") : null, Header ? ("http.request.header.authorization", "Basic c2hvcDpzZWNyZXQ=") : null);
        if (LoseClients == 0 || i % LoseClients != 0)
        {
            Span(web, trace, 2, 1, "GET", Client, at + 5, 80, status, ("http.request.method", "GET"), ("server.address", "orders"), ("url.full", "http://orders:8080/orders"));
        }

        if (Exports)
        {
            Span(web, trace, 8, 1, "POST", Client, at + 90, 5, 0, ("http.request.method", "POST"), ("url.full", "http://collector:4318/v1/traces"));
        }

        if (!LoseOrders)
        {
            var own = LoseContext ? SpanBatchBuilder.Trace(10_001 + i).ToString() : trace;
            Span("orders", own, 3, LoseContext ? 0 : 2, "GET /orders", Server, at + 10 + OrdersAheadMs, 60, 0, ("http.route", "/orders"), (OldNames ? "http.method" : "http.request.method", "GET"));
            for (var query = 0; query < (i == 0 ? Queries : 1) && !LoseDatabase; query++)
            {
                var database = LooseDatabase ? SpanBatchBuilder.Trace(20_001 + i).ToString() : own;
                Span("orders", database, 100 + query, LooseDatabase ? 0 : 3, "SELECT shop.items", DatabaseKind, at + 20 + OrdersAheadMs, NegativeDatabase && fails ? -5 : 10, 0, ("db.system.name", "postgresql"));
            }
        }

        if (LoseMessages)
        {
            Span(web, trace, 6, 1, "send receipts", Producer, at + 90, 2, 0, ("messaging.system", "kafka"), ("messaging.destination.name", "receipts"));
            Span("mail", SpanBatchBuilder.Trace(30_001 + i).ToString(), 7, 0, "process receipts", Consumer, at + 95, 2, 0, ("messaging.system", "kafka"), ("messaging.destination.name", "receipts"));
        }

        if (ShortIds && fails)
        {
            Span("legacy", $"0000000000000000{i + 1:x16}", 9, 0, "GET /old", Server, at, 20, 0);
        }

        if (!isKept)
        {
            _spans.RemoveRange(first, _spans.Count - first);
        }

        Log("orders", at + 15, fails ? 17 : 9, fails ? "stock is low" : "order placed", LooseLogs ? null : trace);
        for (var line = 0; line < DebugLines; line++)
        {
            Log("orders", at + 16 + line, 5, "cache looked up", trace);
        }
    }

    private void Span(string service, string trace, int id, int parent, string name, int kind, int startMs, int durationMs, int status, params (string Key, object Value)?[] attributes)
    {
        var list = new JsonArray();
        foreach (var (key, value) in attributes.OfType<(string Key, object Value)>().Concat(Constant is { } text ? [("build.flags", text)] : []))
        {
            list.Add(Attribute(key, value));
        }

        _spans.Add(new JsonObject
        {
            ["service"] = service,
            ["traceId"] = trace,
            ["spanId"] = SpanBatchBuilder.Id(id).ToString(),
            ["parentSpanId"] = parent == 0 ? string.Empty : SpanBatchBuilder.Id(parent).ToString(),
            ["traceState"] = !Thresholds ? string.Empty : service == "web" ? "ot=th:8" : "ot=th:c",
            ["flags"] = service == "orders" ? OrdersFlags : 257,
            ["name"] = name,
            ["kind"] = kind,
            ["startTimeUnixNano"] = At(startMs),
            ["endTimeUnixNano"] = At(startMs + durationMs),
            ["status"] = new JsonObject { ["code"] = status },
            ["attributes"] = list,
        });
    }

    private void Log(string service, int atMs, int severity, string body, string? trace) => _logs.Add(new JsonObject
    {
        ["service"] = service,
        ["timeUnixNano"] = At(atMs),
        ["severityNumber"] = severity,
        ["body"] = new JsonObject { ["stringValue"] = body },
        ["traceId"] = trace ?? string.Empty,
    });

    /// <summary>Records by service, as OTLP nests them.</summary>
    private JsonArray Group(List<JsonObject> records, string scopes, string name)
    {
        var groups = new JsonArray();
        foreach (var group in records.GroupBy(record => (string)record["service"]!).ToArray())
        {
            var attributes = new JsonArray { Attribute("telemetry.sdk.name", group.Key == "orders" ? OrdersSdk : "opentelemetry"), Attribute("host.name", group.Key == "orders" ? "node-2" : group.Key == "mail" ? "node-3" : "node-1") };
            if (group.Key.Length > 0)
            {
                attributes.Add(Attribute("service.name", group.Key));
            }

            var list = new JsonArray();
            foreach (var record in group)
            {
                var copy = (JsonObject)record.DeepClone();
                copy.Remove("service");
                list.Add(copy);
            }

            groups.Add(new JsonObject
            {
                ["resource"] = new JsonObject { ["attributes"] = attributes },
                [scopes] = new JsonArray { new JsonObject { ["scope"] = new JsonObject { ["name"] = "shop" }, [name] = list } },
            });
        }

        return groups;
    }

    private static JsonObject Attribute(string key, object value) => new()
    {
        ["key"] = key,
        ["value"] = value is int number
            ? new JsonObject { ["intValue"] = number.ToString(CultureInfo.InvariantCulture) }
            : new JsonObject { ["stringValue"] = (string)value },
    };

    private static string At(int milliseconds) => (SpanBatchBuilder.Start + TimeSpan.FromMilliseconds(milliseconds)).UnixNanoseconds.ToString(CultureInfo.InvariantCulture);
}
