using System.Text;
using System.Text.Json;
using Clew.Protocols;
using Clew.Protocols.Loki;
using Clew.Protocols.Otlp;
using Clew.Query.Language;
using Clew.Query.LogQL.Extraction;
using Clew.Query.LogQL.Source;
using Clew.Query.LogQL.Stored;
using Clew.Query.LogQL.Syntax;
using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Syntax;
using Clew.Server.Tests.Storage;
using Clew.Telemetry;

namespace Clew.Server.Tests.Query;

/// <summary>What LogQL's source promises, of the one that reads the store: every entry once, in order, whatever the portions are; counts that are what reading would give.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class StoredLogSourceTests : IAsyncLifetime
{
    private const long Start = 1_772_359_200_000_000_000;
    private const long Second = 1_000_000_000;

    /// <summary>Texts that would do harm if anything of them were taken for SQL, and ordinary ones.</summary>
    private static readonly string[] Words = ["error", "x' OR 1=1 --", "\\", "'", "\\'", "é", "%", "_", "a.b", "{p:String}", "\0", "`", "\"", "?", "$1", "error'); DROP TABLE logs; --", "😀"];

    private TemporaryStore _store = null!;

    public async Task InitializeAsync() => _store = await TemporaryStore.OpenAsync();

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task Every_entry_comes_once_and_in_order_whatever_the_portions_are()
    {
        var random = new Random(20261121);
        var entries = new List<(string Stream, long Time, string Line)>();
        for (var i = 0; i < 400; i++)
        {
            entries.Add((i % 3 == 0 ? "a" : i % 3 == 1 ? "b" : "c", Start + (random.Next(60) * Second / 4), $"line {random.Next(100)} {i}"));
        }

        var tenant = new Tenant("order");
        await PushAsync(tenant, entries);
        foreach (var portion in new[] { 10, 37, 1_000 })
        {
            foreach (var wanted in new[] { 0, 5 })
            {
                var forward = await SelectAsync(Source(tenant, portion), Selection("{app=~\"a|b\"}", [], LogDirection.Forward) with { Wanted = wanted });
                var backward = await SelectAsync(Source(tenant, portion), Selection("{app=~\"a|b\"}", [], LogDirection.Backward) with { Wanted = wanted });

                forward.Select(entry => (entry.Labels["app"], entry.Time, entry.Line)).Order()
                    .ShouldBe(entries.Where(entry => entry.Stream != "c" && entry.Time < Start + (10 * Second)).Order());
                forward.Select(entry => entry.Time).ShouldBeInOrder();
                Enumerable.Reverse(backward).Select(entry => entry.Line).ShouldBe(forward.Select(entry => entry.Line));
            }
        }
    }

    [Fact]
    public async Task More_entries_of_one_moment_than_a_portion_holds_are_a_limit_that_is_named()
    {
        var tenant = new Tenant("moment");
        await PushAsync(tenant, [.. Enumerable.Range(0, 50).Select(i => ("a", Start + Second, $"line {i}"))]);

        (await SelectAsync(Source(tenant, 50), Selection("{app=\"a\"}", [], LogDirection.Forward))).Count.ShouldBe(50);
        var error = await Should.ThrowAsync<QueryLimitException>(() => SelectAsync(Source(tenant, 40), Selection("{app=\"a\"}", [], LogDirection.Backward)));
        error.Limit.ShouldBe("query.portion_entries");
    }

    [Fact]
    public async Task Counts_are_what_reading_would_give()
    {
        var random = new Random(7);
        var tenant = new Tenant("counts");
        await PushAsync(tenant, [.. Enumerable.Range(0, 300).Select(i => (i % 2 == 0 ? "a" : "b", Start + (random.Next(40) * Second / 4), $"level={(i % 5 == 0 ? "error" : "info")} ü {new string('x', i % 7)}"))]);
        for (var round = 0; round < 30; round++)
        {
            var start = Start - Second + (random.Next(20) * Second / 4);
            var width = (1 + random.Next(8)) * Second / 4;
            var counting = new LogCounting(
                Matchers("{app=~\".+\"}"),
                random.Next(3) switch { 0 => [], 1 => [Filter(LineFilterKind.Contains, "error")], _ => [Filter(LineFilterKind.NotContains, "error", "xxx")] },
                start, start + (width * (1 + random.Next(5))), width, random.Next(3) switch { 0 => [], 1 => ["app"], _ => ["app", "detected_level"] }, random.Next(2) == 0);

            var counted = await Source(tenant, 1_000).CountAsync(counting, Budget(), CancellationToken.None);

            counted.ShouldNotBeNull();
            var read = (await SelectAsync(Source(tenant, 1_000, withLevel: true), new LogSelection(counting.Matchers, [], start + 1, counting.End + 1, LogDirection.Forward, 0, true, true)))
                .Where(entry => counting.LineFilters.All(filter => filter.Terms.Any(term => entry.Line.Contains(term.Text, StringComparison.Ordinal)) != filter.Kind.IsNegative()))
                .GroupBy(entry => (Labels: LabelSet.Of(entry.Labels.Pairs.Concat(entry.Metadata).Where(pair => counting.By.Contains(pair.Key))).ToString(), Stretch: (entry.Time - start - 1) / width))
                .Select(group => (group.Key.Labels, group.Key.Stretch, (long)group.Count(), counting.Bytes ? group.Sum(entry => (double)Encoding.UTF8.GetByteCount(entry.Line)) : group.Count()));
            counted.Select(count => (count.Labels.ToString(), count.Stretch, count.Entries, count.Value)).Order().ShouldBe(read.Order());
        }
    }

    [Fact]
    public async Task What_the_store_cannot_count_exactly_is_left_to_reading()
    {
        var tenant = new Tenant("inexact");
        await PushAsync(tenant, [("a", Start + Second, "x")]);
        var counting = new LogCounting(Matchers("{app=\"a\"}"), [], Start, Start + (5 * Second), Second, [], Bytes: false);

        (await CountAsync(counting)).ShouldNotBeNull().Count.ShouldBe(1);
        (await CountAsync(counting with { By = ["user"] })).ShouldBeNull("structured metadata may have it");
        (await CountAsync(counting with { Width = 150 })).ShouldBeNull("the store's steps are of 100 ns");
        (await CountAsync(counting with { LineFilters = [Filter(LineFilterKind.Regex, "x.")] })).ShouldBeNull();
        (await CountAsync(counting with { Matchers = Matchers("{app=\"none\"}") })).ShouldNotBeNull().ShouldBeEmpty();

        Task<IReadOnlyList<LogCount>?> CountAsync(LogCounting asked) => Source(tenant, 100).CountAsync(asked, Budget(), CancellationToken.None);
    }

    [Fact]
    public async Task Nothing_that_is_asked_for_is_taken_for_SQL()
    {
        var random = new Random(11);
        var tenant = new Tenant("o'neil");
        var entries = new List<(string Stream, long Time, string Line)>();
        for (var i = 0; i < 120; i++)
        {
            entries.Add((Word(), Start + (i * Second / 20), $"{Word()} {Word()}"));
        }

        await PushAsync(tenant, entries);
        for (var round = 0; round < 150; round++)
        {
            var value = Word();
            LabelMatcher.TryCreate("app", random.Next(2) == 0 ? MatchKind.Equal : MatchKind.NotEqual, value, out var matcher, out _).ShouldBeTrue();
            var kind = (LineFilterKind)random.Next(6);
            var filter = Filter(kind, kind is LineFilterKind.Regex or LineFilterKind.NotRegex ? System.Text.RegularExpressions.Regex.Escape(Word()) : Word(), Word());
            if (filter.Terms.Any(term => kind is LineFilterKind.Regex or LineFilterKind.NotRegex && !Re2Pattern.TryParse(term.Text, whole: false, out _, out _)))
            {
                continue;
            }

            var selection = new LogSelection([matcher!], [filter], Start, Start + (10 * Second), LogDirection.Forward, 0, true, false);
            var found = (await SelectAsync(Source(tenant, 1_000), selection)).Where(entry => Holds(filter, entry.Line)).Select(entry => entry.Line);

            // Hints may leave out only what the filter leaves out, and matchers are exact.
            found.Order(StringComparer.Ordinal).ShouldBe(entries.Where(entry => matcher!.Matches(entry.Stream) && Holds(filter, entry.Line)).Select(entry => entry.Line).Order(StringComparer.Ordinal), $"{matcher} {filter}");
        }

        string Word() => Words[random.Next(Words.Length)];
    }

    [Fact]
    public async Task A_push_comes_back_with_the_labels_that_were_pushed_and_with_its_metadata()
    {
        var tenant = new Tenant("push");
        await DecodeAsync(tenant, """
            {"streams":[{"stream":{"app":"shop","pod":"shop-1","namespace":"prod","level":"warn"},"values":[
            ["1772359201000000000","slow",{"trace_id":"5b8efff798038103d269b633813fc60c","user.id":"7","order":"12"}],["1772359202000000000","slower"]]}]}
            """);

        var entries = await SelectAsync(Source(tenant, 100), Selection("{app=\"shop\"}", [], LogDirection.Forward));

        entries[0].Labels.ToString().ShouldBe("""{app="shop", level="warn", namespace="prod", pod="shop-1"}""");
        entries[0].Metadata.ShouldBe([new("user_id", "7"), new("order", "12"), new("trace_id", "5b8efff798038103d269b633813fc60c")]);
        entries[1].Metadata.ShouldBeEmpty();
        entries[1].Stream.ShouldBeSameAs(entries[0].Stream);
        (await SelectAsync(Source(tenant, 100, withLevel: true), Selection("{app=\"shop\"}", [], LogDirection.Forward)))[1].Metadata.ShouldBe([new("detected_level", "warn")]);
    }

    [Fact]
    public async Task An_OTLP_resource_is_a_stream_of_its_index_labels_and_all_else_is_structured_metadata()
    {
        var tenant = new Tenant("otlp");
        var batch = new LogBatch { Tenant = tenant };
        new OtlpDecoder(ProtocolLimits.Default).DecodeJson(
            """
            {"resourceLogs":[
            {"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}},{"key":"k8s.pod.name","value":{"stringValue":"shop-1"}},{"key":"host.name","value":{"stringValue":"n1"}},{"key":"team","value":{"stringValue":"red"}}]},
             "scopeLogs":[{"scope":{"name":"lib","version":"2"},"logRecords":[{"timeUnixNano":"1772359201000000000","observedTimeUnixNano":"1772359201000000001","severityNumber":17,"severityText":"ERROR","body":{"stringValue":"boom"},
               "attributes":[{"key":"http.status","value":{"intValue":"500"}}],"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174"}]}]},
            {"resource":{},"scopeLogs":[{"logRecords":[{"timeUnixNano":"1772359202000000000","body":{"kvlistValue":{"values":[{"key":"a","value":{"intValue":"1"}}]}}}]}]}]}
            """u8,
            batch).Accepted.ShouldBe(2);
        await _store.Writer.WriteAsync(batch, CancellationToken.None);

        var entries = await SelectAsync(Source(tenant, 100, withLevel: true), Selection("{service_name=~\".+\"}", [], LogDirection.Forward));

        entries[0].Labels.ToString().ShouldBe("""{k8s_pod_name="shop-1", service_name="shop"}""");
        entries[0].Metadata.Order(Comparer<KeyValuePair<string, string>>.Create((left, right) => string.CompareOrdinal(left.Key, right.Key))).Select(pair => $"{pair.Key}={pair.Value}").ShouldBe(
        [
            "detected_level=error", "host_name=n1", "http_status=500", "observed_timestamp=1772359201000000001", "scope_name=lib", "scope_version=2", "severity_number=17",
            "severity_text=ERROR", "span_id=eee19b7ec3c1b174", "team=red", "trace_id=5b8efff798038103d269b633813fc60c",
        ]);
        entries[1].Labels.ToString().ShouldBe("""{service_name="unknown_service"}""");
        entries[1].Line.ShouldBe("""{"a":1}""");
        entries[1].Metadata.ShouldBe([new("detected_level", "unknown")]);
    }

    [Fact]
    public async Task Streams_say_how_much_they_have()
    {
        var tenant = new Tenant("volumes");
        await PushAsync(tenant, [("a", Start + Second, "12345"), ("a", Start + (2 * Second), "é"), ("b", Start + (3 * Second), "x"), ("b", Start + (20 * Second), "later")]);
        var streams = new StoredStreams(_store.Reader, tenant, new LogSearchLimits());

        var volumes = await streams.VolumesAsync([Matchers("{app=\"a\"}"), Matchers("{app=\"b\"}")], new TimeRange(new Timestamp(Start), new Timestamp(Start + (10 * Second))), withBytes: true, CancellationToken.None);

        volumes.Select(volume => (volume.Labels.ToString(), volume.Entries, volume.Bytes)).ShouldBe([("""{app="a"}""", 2, 7), ("""{app="b"}""", 1, 1)]);
        var few = new StoredStreams(_store.Reader, tenant, new LogSearchLimits { Streams = 1 });
        (await Should.ThrowAsync<QueryLimitException>(() => few.VolumesAsync([], TimeRange.All, withBytes: false, CancellationToken.None))).Limit.ShouldBe("query.streams");
    }

    private static bool Holds(LogQlLineFilter filter, string line) => filter.Terms.Any(term => filter.Kind switch
    {
        LineFilterKind.Contains or LineFilterKind.NotContains => line.Contains(term.Text, StringComparison.Ordinal),
        LineFilterKind.Regex or LineFilterKind.NotRegex => Re2Pattern.TryParse(term.Text, whole: false, out var pattern, out _) && pattern.IsMatch(line),
        _ => Clew.Query.LogQL.Matching.LogQlLinePattern.TryParse(term.Text, out var pattern, out _) && pattern.IsMatch(line),
    }) != filter.Kind.IsNegative();

    private static LogQlLineFilter Filter(LineFilterKind kind, params string[] texts) => new(default, kind, [.. texts.Select(text => new LineFilterTerm(text))]);

    private static LogSelection Selection(string selector, IReadOnlyList<LogQlLineFilter> filters, LogDirection direction) =>
        new(Matchers(selector), filters, Start, Start + (10 * Second), direction, 0, true, true);

    /// <summary>A selector of one matcher.</summary>
    private static IReadOnlyList<LabelMatcher> Matchers(string selector)
    {
        var quote = selector.IndexOf('"', StringComparison.Ordinal);
        var isRegex = selector[quote - 1] == '~';
        LabelMatcher.TryCreate(selector[1..(quote - (isRegex ? 2 : 1))], isRegex ? MatchKind.Regex : MatchKind.Equal, selector[(quote + 1)..^2], out var matcher, out var problem).ShouldBeTrue(problem);
        return [matcher!];
    }

    private static QueryBudget Budget() => new(new QueryBudgetLimits(), TimeProvider.System, CancellationToken.None);

    private StoreLogSource Source(Tenant tenant, int portion, bool withLevel = false) => new(_store.Reader, tenant, new LogSearchLimits { PortionEntries = portion }, withLevel);

    private static async Task<List<Entry>> SelectAsync(StoreLogSource source, LogSelection selection)
    {
        var entries = new List<Entry>();
        await foreach (var portion in source.SelectAsync(selection, Budget(), CancellationToken.None))
        {
            for (var row = 0; row < portion.Count; row++)
            {
                var fields = new Fields();
                portion.ReadMetadata(row, fields);
                entries.Add(new Entry(portion.StreamOf(row), portion.TimeOf(row), Encoding.UTF8.GetString(portion.LineOf(row)), fields.Pairs));
            }
        }

        return entries;
    }

    private Task PushAsync(Tenant tenant, IReadOnlyList<(string Stream, long Time, string Line)> entries) => DecodeAsync(tenant, JsonSerializer.Serialize(new
    {
        streams = entries.GroupBy(entry => entry.Stream).Select(stream => new
        {
            stream = new Dictionary<string, string> { ["app"] = stream.Key },
            values = stream.Select(entry => new[] { entry.Time.ToString(System.Globalization.CultureInfo.InvariantCulture), entry.Line }),
        }),
    }));

    private async Task DecodeAsync(Tenant tenant, string json)
    {
        var batch = new LogBatch { Tenant = tenant };
        var result = new LokiDecoder(ProtocolLimits.Default).DecodeJson(Encoding.UTF8.GetBytes(json), batch);
        result.Accepted.ShouldBe(batch.Count);
        batch.Count.ShouldBeGreaterThan(0);
        await _store.Writer.WriteAsync(batch, CancellationToken.None);
    }

    private sealed record Entry(LogQlStream Stream, long Time, string Line, List<KeyValuePair<string, string>> Metadata)
    {
        public LabelSet Labels => Stream.Labels;
    }

    private sealed class Fields : ILogQlFieldSink
    {
        public List<KeyValuePair<string, string>> Pairs { get; } = [];

        public bool Add(ReadOnlySpan<char> name, ReadOnlySpan<char> value)
        {
            Pairs.Add(new(name.ToString(), value.ToString()));
            return true;
        }

        public void ReplaceLine(ReadOnlySpan<char> line) => throw new InvalidOperationException("metadata have no line");
    }
}
