using System.IO.Compression;
using System.Text;
using Clew.Cli.Import;
using Clew.Protocols.Zstandard;
using Clew.Testing;

namespace Clew.Server.Tests.Cli;

public sealed class ImporterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("clew-import-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Sends_every_signal_to_its_path_joined_and_byte_for_byte()
    {
        await using var receiver = await Receiver.StartAsync();
        var file = Write("all.jsonl", Span("a", 1_000), LogLine, MetricLine, Span("b", 2_000));

        var (result, problems) = await ImportAsync(receiver.Url, file);

        result.Outcome.ShouldBe(ImportOutcome.Complete);
        problems.ShouldBeEmpty();
        (result.Totals.Spans, result.Totals.LogRecords, result.Totals.DataPoints, result.Totals.Lines).ShouldBe((2, 1, 1, 4));
        (result.Totals.FirstTimeUnixNano, result.Totals.LastTimeUnixNano).ShouldBe((500, 2_001));
        receiver.Requests.Count.ShouldBe(3);
        receiver.Requests.ShouldContain(("/v1/traces", "{\"resourceSpans\":[" + Element("a", 1_000) + "," + Element("b", 2_000) + "]}"));
        receiver.Requests.ShouldContain(("/v1/logs", LogLine));
        receiver.Requests.ShouldContain(("/v1/metrics", MetricLine));
    }

    [Fact]
    public async Task Recognises_gzip_by_content_and_reads_folders_by_name()
    {
        await using var receiver = await Receiver.StartAsync();
        Directory.CreateDirectory(Path.Combine(_folder, "in", "deeper"));
        await File.WriteAllBytesAsync(Path.Combine(_folder, "in", "packed.json"), Gzip(Span("a", 1) + "\n"), CancellationToken.None);
        Write("in/deeper/plain.ndjson", Span("b", 2));
        Write("in/readme.txt", "not telemetry");

        var (result, problems) = await ImportAsync(receiver.Url, Path.Combine(_folder, "in"));

        problems.ShouldBeEmpty();
        result.Outcome.ShouldBe(ImportOutcome.Complete);
        result.Totals.Spans.ShouldBe(2);
        result.Totals.SourcesDone.ShouldBe(2);
        result.Totals.StoredBytesRead.ShouldBe(result.Totals.StoredBytes.ShouldNotBeNull());
    }

    [Fact]
    public async Task Reports_bad_lines_with_file_and_number_and_imports_the_others()
    {
        await using var receiver = await Receiver.StartAsync();
        var file = Write("mixed.jsonl", Span("a", 1), "{\"resourceSpans\":[{\"scopeSpans\"", "hello", Span("b", 2), new string('x', 3_000));

        var (result, problems) = await ImportAsync(receiver.Url, file, new ImportSettings(LineBytes: 2_000));

        result.Outcome.ShouldBe(ImportOutcome.SomeRefused);
        result.Totals.Spans.ShouldBe(2);
        result.Totals.BadLines.ShouldBe(3);
        problems.Select(problem => problem.Where).ShouldBe([$"{file}:2", $"{file}:3", $"{file}:5"]);
        problems[0].Text.ShouldStartWith("the JSON ends too early");
        problems[2].Text.ShouldBe("3,000 bytes long; a line may have 2,000, as much as one request");
    }

    [Fact]
    public async Task Waits_as_long_as_a_busy_server_asks_and_then_succeeds()
    {
        await using var receiver = await Receiver.StartAsync((_, _, before) => before switch
        {
            0 => (429, """{"code":8,"message":"queue full"}""", "0"),
            1 => (503, "", "0"),
            _ => (200, "{}", null),
        });
        var file = Write("a.jsonl", Span("a", 1));

        var (result, problems) = await ImportAsync(receiver.Url, file);

        result.Outcome.ShouldBe(ImportOutcome.Complete);
        problems.ShouldBeEmpty();
        result.Totals.Retries.ShouldBe(2);
        receiver.Requests.Count.ShouldBe(3);
        receiver.Requests.Select(request => request.Body).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Gives_up_on_a_server_that_stays_busy_and_says_what_it_said()
    {
        await using var receiver = await Receiver.StartAsync((_, _, _) => (503, """{"message":"disk is full"}""", "1"));
        var file = Write("a.jsonl", Span("a", 1));

        var (result, _) = await ImportAsync(receiver.Url, file, retry: TimeSpan.FromMilliseconds(100));

        result.Outcome.ShouldBe(ImportOutcome.Failed);
        result.Reason.ShouldNotBeNull().ShouldContain("disk is full");
        result.Totals.Spans.ShouldBe(0);
    }

    [Fact]
    public async Task Takes_a_refused_request_apart_until_the_line_that_spoils_it_stands_alone()
    {
        await using var receiver = await Receiver.StartAsync((_, body, _) =>
            body.Contains("poison", StringComparison.Ordinal) ? (400, """{"code":3,"message":"kind is not a number"}""", null) : (200, "{}", null));
        var lines = Enumerable.Range(0, 20).Select(i => Span(i == 13 ? "poison" : $"s{i}", i + 1)).ToArray();
        var file = Write("a.jsonl", lines);

        var (result, problems) = await ImportAsync(receiver.Url, file);

        result.Outcome.ShouldBe(ImportOutcome.SomeRefused);
        result.Totals.Spans.ShouldBe(19);
        result.Totals.Refused.ShouldBe(1);
        var problem = problems.ShouldHaveSingleItem();
        problem.Where.ShouldBe($"{file}:14");
        problem.Text.ShouldBe("1 span refused, HTTP 400: kind is not a number");
        var stored = receiver.Requests.Where(request => !request.Body.Contains("poison", StringComparison.Ordinal)).ToList();
        foreach (var i in Enumerable.Range(0, 20).Where(i => i != 13))
        {
            stored.Count(request => request.Body.Contains($"\"s{i}\"", StringComparison.Ordinal)).ShouldBe(1, $"s{i} must be stored exactly once");
        }
    }

    [Fact]
    public async Task Counts_what_a_partial_success_leaves_out_and_names_the_lines()
    {
        await using var receiver = await Receiver.StartAsync((_, _, _) =>
            (200, """{"partialSuccess":{"rejectedSpans":"2","errorMessage":"span_id is missing or all zero (2)"}}""", null));
        var file = Write("a.jsonl", Span("a", 1), Span("b", 2), Span("c", 3));

        var (result, problems) = await ImportAsync(receiver.Url, file);

        result.Outcome.ShouldBe(ImportOutcome.SomeRefused);
        (result.Totals.Spans, result.Totals.Refused).ShouldBe((1, 2));
        problems.ShouldHaveSingleItem().ShouldBe(new ImportProblem($"{file}:1-3", "2 of 3 spans refused: span_id is missing or all zero (2)"));

        var (_, single) = await ImportAsync(receiver.Url, file, new ImportSettings(RequestBytes: 0));
        single.Select(problem => problem.Where).Order().ShouldBe([$"{file}:1", $"{file}:2", $"{file}:3"]);
    }

    [Fact]
    public async Task Says_how_to_start_a_server_when_none_answers()
    {
        var file = Write("a.jsonl", Span("a", 1));
        Uri closed;
        await using (var receiver = await Receiver.StartAsync())
        {
            closed = receiver.Url;
        }

        var (result, _) = await ImportAsync(closed, file);

        result.Outcome.ShouldBe(ImportOutcome.Failed);
        result.Reason.ShouldNotBeNull().ShouldContain("clew serve");
    }

    [Fact]
    public async Task Stops_at_once_at_an_address_that_takes_no_telemetry()
    {
        await using var receiver = await Receiver.StartAsync((_, _, _) => (404, "", null));
        var file = Write("a.jsonl", Span("a", 1), Span("b", 2));

        var (result, _) = await ImportAsync(receiver.Url, file, new ImportSettings(Requests: 1, RequestBytes: 0));

        result.Outcome.ShouldBe(ImportOutcome.Failed);
        result.Reason.ShouldNotBeNull().ShouldContain("takes no OTLP (HTTP 404)");
        receiver.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task When_told_to_stop_finishes_what_is_on_the_way_and_reports_what_is_stored()
    {
        using var stop = new CancellationTokenSource();
        await using var receiver = await Receiver.StartAsync((_, _, _) =>
        {
            stop.Cancel();
            return (200, "{}", null);
        });
        var file = Write("a.jsonl", [.. Enumerable.Range(1, 2_000).Select(i => Span($"s{i}", i))]);

        var (result, _) = await ImportAsync(receiver.Url, file, new ImportSettings(Requests: 1, RequestBytes: 0), stop: stop.Token);

        result.Outcome.ShouldBe(ImportOutcome.Interrupted);
        result.Totals.Spans.ShouldBe(receiver.Requests.Count);
        result.Totals.Spans.ShouldBeLessThan(2_000);
    }

    [Fact]
    public async Task A_damaged_archive_is_reported_and_the_next_file_still_read()
    {
        await using var receiver = await Receiver.StartAsync();
        var packed = Gzip(string.Join('\n', Enumerable.Range(1, 500).Select(i => Span($"s{Guid.NewGuid()}", i))));
        for (var i = packed.Length / 2; i < (packed.Length / 2) + 200; i++)
        {
            packed[i] ^= 0x5a;
        }

        var damaged = Path.Combine(_folder, "1.jsonl.gz");
        await File.WriteAllBytesAsync(damaged, packed, CancellationToken.None);
        var good = Write("2.jsonl", Span("b", 2));

        var (result, problems) = await ImportAsync(receiver.Url, [damaged, good]);

        result.Outcome.ShouldBe(ImportOutcome.SomeRefused);
        problems.ShouldContain(problem => problem.Where.StartsWith(damaged, StringComparison.Ordinal));
        receiver.Requests.ShouldContain(request => request.Body.Contains("\"b\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Zstandard_is_unpacked_where_the_machine_can_and_elsewhere_the_command_that_helps_is_named()
    {
        await using var receiver = await Receiver.StartAsync();
        var file = Path.Combine(_folder, "a.jsonl.zst");
        await File.WriteAllBytesAsync(file, ZstandardPacker.Frame(Encoding.UTF8.GetBytes(Span("a", 1)), 20), CancellationToken.None);

        var (result, problems) = await ImportAsync(receiver.Url, file);

        if (ZstandardStream.IsSupported)
        {
            result.Outcome.ShouldBe(ImportOutcome.Complete);
            receiver.Requests.ShouldHaveSingleItem().Body.ShouldContain("\"a\"");
        }
        else
        {
            result.Outcome.ShouldBe(ImportOutcome.SomeRefused);
            problems.ShouldHaveSingleItem().Text.ShouldContain("zstd -dc");
        }
    }

    [Fact]
    public async Task Requests_over_a_network_are_packed()
    {
        await using var receiver = await Receiver.StartAsync();
        var file = Write("a.jsonl", Span("a", 1));

        var (result, _) = await ImportAsync(receiver.Url, file, compress: true);

        result.Outcome.ShouldBe(ImportOutcome.Complete);
        receiver.Requests.ShouldHaveSingleItem().Body.ShouldBe(Span("a", 1));
    }

    [Fact]
    public void A_file_that_is_not_there_is_a_mistake_of_usage()
    {
        var (sources, errors) = ImportSource.Find([Path.Combine(_folder, "nothing.jsonl"), _folder]);

        sources.ShouldBeEmpty();
        errors.Count.ShouldBe(2);
    }

    private const string LogLine = """{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"700","body":{"stringValue":"x"}}]}]}]}""";
    private const string MetricLine = """{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"m","gauge":{"dataPoints":[{"timeUnixNano":"500","asInt":"1"}]}}]}]}]}""";

    private static string Element(string name, long start) =>
        $$"""{"scopeSpans":[{"spans":[{"name":"{{name}}","startTimeUnixNano":"{{start}}","endTimeUnixNano":"{{start + 1}}"}]}]}""";

    private static string Span(string name, long start) => "{\"resourceSpans\":[" + Element(name, start) + "]}";

    private static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return packed.ToArray();
    }

    private string Write(string name, params string[] lines)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllLines(path, lines);
        return path;
    }

    private static Task<(ImportResult Result, List<ImportProblem> Problems)> ImportAsync(
        Uri url, string path, ImportSettings? settings = null, TimeSpan? retry = null, bool compress = false, CancellationToken stop = default) =>
        ImportAsync(url, [path], settings, retry, compress, stop);

    private static async Task<(ImportResult Result, List<ImportProblem> Problems)> ImportAsync(
        Uri url, string[] paths, ImportSettings? settings = null, TimeSpan? retry = null, bool compress = false, CancellationToken stop = default)
    {
        var (sources, errors) = ImportSource.Find(paths);
        errors.ShouldBeEmpty();
        var totals = new ImportTotals(sources.Count, sources.Sum(source => source.Size));
        var watcher = new ProblemWatcher();
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var importer = new Importer(settings ?? new ImportSettings(), new OtlpTarget(url, compress, retry ?? TimeSpan.FromSeconds(30)), http, watcher, TimeProvider.System);
        var result = await importer.RunAsync(sources, totals, stop, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60), CancellationToken.None);
        return (result, watcher.Problems);
    }
}
