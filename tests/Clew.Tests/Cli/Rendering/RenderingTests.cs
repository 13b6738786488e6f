using Clew.Analysis.Doctor;
using Clew.Analysis.Reports;
using Clew.Cli.Import;
using Clew.Cli.Rendering;
using Clew.Server.Api.Contracts;
using FsCheck;
using FsCheck.Fluent;

namespace Clew.Tests.Cli.Rendering;

public sealed class RenderingTests
{
    [Theory]
    [InlineData(80, false)]
    [InlineData(120, false)]
    [InlineData(80, true)]
    public void Trace_as_a_waterfall(int width, bool ascii) =>
        TraceText.Render(Samples.Checkout(), new TraceView(), At(width, ascii)).ShouldMatch($"trace-{width}{(ascii ? "-ascii" : "")}", width);

    [Fact]
    public void Trace_with_its_logs() => TraceText.Render(Samples.Checkout(), new TraceView(Logs: Samples.CheckoutLogs()), At(80)).ShouldMatch("trace-logs", 80);

    [Fact]
    public void Trace_with_everything()
    {
        var lines = TraceText.Render(Samples.Checkout(), new TraceView(Verbose: true, All: true), At(100)).ToList();

        lines.ShouldMatch("trace-verbose", 120);
        lines.ShouldAllBe(line => !line.ToString().Contains('\e'));
    }

    [Fact]
    public void A_trace_without_end_is_cut_with_a_word_about_it()
    {
        var trace = Samples.Checkout();
        var root = trace.Spans[0];
        var many = trace with { Spans = [.. Enumerable.Range(0, TraceText.SpansShown + 10).Select(i => root with { Name = $"op {i}", Events = [] })], Warnings = [] };

        var lines = TraceText.Render(many, new TraceView(), At(80)).Select(line => line.ToString()).ToList();

        lines.ShouldContain("  … 10 more spans (--all shows them)");
        TraceText.Render(many, new TraceView(All: true), At(80)).Count().ShouldBe(lines.Count + 9);
    }

    [Theory]
    [InlineData(80, false)]
    [InlineData(80, true)]
    [InlineData(120, false)]
    public void Report_of_an_investigation(int width, bool ascii) =>
        InvestigationText.Render(Samples.Incident(), full: false, At(width, ascii)).ShouldMatch($"investigation-{width}{(ascii ? "-ascii" : "")}", width);

    [Fact]
    public void Report_that_names_no_cause()
    {
        var incident = Samples.Incident();
        var report = incident with
        {
            Verdict = Verdict.Inconclusive,
            Headline = "Nothing in the telemetry stands out against the baseline.",
            Causes = [.. incident.Causes.Skip(2).Select((cause, i) => cause with { Rank = i + 1 })],
            Impact = [],
            Rejected = [],
            FailingTrace = null,
            Baseline = incident.Baseline with { End = incident.Baseline.Start, Stretches = [], Reason = "the store holds nothing from before the window" },
            NextSteps = [new NextStep("Widen the window, or name a service that is in trouble.")],
        };

        InvestigationText.Render(report, full: false, At(80)).ShouldMatch("investigation-inconclusive", 80);
    }

    [Theory]
    [InlineData(80, false)]
    [InlineData(80, true)]
    public void What_the_doctor_found(int width, bool ascii) =>
        DoctorText.Report(TracingDoctor.Examine(Samples.Survey()), all: false, At(width, ascii)).ShouldMatch($"doctor-{width}{(ascii ? "-ascii" : "")}", width);

    [Fact]
    public void What_the_doctor_did_not_find() => DoctorText.Report(TracingDoctor.Examine(new TelemetrySurvey()), all: true, At(80)).ShouldMatch("doctor-nothing", 80);

    [Fact]
    public void Measures_of_the_tracing() => DoctorText.Measures(TracingMeasures.Of(Samples.Survey()), At(100)).ShouldMatch("doctor-measures", 100);

    [Fact]
    public void Log_records_on_a_terminal_and_in_a_file()
    {
        LogText.Render(Samples.CheckoutLogs(), new LogTextView(), At(80)).ShouldMatch("logs-80", 120);
        LogText.Render(Samples.CheckoutLogs(), new LogTextView(Verbose: true), At(120) with { Unbounded = true }).ShouldMatch("logs-file", 120);
    }

    [Fact]
    public void Lists()
    {
        var services = new ServiceList
        {
            Services =
            [
                new ServiceEntry { Name = "gateway", SpanCount = 1_234_567, ErrorCount = 12, LogCount = 800 },
                new ServiceEntry { Name = "a-service-with-a-name-that-is-longer-than-anybody-should-have-given-it-really", SpanCount = 3, ErrorCount = 3, LogCount = 0 },
            ],
        };
        ListText.Services(services, At(80)).ShouldMatch("services", 80);
        ListText.Services(new ServiceList { Services = [] }, At(80)).Single().ToString().ShouldContain("clew import FILE");

        var entry = new TraceEntry
        {
            TraceId = Samples.Trace,
            RootService = "gateway",
            RootName = "POST /checkout",
            StartTime = Samples.At(0),
            EndTime = Samples.At(3_100_000_000),
            DurationNanos = 3_100_000_000,
            SpanCount = 14,
            ErrorCount = 3,
            OrphanCount = 1,
            Partial = true,
            Services = [.. new[] { "auth", "dns", "gateway", "inventory", "orders", "payments" }.Select(name => new TraceServiceEntry { Name = name, SpanCount = 1, ErrorCount = 0 })],
        };
        var traces = new TraceList { Traces = [entry, entry with { ErrorCount = 0, Partial = false }], Limit = 2 };
        ListText.Traces(traces, At(80)).ShouldMatch("traces-80", 80);
        ListText.Traces(traces, At(120)).ShouldMatch("traces-120", 120);
    }

    [Fact]
    public void Dependencies_as_table_and_graphs()
    {
        var list = new DependencyList
        {
            StartTime = Samples.At(0),
            EndTime = Samples.At(3_600_000_000_000),
            Dependencies = [new DependencyEntry { Caller = "gateway", Callee = "orders", CallCount = 512, ErrorCount = 7 }, new DependencyEntry { Caller = "orders", Callee = "pay\"ments", CallCount = 1, ErrorCount = 0 }],
        };

        ListText.Dependencies(list, At(80)).ShouldMatch("deps", 80);
        DependencyGraph.Dot(list).ShouldMatch("deps-dot", 120);
        DependencyGraph.Mermaid(list).ShouldMatch("deps-mermaid", 120);
    }

    [Fact]
    public void Import_in_progress_and_at_its_end()
    {
        var totals = new ImportSnapshot
        {
            Sources = 3,
            SourcesDone = 1,
            Spans = 1_000_000,
            LogRecords = 200_000,
            DataPoints = 0,
            Refused = 12,
            BadLines = 3,
            PlainRecords = 40,
            Lines = 1_999,
            Bytes = 1_500_000_000,
            StoredBytesRead = 45_000_000,
            StoredBytes = 100_000_000,
            Requests = 300,
            Retries = 0,
            FirstTimeUnixNano = Samples.At(0).UnixNanoseconds,
            LastTimeUnixNano = Samples.At(3_600_000_000_000).UnixNanoseconds,
        };
        var rate = new ImportRate(100_000, 125_000_000, 3_700_000);
        Line[] lines =
        [
            ImportText.Progress(totals, rate, null, At(120)),
            ImportText.Progress(totals, rate, null, At(120, ascii: true)),
            ImportText.Progress(totals with { StoredBytes = null }, rate, null, At(120)),
            ImportText.Progress(totals, rate, "HTTP 503: queue full (again in 2.00 s)", At(120)),
            ImportText.Plain(totals, rate),
            Line.Empty,
            .. ImportText.Summary(new ImportResult(ImportOutcome.SomeRefused, null, totals, TimeSpan.FromSeconds(12.3)), At(80)),
            Line.Empty,
            .. ImportText.Summary(new ImportResult(ImportOutcome.Failed, "the server did not take a request for 300 s: HTTP 503: disk is full", totals, TimeSpan.FromSeconds(312)), At(80)),
        ];

        lines.ShouldMatch("import", 120);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(999, "999 ns")]
    [InlineData(1_500, "1.50 µs")]
    [InlineData(999_600, "1.00 ms")]
    [InlineData(45_000_000, "45.0 ms")]
    [InlineData(999_600_000, "1.00 s")]
    [InlineData(59_960_000_000, "1m 00s")]
    [InlineData(125_000_000_000, "2m 05s")]
    [InlineData(3_599_600_000_000, "1h 00m")]
    [InlineData(-2_000_000, "-2.00 ms")]
    [InlineData(90_000_000_000_000, "1d 01h")]
    public void Durations_have_three_digits_and_their_unit(long nanoseconds, string expected) => At(80).Duration(nanoseconds).ShouldBe(expected);

    [Fact]
    public void Times_are_shown_in_the_zone_asked_for()
    {
        var page = At(80) with { Zone = TimeZoneInfo.CreateCustomTimeZone("x", TimeSpan.FromHours(2), "x", "x") };

        page.DateTime(Samples.At(5_000_000)).ShouldBe("2026-08-21 12:00:00.005+02:00");
        At(80).DateTime(Samples.At(5_000_000)).ShouldBe("2026-08-21 10:00:00.005Z");
    }

    [Fact]
    public void Wrapping_loses_no_word_and_keeps_the_width()
    {
        var text = Gen.Elements("a", "word", "在庫", "averyveryverylongwordindeed", "it's", "é").ArrayOf().Zip(Gen.Choose(8, 40));
        Prop.ForAll(Arb.From(text), input =>
        {
            var (words, width) = input;
            var lines = TextWidth.Wrap(string.Join(' ', words), width);
            lines.ShouldAllBe(line => TextWidth.Of(line) <= width);
            string.Concat(lines).Replace(" ", string.Empty, StringComparison.Ordinal).ShouldBe(string.Concat(words));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("two\r\nlines\tand a tab", "two lines and a tab")]
    [InlineData("\e]0;title\a\e[2J", "�]0;title��[2J")]
    [InlineData("abc\u202edcba", "abc�dcba")]
    public void Text_from_elsewhere_cannot_steer_the_terminal(string text, string expected) => Clew.Cli.Sentence.Clean(text).ShouldBe(expected);

    private static Page At(int width, bool ascii = false) => new() { Width = width, Ascii = ascii };
}
