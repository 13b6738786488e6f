using System.Runtime.CompilerServices;
using System.Text;
using Clew.Query.Language;
using Clew.Query.LogQL;
using Clew.Query.LogQL.Extraction;
using Clew.Query.LogQL.Parsing;
using Clew.Query.LogQL.Source;
using Clew.Query.PromQL.Data;
using Clew.Telemetry;

namespace Clew.Tests.Query.LogQL;

public sealed class LogQlEngineTests
{
    private const long Second = 1_000_000_000;
    private static readonly LogQlRequest Minute = new(0, 60 * Second, 10 * Second);

    [Fact]
    public async Task Labels_of_a_line_are_told_apart_by_where_they_come_from()
    {
        var source = new MemoryLogSource();
        source.Add(Labels(("app", "a"), ("env", "b")), Second, "level=info app=inner", Labels(("trace_id", "t")));

        var result = await Engine(source).RangeAsync(LogQlParser.Parse("{app=\"a\"} | logfmt | label_format env=\"c\""), Minute, Budget());

        var labels = result.Lines.ShouldHaveSingleItem().Labels;
        labels.Stream.ShouldBe(Labels(("app", "a")));
        labels.Metadata.ShouldBe(Labels(("trace_id", "t")));
        labels.Parsed.ShouldBe(Labels(("app_extracted", "inner"), ("env", "c"), ("level", "info")));
        labels.All.ShouldBe(Labels(("app", "a"), ("app_extracted", "inner"), ("env", "c"), ("level", "info"), ("trace_id", "t")));
    }

    [Fact]
    public async Task Each_limit_is_named_by_the_query_that_meets_it()
    {
        var source = new MemoryLogSource();
        for (var i = 0; i < 100; i++)
        {
            source.Add(Labels(("a", "b")), i * Second / 2, $"n={i} {new string('x', 100)}", LabelSet.Empty);
        }

        async Task<string> LimitOf(string query, QueryBudgetLimits limits) =>
            (await Should.ThrowAsync<QueryLimitException>(() => Engine(source).RangeAsync(LogQlParser.Parse(query), Minute, new QueryBudget(limits, TimeProvider.System, CancellationToken.None)))).Limit;

        (await LimitOf("{a=\"b\"}", new QueryBudgetLimits { Entries = 50 })).ShouldBe("query.entries");
        (await LimitOf("{a=\"b\"}", new QueryBudgetLimits { TextBytes = 5_000 })).ShouldBe("query.text");
        (await LimitOf("sum(count_over_time({a=\"b\"}[1m]))", new QueryBudgetLimits { Entries = 50 })).ShouldBe("query.entries");
        (await LimitOf("sum_over_time({a=\"b\"} | logfmt | keep n | unwrap n [1m])", new QueryBudgetLimits { Samples = 50 })).ShouldBe("query.samples");
        (await LimitOf("count_over_time({a=\"b\"} | logfmt | keep n [1m])", new QueryBudgetLimits { Samples = 100 })).ShouldBe("query.samples");
        (await LimitOf("count_over_time({a=\"b\"} | logfmt | keep n [1m])", new QueryBudgetLimits { TextBytes = 10_000 })).ShouldBe("query.text");
        (await LimitOf("count_over_time({a=\"b\"}[1m])", new QueryBudgetLimits { Steps = 5 })).ShouldBe("query.steps");
        (await LimitOf("{a=\"b\"}", new QueryBudgetLimits { Timeout = TimeSpan.Zero })).ShouldBe("query.language_timeout");
        (await LimitOf("rate({a=\"b\"}[1m])", new QueryBudgetLimits { Timeout = TimeSpan.Zero })).ShouldBe("query.language_timeout");
    }

    [Fact]
    public async Task A_query_whose_asker_went_away_stops()
    {
        using var cancellation = new CancellationTokenSource();
        var source = new EndlessSource(cancellation);
        var budget = new QueryBudget(new QueryBudgetLimits(), TimeProvider.System, cancellation.Token);

        await Should.ThrowAsync<OperationCanceledException>(() => Engine(source).RangeAsync(LogQlParser.Parse("{a=\"b\"} |= \"never\""), Minute, budget));

        source.PortionsGiven.ShouldBeLessThan(20);
    }

    [Fact]
    public async Task A_search_reads_no_further_than_its_limit()
    {
        using var cancellation = new CancellationTokenSource();
        var source = new EndlessSource(cancellation);

        var result = await Engine(source).RangeAsync(LogQlParser.Parse("{a=\"b\"}"), Minute with { Limit = 150 }, Budget());

        result.Lines.Count.ShouldBe(150);
        source.PortionsGiven.ShouldBe(2);
        result.EntriesRead.ShouldBe(200);
        source.Asked!.Wanted.ShouldBe(150);
    }

    [Theory]
    [InlineData("{a=\"b\"}", true, true)]
    [InlineData("count_over_time({a=\"b\"}[1m])", false, true)]
    [InlineData("bytes_over_time({a=\"b\"}[1m])", true, true)]
    [InlineData("sum(max_over_time({a=\"b\"} | unwrap missing [1m]))", false, true)]
    [InlineData("sum(count_over_time({a=\"b\"} |= \"x\" [1m]))", true, false)]
    [InlineData("absent_over_time({a=\"b\"}[1m])", false, false)]
    [InlineData("sum by (c) (count_over_time({a=\"b\"}[1m]))", false, true)]
    [InlineData("sum(count_over_time({a=\"b\"} | c=\"d\" [1m]))", false, true)]
    public async Task Only_what_is_looked_at_is_asked_for(string query, bool lines, bool metadata)
    {
        using var cancellation = new CancellationTokenSource();
        var source = new EndlessSource(cancellation) { MostPortions = 1 };

        await Engine(source).RangeAsync(LogQlParser.Parse(query), Minute, Budget());

        (source.Asked!.NeedsLines, source.Asked.NeedsMetadata).ShouldBe((lines, metadata));
        source.Asked.LineFilters.Count.ShouldBe(query.Contains("|=", StringComparison.Ordinal) ? 1 : 0);
    }

    [Theory]
    [InlineData("sum(count_over_time({a=\"b\"}[1m]))", true)]
    [InlineData("sum by (c) (rate({a=\"b\"} |= \"x\" != \"y\" [1m]))", true)]
    [InlineData("sum by (c) (bytes_rate({a=\"b\"} | drop __error__, d [1m]))", true)]
    [InlineData("sum by (c) (bytes_over_time({a=\"b\"}[1m])) / sum(count_over_time({a=\"b\"}[1m]))", true)]
    [InlineData("sum by (c) (rate({a=\"b\"} | drop c [1m]))", false)]
    [InlineData("sum by (c) (rate({a=\"b\"} | json [1m]))", false)]
    [InlineData("sum by (c) (rate({a=\"b\"} | d=\"e\" [1m]))", false)]
    [InlineData("sum without (c) (rate({a=\"b\"}[1m]))", false)]
    [InlineData("rate({a=\"b\"}[1m])", false)]
    [InlineData("max by (c) (rate({a=\"b\"}[1m]))", false)]
    [InlineData("sum by (c) (max_over_time({a=\"b\"} | unwrap d [1m]))", false)]
    public async Task What_a_source_can_count_is_not_read(string query, bool counts)
    {
        var source = new MemoryLogSource { Counts = true };
        source.Add(Labels(("a", "b"), ("c", "d")), Second, "{\"xx\":1}", LabelSet.Empty);

        var result = await Engine(source).RangeAsync(LogQlParser.Parse(query), Minute, Budget());

        (source.CountingsDone > 0).ShouldBe(counts);
        result.EntriesRead.ShouldBe(counts ? 0 : 1);
    }

    [Fact]
    public async Task Equal_selections_are_read_once()
    {
        using var cancellation = new CancellationTokenSource();
        var source = new EndlessSource(cancellation) { MostPortions = 1 };

        await Engine(source).RangeAsync(LogQlParser.Parse("rate({a=\"b\"}[1m]) / rate({a=\"b\"}[1m]) + rate({a=\"b\"} [60s])"), Minute, Budget());

        source.Selections.ShouldBe(1);
    }

    /// <summary>Whatever lines look like, a query answers or says in words why not, and answers the same however the source cuts its portions.</summary>
    [Fact]
    public async Task Every_query_of_the_grammar_answers_on_lines_of_any_kind()
    {
        string[] lines =
        [
            "", "{}", "{\"x\":1,\"code\":\"2\",\"request\":{\"path\":\"/p\"},\"list\":[\"l\"]}", "{\"x\":", "x=1 y=2 size=5kB took=3s status=200 host=h", "x=\"open", "a \u001b[31mred\u001b[0m line from 10.0.0.5", "größe 😀 x",
            "1 - z \"GET /\"", "{\"_entry\":\"x=3\",\"a\":\"c\"}", "=", "x", "addr=10.0.0.1 took=10m size=21MB level=error x=-5", "[1,2]", "null", "level=error level=info __error__=no",
        ];
        const int Seed = 20261121;
        var random = new Random(Seed);
        var (answered, refused) = (0, 0);
        foreach (var query in CaseFile.Cases("LogQL/Cases/parse.txt").Where(one => !one.Output.StartsWith('!')).Select(one => LogQlParser.Parse(one.Input)))
        {
            var sources = new[] { 1, 1_000 }.Select(size => new MemoryLogSource { PortionSize = size, UsesHints = size > 1, Counts = size > 1 }).ToList();
            for (var i = 0; i < 60; i++)
            {
                var (labels, line, metadata) = (Labels(("a", "b"), ("app", "shop"), ("pod", $"web-{i % 3}")), lines[random.Next(lines.Length)], random.Next(3) == 0 ? Labels(("level", "error"), ("x", "7")) : LabelSet.Empty);
                sources.ForEach(source => source.Add(labels, i * Second, line, metadata));
            }

            var answers = new List<string>();
            foreach (var source in sources)
            {
                try
                {
                    var result = await Engine(source).RangeAsync(query, Minute with { Limit = 1_000 }, Budget());
                    answers.Add(string.Join('\n', result.Lines.Select(line => $"{line.Time} {line.Labels.All} {line.Line}").Concat(result.Series.Select(one => $"{one.Labels} {string.Join(' ', one.Samples.Select(sample => sample.Value.ToString("g9")))}"))));
                    answered++;
                }
                catch (LogQlException error)
                {
                    answers.Add(error.Message);
                    refused++;
                }
            }

            answers[1].ShouldBe(answers[0], $"{query} (seed {Seed})");
        }

        answered.ShouldBeGreaterThan(150);
        refused.ShouldBeGreaterThan(0, "some query meets lines it cannot make a number of");
    }

    /// <summary>Lines that filters look at cost no memory each, whether they stay or fall.</summary>
    [Theory]
    [InlineData("sum(count_over_time({a=\"b\"} |= \"line\" != \"nothing\" [1m]))")]
    [InlineData("count_over_time({a=\"b\"} |~ \"l.ne\" |> \"<_>line<_>\" [1m])")]
    [InlineData("count_over_time({a=\"b\"} |= \"absent\" [1m])")]
    [InlineData("sum by (n) (count_over_time({a=\"b\"} | logfmt | n=\"7\" | n > 5 [1m]))")]
    [InlineData("count_over_time({a=\"b\"} | logfmt | keep n, c | drop c [1m])")]
    [InlineData("bytes_rate({a=\"b\"} | c=\"d\" [1m])")]
    public async Task Lines_that_are_counted_allocate_nothing_each(string query)
    {
        var parsed = LogQlParser.Parse(query);
        async Task<long> AllocatedAsync(int portions)
        {
            using var cancellation = new CancellationTokenSource();
            var source = new EndlessSource(cancellation) { MostPortions = portions, IsSynchronous = true };
            var before = GC.GetAllocatedBytesForCurrentThread();
            await Engine(source).RangeAsync(parsed, Minute, Budget());
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        await AllocatedAsync(5);
        var (few, many) = (await AllocatedAsync(10), await AllocatedAsync(510));

        // 50,000 lines more.
        ((many - few) / 50_000.0).ShouldBeLessThan(0.5, $"{few} and {many} bytes");
    }

    private static LabelSet Labels(params (string Name, string Value)[] labels) => LabelSet.OfAll(labels.Select(label => KeyValuePair.Create(label.Name, label.Value)));

    private static LogQlEngine Engine(ILogSource source) => new(source, TimeProvider.System);

    private static QueryBudget Budget() => new(new QueryBudgetLimits(), TimeProvider.System, CancellationToken.None);

    /// <summary>The same hundred lines again and again; after ten portions the asker goes away, unless it ends before.</summary>
    private sealed class EndlessSource(CancellationTokenSource asker) : ILogSource
    {
        private readonly Portion _portion = new();

        public int MostPortions { get; init; } = int.MaxValue;

        public bool IsSynchronous { get; init; }

        public int PortionsGiven { get; private set; }

        public int Selections { get; private set; }

        public LogSelection? Asked { get; private set; }

        public async IAsyncEnumerable<LogPortion> SelectAsync(LogSelection selection, QueryBudget budget, [EnumeratorCancellation] CancellationToken cancellation)
        {
            (Asked, Selections) = (selection, Selections + 1);
            while (PortionsGiven < MostPortions)
            {
                if (!IsSynchronous)
                {
                    await Task.Yield();
                }

                PortionsGiven++;
                if (PortionsGiven == 10 && MostPortions == int.MaxValue)
                {
                    await asker.CancelAsync();
                }

                yield return _portion;
            }
        }

        public Task<IReadOnlyList<LogCount>?> CountAsync(LogCounting counting, QueryBudget budget, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<LogCount>?>(null);

        private sealed class Portion : LogPortion
        {
            private readonly LogQlStream _stream = new(LabelSet.OfAll([new("a", "b"), new("c", "d")]));
            private readonly byte[][] _lines = [.. Enumerable.Range(0, 100).Select(i => Encoding.UTF8.GetBytes($"n={i % 10} msg=\"line of text\" größe={i}"))];

            public override int Count => _lines.Length;

            public override LogQlStream StreamOf(int row) => _stream;

            public override long TimeOf(int row) => 5 * Second;

            public override ReadOnlySpan<byte> LineOf(int row) => _lines[row];

            public override void ReadMetadata(int row, ILogQlFieldSink sink)
            {
            }
        }
    }
}
