using System.IO.Pipelines;
using System.Text;
using Clew.Cli.Import;
using Clew.Protocols;
using Clew.Protocols.LogLines;
using Clew.Protocols.Otlp;
using Clew.Server.Tests.Support;
using Clew.Telemetry;

namespace Clew.Server.Tests.Cli;

/// <summary><c>clew import</c> of log lines, from files and from a pipe that does not end.</summary>
public sealed class LogImportTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("clew-logs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Files_of_every_kind_become_records_with_the_file_as_their_service()
    {
        await using var receiver = await Receiver.StartAsync();
        var checkout = Write("checkout.log", "2026-11-21 10:11:12,345 ERROR [main] a.b.Pay - failed", "java.lang.IllegalStateException: no", "\tat a.b.Pay.run(Pay.java:1)", "what is this");
        var mixed = Write("mixed.jsonl", """{"msg":"json","service":"cart","level":"warn"}""", """{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"700","body":{"stringValue":"otlp"}}]}]}]}""");

        var (result, problems) = await RunAsync(receiver, [new ImportSource(checkout, 10), new ImportSource(mixed, 10)]);

        problems.ShouldBeEmpty();
        result.Outcome.ShouldBe(ImportOutcome.Complete);
        result.Totals.LogRecords.ShouldBe(4);
        result.Totals.PlainRecords.ShouldBe(1);
        Records(receiver).ShouldBe(["checkout 17 failed", "checkout 0 what is this", "cart 13 json", "unknown_service 0 otlp"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_source_of_otlp_stays_one_and_a_format_that_is_asked_for_is_the_only_one()
    {
        await using var receiver = await Receiver.StartAsync();
        var otlp = Write("a.jsonl", """{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"700","body":{"stringValue":"otlp"}}]}]}]}""", "hello");
        var (result, problems) = await RunAsync(receiver, [new ImportSource(otlp, 10)]);
        (result.Totals.LogRecords, result.Totals.BadLines).ShouldBe((1, 1));
        problems.ShouldHaveSingleItem().Where.ShouldBe($"{otlp}:2");

        var plain = Write("b.log", """{"msg":"as it is"}""");
        await RunAsync(receiver, [new ImportSource(plain, 10)], new ImportSettings { Lines = new LogLineOptions { Format = LogLineFormats.Plain } });
        Records(receiver)[^1].ShouldBe("""b 0 {"msg":"as it is"}""");

        var (strict, _) = await RunAsync(receiver, [new ImportSource(plain, 10)], new ImportSettings { OtlpOnly = true });
        strict.Totals.BadLines.ShouldBe(1);
    }

    [Fact]
    public async Task A_record_that_breaks_a_limit_is_told_with_its_line_and_the_others_are_kept()
    {
        await using var receiver = await Receiver.StartAsync();
        var file = Write("a.log", """{"msg":"good"}""", $$"""{"msg":"bad","x":"{{new string('x', 200)}}"}""", """{"msg":"good too"}""");

        var (result, problems) = await RunAsync(receiver, [new ImportSource(file, 10)], new ImportSettings { Lines = new LogLineOptions { Limits = new ProtocolLimits { MaxValueBytes = 100 } } });

        result.Outcome.ShouldBe(ImportOutcome.SomeRefused);
        (result.Totals.LogRecords, result.Totals.BadLines).ShouldBe((2, 1));
        problems.ShouldHaveSingleItem().Text.ShouldContain("MaxValueBytes = 100");
    }

    [Fact]
    public async Task A_refused_run_of_lines_is_told_with_its_first_and_last_line()
    {
        await using var receiver = await Receiver.StartAsync((_, _, _) => (200, """{"partialSuccess":{"rejectedLogRecords":"1","errorMessage":"no"}}""", null));
        var file = Write("a.log", "one", "two", "three");

        var (result, problems) = await RunAsync(receiver, [new ImportSource(file, 10)]);

        (result.Totals.LogRecords, result.Totals.Refused).ShouldBe((2, 1));
        problems.ShouldHaveSingleItem().ShouldBe(new ImportProblem($"{file}:1-3", "1 of 3 log records refused: no"));
    }

    [Fact]
    public async Task A_line_from_a_pipe_is_sent_when_the_pipe_falls_silent()
    {
        await using var run = await PipeRun.StartAsync();

        await run.WriteAsync("{\"msg\":\"first\"}\n");
        run.Clock.Advance(TimeSpan.FromMilliseconds(500));

        await run.ReceivedAsync(["unknown_service 0 first"]);
        await run.EndAsync();
    }

    [Fact]
    public async Task A_stack_trace_that_comes_in_pieces_is_one_record()
    {
        await using var run = await PipeRun.StartAsync();

        await run.WriteAsync("2026-11-21 11:59:59,000 ERROR [main] a.b.Pay - failed\n");
        run.Clock.Advance(TimeSpan.FromMilliseconds(300));
        await run.WriteAsync("java.lang.IllegalStateException: no\n\tat a.b.Pa");
        run.Clock.Advance(TimeSpan.FromMilliseconds(300));
        run.Receiver.Requests.ShouldBeEmpty();
        await run.EndAsync("y.run(Pay.java:1)\n");

        await run.ReceivedAsync(["unknown_service 17 failed"]);
        run.Receiver.Requests[0].Body.ShouldContain("\\tat a.b.Pay.run(Pay.java:1)");
    }

    [Fact]
    public async Task Lines_that_keep_coming_are_sent_within_a_second()
    {
        await using var run = await PipeRun.StartAsync();

        for (var i = 0; i < 4; i++)
        {
            await run.WriteAsync($"{{\"msg\":\"line {i}\"}}\n");
            run.Clock.Advance(TimeSpan.FromMilliseconds(300));
        }

        // The last line may yet go on; the others have waited for their second.
        await Eventually.BeTrueAsync(() => Records(run.Receiver).Contains("unknown_service 0 line 0"), "the first line is sent while others come");
        await run.EndAsync();
        Records(run.Receiver).Order().ShouldBe(["unknown_service 0 line 0", "unknown_service 0 line 1", "unknown_service 0 line 2", "unknown_service 0 line 3"]);
    }

    [Fact]
    public void Folders_hold_logs_too_also_rotated_and_packed()
    {
        Write("a.log", "x");
        Write("a.log.1", "x");
        Write("b.log.2.gz", "x");
        Write("c.txt", "x");

        ImportSource.Find([_folder]).Sources.Select(source => Path.GetFileName(source.Name)).ShouldBe(["a.log", "a.log.1", "b.log.2.gz"]);
    }

    /// <summary>Service, severity and body of every record received, in order.</summary>
    private static List<string> Records(Receiver receiver)
    {
        var records = new List<string>();
        foreach (var (_, body) in receiver.Requests)
        {
            var batch = new LogBatch();
            new OtlpDecoder(ProtocolLimits.Default).DecodeJson(Encoding.UTF8.GetBytes(body), batch).Status.ShouldBe(DecodeStatus.Ok);
            for (var row = 0; row < batch.Count; row++)
            {
                records.Add($"{batch[row].Service} {batch[row].Severity} {batch[row].Body.Text}");
            }
        }

        return records;
    }

    private string Write(string name, params string[] lines)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllLines(path, lines);
        return path;
    }

    private static async Task<(ImportResult Result, List<ImportProblem> Problems)> RunAsync(Receiver receiver, ImportSource[] sources, ImportSettings? settings = null)
    {
        var watcher = new ProblemWatcher();
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var importer = new Importer(settings ?? new ImportSettings(), new OtlpTarget(receiver.Url, Compress: false, TimeSpan.FromSeconds(30)), http, watcher, TimeProvider.System);
        var result = await importer.RunAsync(sources, new ImportTotals(sources.Length, null), CancellationToken.None, CancellationToken.None).WaitAsync(TestServer.Patience, CancellationToken.None);
        return (result, watcher.Problems);
    }

    /// <summary>An import from a pipe that the test writes into, on a clock that the test moves.</summary>
    private sealed class PipeRun : IAsyncDisposable
    {
        private readonly Pipe _pipe = new();
        private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
        private Task<ImportResult> _run = null!;

        public ManualClock Clock { get; } = new(Now);

        public Receiver Receiver { get; private set; } = null!;

        public static async Task<PipeRun> StartAsync()
        {
            var run = new PipeRun { Receiver = await Receiver.StartAsync() };
            var importer = new Importer(new ImportSettings(), new OtlpTarget(run.Receiver.Url, Compress: false, TimeSpan.FromSeconds(30)), run._http, new ProblemWatcher(), run.Clock);
            var source = new ImportSource(ImportSource.StandardInput, null) { Input = () => run._pipe.Reader.AsStream() };
            run._run = Task.Run(() => importer.RunAsync([source], new ImportTotals(1, null), CancellationToken.None, CancellationToken.None));
            return run;
        }

        /// <summary>Writes, and waits until the importer has read it and waits for more.</summary>
        public async Task WriteAsync(string text)
        {
            var before = Clock.Created;
            await _pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(text));
            await Eventually.BeTrueAsync(() => Clock.Created > before, "the importer waits for more");
        }

        public async Task EndAsync(string text = "")
        {
            await _pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(text));
            await _pipe.Writer.CompleteAsync();
            (await _run.WaitAsync(TestServer.Patience)).Outcome.ShouldBe(ImportOutcome.Complete);
        }

        public Task ReceivedAsync(string[] records) => Eventually.BeTrueAsync(() => Records(Receiver).SequenceEqual(records), string.Join(", ", records));

        public async ValueTask DisposeAsync()
        {
            await _pipe.Writer.CompleteAsync();
            await _run.WaitAsync(TestServer.Patience);
            _http.Dispose();
            await Receiver.DisposeAsync();
        }
    }
}
