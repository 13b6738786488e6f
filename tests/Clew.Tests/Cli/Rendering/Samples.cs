using Clew.Analysis.Doctor;
using Clew.Analysis.Reports;
using Clew.Server.Api.Contracts;
using Clew.Telemetry;

namespace Clew.Tests.Cli.Rendering;

/// <summary>Answers of a server, made by hand to show everything a rendering can show.</summary>
internal static class Samples
{
    private const long Millisecond = 1_000_000;

    public static readonly DateTimeOffset Begin = new(2026, 8, 21, 10, 0, 0, TimeSpan.Zero);

    public static readonly TraceId Trace = Id("5b8efff798038103d269b633813fc60c");

    public static Timestamp At(long nanoseconds) => new(Timestamp.FromDateTimeOffset(Begin).UnixNanoseconds + nanoseconds);

    public static TraceId Id(string hex) => TraceId.TryParse(hex, out var id) ? id : throw new ArgumentException($"{hex} is no trace id.", nameof(hex));

    public static SpanId Span(int number) => SpanId.TryParse($"{number:x16}", out var id) ? id : throw new ArgumentOutOfRangeException(nameof(number));

    public static ApiAttribute Text(string key, string value) => new(key, AttributeType.String, value);

    /// <summary>A checkout that fails because a charge times out; with a failing name look-up, retries, many reads alike, a span of a wrong clock and an orphan.</summary>
    public static TraceDetail Checkout()
    {
        var spans = new List<SpanDetail>
        {
            Make(1, null, "gateway", "POST /checkout", SpanKind.Server, 0, 3_100, 10, status: SpanStatus.Error, critical: true, children: 2, message: "503 Service Unavailable"),
            Make(2, 0, "gateway", "GET session", SpanKind.Client, 5, 9, 4, depth: 1, critical: true),
            Make(3, 0, "orders", "POST /orders", SpanKind.Server, 20, 3_090, 40, depth: 1, status: SpanStatus.Error, critical: true, children: 8),
        };
        for (var i = 0; i < 6; i++)
        {
            spans.Add(Make(10 + i, 2, "orders", "SELECT stock", SpanKind.Client, 30 + (i * 4), 33 + (i * 4), 3, depth: 2));
        }

        spans.Add(Make(20, 2, "inventory", "reserve 在庫", SpanKind.Server, 60, 95, 35, depth: 2, skew: 1_500_000));
        spans.Add(Make(21, 2, "payments", "POST /charge", SpanKind.Server, 120, 3_060, 5, depth: 2, status: SpanStatus.Error, critical: true, children: 1));
        spans.Add(Make(
            22,
            11 - 1,
            "payments",
            "POST api.pay.example",
            SpanKind.Client,
            125,
            3_055,
            2_930,
            depth: 3,
            status: SpanStatus.Error,
            critical: true,
            origin: true,
            events: [new EventDetail { Time = At(3_050 * Millisecond), Name = "exception", Attributes = [Text("exception.type", "TimeoutException"), Text("exception.message", "The name api.pay.example was not resolved within 1 s\n   at Resolve()")] }],
            attributes: [Text("server.address", "api.pay.example"), Text("note", "\e[31mred\e[0m")]));
        spans.Add(Make(30, null, "notifications", "send receipt", SpanKind.Consumer, 3_095, 3_099, 4, orphan: true));
        return new TraceDetail
        {
            TraceId = Trace,
            RootService = "gateway",
            RootName = "POST /checkout",
            StartTime = At(0),
            EndTime = At(3_100 * Millisecond),
            DurationNanos = 3_100 * Millisecond,
            SpanCount = spans.Count,
            ErrorCount = 4,
            OrphanCount = 1,
            Partial = true,
            Services =
            [
                new TraceServiceTime { Name = "gateway", SpanCount = 2, ErrorCount = 1, SelfTimeNanos = 14 * Millisecond, CriticalPathNanos = 30 * Millisecond },
                new TraceServiceTime { Name = "inventory", SpanCount = 1, ErrorCount = 0, SelfTimeNanos = 35 * Millisecond, CriticalPathNanos = 0 },
                new TraceServiceTime { Name = "notifications", SpanCount = 1, ErrorCount = 0, SelfTimeNanos = 4 * Millisecond, CriticalPathNanos = 0 },
                new TraceServiceTime { Name = "orders", SpanCount = 7, ErrorCount = 1, SelfTimeNanos = 58 * Millisecond, CriticalPathNanos = 130 * Millisecond },
                new TraceServiceTime { Name = "payments", SpanCount = 2, ErrorCount = 2, SelfTimeNanos = 2_935 * Millisecond, CriticalPathNanos = 2_940 * Millisecond },
            ],
            Warnings = ["The parent of 1 span has not arrived.", "The clock of inventory was 1.5 ms behind the clock of orders; self times and the critical path are computed with that corrected."],
            CriticalPath = [Stretch(0, 0, 5), Stretch(1, 5, 9), Stretch(0, 9, 20), Stretch(2, 20, 120), Stretch(10, 120, 125), Stretch(11, 125, 3_055), Stretch(10, 3_055, 3_060), Stretch(2, 3_060, 3_090), Stretch(0, 3_090, 3_100)],
            Resources = [new ResourceDetail { Service = "gateway", Attributes = [] }],
            Scopes = [new ScopeDetail { Name = "shop.http", Version = "1.2", Attributes = [] }],
            Spans = spans,
        };
    }

    public static LogList CheckoutLogs() => new()
    {
        Logs =
        [
            Log(130, "payments", 9, "Charging 6999 cents", Span(22)),
            Log(3_050, "payments", 17, "charge failed: name api.pay.example not resolved\nretries used up", Span(22)),
            Log(3_098, "gateway", 13, "answered 503", null),
        ],
        Resources = [],
        Scopes = [],
        Limit = 100,
    };

    public static LogEntry Log(long milliseconds, string service, int severity, string body, SpanId? span) => new()
    {
        Time = At(milliseconds * Millisecond),
        Service = service,
        Severity = severity,
        Body = body,
        BodyType = AttributeType.String,
        TraceId = Trace,
        SpanId = span,
        ResourceIndex = 0,
        ScopeIndex = 0,
        Attributes = [Text("order.id", "ord_1")],
    };

    /// <summary>A confirmed name-resolution incident with every block filled.</summary>
    public static InvestigationReport Incident() => new()
    {
        Verdict = Verdict.Confirmed,
        Headline = "Checkout fails for 37 % of users since 10:02:13: payments cannot resolve names quickly after the resolver's cache was switched off.",
        Window = new InvestigatedWindow { Start = Begin, End = Begin.AddMinutes(15), Origin = "given" },
        Baseline = new InvestigatedBaseline
        {
            Start = Begin.AddMinutes(-45),
            End = Begin,
            Stretches = [new BaselineStretch { Start = Begin.AddMinutes(-45), End = Begin.AddMinutes(-20), Spans = 40_000 }, new BaselineStretch { Start = Begin.AddMinutes(-15), End = Begin, Spans = 20_000 }],
            Reason = "three times the window, right before it; five minutes without data are left out",
        },
        Impact =
        [
            new Impact
            {
                Service = "gateway",
                Operation = "POST /checkout",
                RequestRate = new Comparison(3.2, 3.05, "{request}/s"),
                ErrorRatio = new Comparison(0.002, 0.37, "1"),
                DurationP95 = new Comparison(0.12, 3.1, "s"),
                ErrorStatuses = [new StatusCount("503", 72), new StatusCount("500", 9)],
                Summary = "Checkout answers 503 and 500.",
            },
        ],
        Causes =
        [
            new Cause
            {
                Rank = 1,
                Service = "payments",
                Instance = "payments-7f9c",
                Operation = "POST /charge",
                Kind = CauseKind.NameResolution,
                Verdict = Verdict.Confirmed,
                Score = 0.93,
                Summary = "Names are resolved slowly in payments, its connection pool fills up, and charges time out after three attempts.",
                Trigger = "The resolver's cache was switched off.",
                CriticalFailure = "Look-ups of api.pay.example take 1.2 s.",
                Effect = "Checkout answers 503 and 500.",
                Change = new SuspectChange
                {
                    Id = "c1", Kind = "infrastructure", Time = Begin.AddSeconds(121), Target = "dns", Summary = "resolver cache off", Author = "ops",
                    SecondsBeforeOnset = 12, Fit = "It touched what payments asks for names, shortly before the first slow look-up.",
                },
                Whys =
                [
                    new Why("Why did checkout fail?", "Because orders waited for payments until its deadline.", ["e1", "e3"]),
                    new Why("Why did payments take so long?", "Because every charge waits 1.2 s for the name of the payment API, three times.", ["e2"]),
                ],
                Evidence =
                [
                    new EvidenceItem
                    {
                        Id = "e1", Inspection = "error-origin", Statement = "72 of 81 failed requests fail first in payments POST /charge.", Entity = "payments", Significance = 14.2,
                        Observations = 81, Onset = Begin.AddSeconds(133), TraceIds = [Trace.ToString()], Query = "clew traces --service payments --errors --start 2026-08-21T10:00:00Z --end 2026-08-21T10:15:00Z",
                    },
                    new EvidenceItem { Id = "e2", Inspection = "exclusive-time", Statement = "DNS look-ups in payments take 1.2 s; 10 ms before.", Entity = "payments", Significance = 22, Observations = 420, Change = new Comparison(0.01, 1.2, "s") },
                    new EvidenceItem { Id = "e3", Inspection = "log-templates", Statement = "New: \"charge failed: name <*> not resolved\" (64 times).", Entity = "payments", Significance = 9.4, Observations = 64 },
                ],
            },
            new Cause
            {
                Rank = 2, Service = "orders", Kind = CauseKind.SlowCode, Verdict = Verdict.Inconclusive, Score = 0.21, Summary = "Takes 3 s; all of it is waiting for payments.",
                Evidence = [new EvidenceItem { Id = "e9", Inspection = "exclusive-time", Statement = "x", Entity = "orders", Significance = 2, Observations = 5 }],
            },
            new Cause { Rank = 3, Service = "auth", Kind = CauseKind.None, Verdict = Verdict.Inconclusive, Score = 0.01, Summary = "Nothing points here.", Evidence = [] },
            new Cause { Rank = 4, Service = "inventory", Kind = CauseKind.None, Verdict = Verdict.Inconclusive, Score = 0, Summary = "Nothing points here.", Evidence = [] },
        ],
        Rejected =
        [
            new RejectedAlternative("payment-api", 0.4, "It is where the failing calls go, but its own spans are as fast as before and it reports no errors.", "healthy"),
            new RejectedAlternative("orders", 0.21, "All of its extra time is spent waiting for payments.", "explained-by-deeper"),
        ],
        Timeline =
        [
            new TimelineEntry(Begin, "window-start", null, "The investigated window begins."),
            new TimelineEntry(Begin.AddSeconds(121), "change", "dns", "infrastructure: resolver cache off"),
            new TimelineEntry(Begin.AddSeconds(133), "onset", "payments", "Look-ups become slow."),
            new TimelineEntry(Begin.AddSeconds(141), "first-error", "gateway", "POST /checkout answers 503."),
        ],
        FailingTrace = new ExemplarTrace(
            Trace.ToString(), Begin.AddSeconds(300), 3.1, "Checkout waits for a charge that waits for a name.",
            [
                new TraceHop(0, "gateway", "POST /checkout", "0000000000000001", 3.1, 0.01, "503"),
                new TraceHop(1, "orders", "POST /orders", "0000000000000003", 3.07, 0.04, "payment failed"),
                new TraceHop(2, "payments", "POST /charge", "0000000000000015", 2.94, 0.005, "TimeoutException: The name api.pay.example was not resolved within 1 s"),
            ]),
        Unknown = [new UnknownInspection("resources", "payments", "It sends no CPU or memory metrics.")],
        NextSteps =
        [
            new NextStep("Switch the resolver's cache on again, or point payments at another resolver."),
            new NextStep("See the look-ups of one failing request.", $"clew trace {Trace}"),
        ],
        Coverage = new DataCoverage { WindowTraces = 2_800, WindowTracesRead = 1_000, BaselineTraces = 8_600, BaselineTracesRead = 1_000, LogsRead = 12_000, MetricSeries = 310, Changes = 1 },
    };

    private static CriticalPathEntry Stretch(int span, long from, long to) => new()
    {
        SpanIndex = span,
        StartTime = At(from * Millisecond),
        EndTime = At(to * Millisecond),
        DurationNanos = (to - from) * Millisecond,
    };

    private static SpanDetail Make(
        int id, int? parent, string service, string name, SpanKind kind, long from, long to, long self, int depth = 0, SpanStatus status = SpanStatus.Unset, bool critical = false,
        int children = 0, bool origin = false, bool orphan = false, long? skew = null, string? message = null, IReadOnlyList<EventDetail>? events = null, IReadOnlyList<ApiAttribute>? attributes = null) => new()
        {
            SpanId = Span(id),
            Service = service,
            Name = name,
            Kind = kind,
            StartTime = At(from * Millisecond),
            EndTime = At(to * Millisecond),
            DurationNanos = (to - from) * Millisecond,
            Status = status,
            StatusMessage = message,
            ResourceIndex = 0,
            ScopeIndex = 0,
            Attributes = attributes ?? [],
            Events = events ?? [],
            Links = [],
            Analysis = new SpanAnalysis
            {
                Depth = depth,
                ParentIndex = parent,
                ChildCount = children,
                SelfTimeNanos = self * Millisecond,
                CriticalPathNanos = 0,
                OnCriticalPath = critical,
                ParentMissing = orphan,
                DuplicateId = false,
                ClockSkewNanos = skew,
                ErrorOrigin = origin,
            },
        };

    /// <summary>An hour in which a header is dropped, a clock is off and a password is recorded.</summary>
    public static TelemetrySurvey Survey() => new()
    {
        Start = At(0).UnixNanoseconds,
        End = At(3_600_000_000_000).UnixNanoseconds,
        Services =
        [
            new ServiceCounts { Name = "web", Spans = 120_000, ServerSpans = 60_000, ClientSpans = 60_000, Logs = 400, LogsWithTrace = 400, LastSpan = At(3_599_000_000_000).UnixNanoseconds },
            new ServiceCounts { Name = "orders", Spans = 90_000, ServerSpans = 60_000, ClientSpans = 30_000, LastSpan = At(3_599_000_000_000).UnixNanoseconds },
        ],
        Sample = new TraceSample
        {
            OneIn = 6,
            Traces = 10_000,
            Spans = 35_000,
            ErrorTraces = 120,
            PartialTraces = 20,
            P95Duration = 480_000_000,
            Clocks = [new ClockOffset { Reference = "node-1", Host = "node-2", Offset = -250_000_000, Spread = 1_500_000, Calls = 80, Impossible = 78, Traces = ["5b8efff798038103d269b633813fc60c"] }],
            SensitiveValues = [new Symptom { Subject = "web: db.password (a secret by its key)", Count = 12, Traces = ["5b8efff798038103d269b633813fc60c"] }],
        },
        Slice = new TimeSlice
        {
            Start = At(3_540_000_000_000).UnixNanoseconds,
            End = At(3_600_000_000_000).UnixNanoseconds,
            Spans = 30_000,
            Broken = [new BrokenLink { Caller = "web", Callee = "orders", Roots = 1_000, Within = 980, ByChance = 30, Named = true, Traces = ["5b8efff798038103d269b633813fc60c", "5b8efff798038103d269b633813fc60d", "5b8efff798038103d269b633813fc60e"] }],
        },
        Capture = new ErrorCapture { Traces = 120, Missing = 1 },
        Server = new ServerState { UptimeSeconds = 7_300, AcceptedSpans = 210_000, TraceRequests = 900, CpuSeconds = 1.9, SpanRows = 210_000, SpanBytes = 12_000_000, StoreBytes = 13_000_000, ArrivalP95Seconds = 30, Queries = 40, QueryP50 = 0.01, QueryP95 = 0.05 },
    };
}
