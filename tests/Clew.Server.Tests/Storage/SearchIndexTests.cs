using Clew.Storage;
using Clew.Storage.Engine;
using Clew.Storage.Reading;
using Clew.Storage.Schema;
using Clew.Telemetry;
using Clew.Testing;

namespace Clew.Server.Tests.Storage;

/// <summary>Indexes change how long a search takes and nothing about what it finds: every answer is compared with the one that the engine gives without them.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class SearchIndexTests : IDisposable
{
    private const int Rows = 100_000;

    private static readonly TimeRange Hour = new(Timestamp.FromUnixSeconds(1_772_359_200), Timestamp.FromUnixSeconds(1_772_362_800));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("clew-indexes-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Conditions_hold_for_the_same_records_with_and_without_indexes()
    {
        await using var engine = await FilledAsync();
        Field status = Field.Intrinsic(Intrinsics.Status), duration = Field.Intrinsic(Intrinsics.Duration), body = Field.Intrinsic(Intrinsics.Body), user = new(FieldSource.Attribute, "user.id");
        Predicate Body(string text) => Predicate.Compare(body, ComparisonOperator.Contains, Literal.String(text));
        var failed = Predicate.Equal(status, Literal.String("error"));
        Predicate Slow(ComparisonOperator op, long nanoseconds) => Predicate.Compare(duration, op, Literal.Int(nanoseconds));
        (Dataset From, Predicate Where, int Found, bool IsNarrowed)[] cases =
        [
            (Dataset.Spans, Predicate.Equal(user, Literal.String("u-77")), 10, true),
            (Dataset.Spans, Predicate.Equal(user, Literal.String("u-none")), 0, true),
            (Dataset.Spans, new NotPredicate(Predicate.Equal(user, Literal.String("u-77"))), Rows - 10, false),
            (Dataset.Spans, new InPredicate(user, [Literal.String("u-1"), Literal.String("u-9999")]), 20, true),
            (Dataset.Spans, Predicate.AllOf(failed, Slow(ComparisonOperator.Greater, 100_000_000))!, 1, true),
            (Dataset.Spans, Predicate.AllOf(failed, Predicate.AllOf(Slow(ComparisonOperator.GreaterOrEqual, 1_000_000_000), Slow(ComparisonOperator.LessOrEqual, 1_000_000_000)))!, 1, true),
            (Dataset.Spans, new NotPredicate(Predicate.AllOf(failed, Slow(ComparisonOperator.Greater, 100_000_000))!), Rows - 1, false),
            (Dataset.Spans, Predicate.AllOf(failed, Slow(ComparisonOperator.Greater, -1))!, Rows / 10, true),
            (Dataset.Spans, new AnyPredicate([failed, Slow(ComparisonOperator.Greater, 100_000_000)]), (Rows / 10) + (Rows / 1_000), false),
            (Dataset.Spans, Slow(ComparisonOperator.GreaterOrEqual, 1_000_000_000), (Rows / 1_000) + 1, false),
            (Dataset.Logs, Body("rare"), 1, true),
            (Dataset.Logs, Body("% done"), 0, true),
            (Dataset.Logs, Body("order_"), 0, true),
            (Dataset.Logs, Body("100%_\\ größer — "), 1, true),
            (Dataset.Logs, Body("ößer"), 1, true),
            (Dataset.Logs, Body("nowhere"), 0, true),
            (Dataset.Logs, Body("der 7000"), 11, true),
            (Dataset.Logs, Body("0 "), Rows / 10, false),
            (Dataset.Logs, new NotPredicate(Body("rare")), Rows - 1, false),
            (Dataset.Logs, new AnyPredicate([Body("nowhere"), Body("order 70000 ")]), 1, true),
            (Dataset.Logs, new AnyPredicate([Body("nowhere"), Body("70")]), 3_970, false),
            (Dataset.Logs, Predicate.AllOf(Body("order"), Predicate.Compare(body, ComparisonOperator.ContainsMatch, Literal.String("order 7.* r")))!, 1, true),
        ];
        foreach (var (from, where, found, isNarrowed) in cases)
        {
            var conditions = new ConditionSql(Tenant.Default, from);
            var sql = $"SELECT time FROM {(from == Dataset.Spans ? "spans" : "logs")} WHERE {conditions.Write(where)} ORDER BY time SETTINGS use_query_condition_cache = 0";

            var with = await TimesAsync(engine, sql);
            var without = await TimesAsync(engine, sql + ", use_skip_indexes = 0");

            with.ShouldBe(without, sql);
            with.Count.ShouldBe(found, sql);
            conditions.IsNarrowed(where).ShouldBe(isNarrowed, sql);
        }
    }

    /// <summary>That a search is fast is not tested by a clock, but by what the engine says it would read.</summary>
    [Theory]
    [InlineData("spans", "indexHint(has(mapValues(attributes), 'u-77'))", "value_bloom")]
    [InlineData("spans", "status = 2 AND duration > 100000000 AND if(status = 2, duration, 0) > 100000000", "failed_duration_minmax")]
    [InlineData("spans", "duration > 2000000000", "duration_minmax")]
    [InlineData("logs", "indexHint(body LIKE '%nowhere%')", "body_trigrams")]
    public async Task An_index_leaves_granules_out(string table, string condition, string index)
    {
        await using var engine = await FilledAsync();

        var plan = await engine.QueryAsync(EngineWork.Read, $"EXPLAIN indexes = 1 SELECT time FROM {table} WHERE {condition} SETTINGS use_skip_indexes_on_data_read = 0", default);

        var lines = plan.SelectMany(block => Enumerable.Range(0, block.Rows).Select(row => block["explain"].GetString(row).Trim())).ToArray();
        var granules = lines.SkipWhile(line => line != $"Name: {index}").First(line => line.StartsWith("Granules:", StringComparison.Ordinal))["Granules: ".Length..].Split('/').Select(int.Parse).ToArray();
        granules[0].ShouldBeLessThanOrEqualTo(granules[1] / 5, string.Join('\n', lines));
    }

    [Fact]
    public async Task The_newest_traces_are_the_same_whatever_the_way_to_them()
    {
        await using var store = await EmbeddedStore.OpenAsync(new StoreOptions(_folder.FullName, TimeProvider.System), default);
        var random = new Random(7);
        var builder = new SpanBatchBuilder();
        var spans = Enumerable.Range(1, 3_000).Select(id => (Id: id, Trace: (id * id / 700_000) + random.Next(40), At: random.Next(3_000_000), User: random.Next(4) == 0 ? "rare" : "frequent")).ToArray();
        foreach (var span in spans.DistinctBy(span => span.At))
        {
            builder.Span(span.Trace, span.Id, startMs: span.At, attributes: [("user.id", span.User)]);
        }

        await store.Writer.WriteAsync(builder.Batch, default);
        var range = new TimeRange(SpanBatchBuilder.Start, SpanBatchBuilder.Start + TimeSpan.FromHours(1));
        foreach (var (user, limit, whole) in from user in new[] { "rare", "frequent", "nobody", null } from limit in new[] { 1, 7, 30, 1_000 } from whole in new[] { false, true } select (user, limit, whole))
        {
            var where = user is null ? null : Predicate.Equal(new Field(FieldSource.Attribute, "user.id"), Literal.String(user));

            var found = await store.Reader.FindTracesAsync(new TraceQuery(Tenant.Default, whole ? TimeRange.All : range, where, limit), default);

            found.Select(trace => trace.TraceId).ShouldBe(
                spans.DistinctBy(span => span.At).Where(span => user is null || span.User == user).OrderByDescending(span => span.At).Select(span => SpanBatchBuilder.Trace(span.Trace)).Distinct().Take(limit),
                $"{user}, {limit}, {whole}");
        }
    }

    /// <summary>A search that finds more spans of few traces than it reads ids of.</summary>
    [Fact]
    public async Task A_trace_with_very_many_spans_hides_no_other()
    {
        await using var engine = await FilledAsync();
        var asked = new List<string>();
        var search = new NewestTraces(
            async sql =>
            {
                asked.Add(sql);
                return await engine.QueryAsync(EngineWork.Read, sql, default);
            },
            part => $"tenant = '' AND {StoreReader.InRange(part, "time")} AND intDiv(reinterpretAsUInt64(reverse(span_id)), 99000) = 0",
            2);

        var found = await search.FindAsync(Hour, isNarrowed: true);

        found.Select(id => id.ToString()).ShouldBe(["00000000000000000000000000000062", "00000000000000000000000000000061"]);
        asked.Count.ShouldBe(4, "8 spans, 64, 512, 4,096");
    }

    [Theory]
    [InlineData(1_000_000, 2_000_000, 4)]
    [InlineData(1_000_000, 1_000_063, 1)]
    [InlineData(0, 2_000_000, 1)]
    public void Parts_of_a_time_are_all_of_it_newest_first(long start, long end, int count)
    {
        var range = new TimeRange(new Timestamp(start), new Timestamp(end));

        var parts = NewestTraces.NewestFirst(range).ToArray();

        parts.Length.ShouldBe(count);
        parts[0].End.ShouldBe(range.End);
        parts[^1].Start.ShouldBe(range.Start);
        parts.Zip(parts.Skip(1)).ShouldAllBe(pair => pair.First.Start == pair.Second.End && pair.First.Start < pair.First.End);
    }

    [Fact]
    public async Task A_store_of_before_gets_the_indexes()
    {
        await using var engine = Open();
        await Migrations.ApplyAsync(engine, TimeProvider.System, default);

        // As version 6 left it, with spans.
        foreach (var sql in new[]
        {
            "DELETE FROM schema_migrations WHERE version >= 7", "ALTER TABLE spans DROP INDEX detail_bloom", "ALTER TABLE logs DROP INDEX body_trigrams", "ALTER TABLE spans DROP INDEX value_bloom", "ALTER TABLE spans DROP INDEX duration_minmax",
            "ALTER TABLE spans DROP INDEX failed_duration_minmax", "ALTER TABLE spans ADD INDEX attribute_value_bloom mapValues(attributes) TYPE bloom_filter(0.025) GRANULARITY 1",
            Spans(10_000),
        })
        {
            await engine.QueryAsync(EngineWork.Background, sql, default);
        }

        await Migrations.ApplyAsync(engine, TimeProvider.System, default);

        // Waits for what the migration left to the background.
        await engine.QueryAsync(EngineWork.Background, "ALTER TABLE spans MATERIALIZE INDEX value_bloom SETTINGS mutations_sync = 2", default);
        var indexes = await engine.QueryAsync(EngineWork.Read, "SELECT name FROM system.data_skipping_indices WHERE table IN ('spans', 'logs') AND data_compressed_bytes > 0 ORDER BY name", default);
        indexes.SelectMany(block => Enumerable.Range(0, block.Rows).Select(row => block["name"].GetString(row)))
            .ShouldBe(["detail_bloom", "duration_minmax", "failed_duration_minmax", "trace_id_bloom", "value_bloom"]);
    }

    private EmbeddedEngine Open() => EmbeddedEngine.Open(_folder.FullName, StorageLimits.Default);

    private async Task<EmbeddedEngine> FilledAsync()
    {
        var engine = Open();
        await Migrations.ApplyAsync(engine, TimeProvider.System, default);
        foreach (var insert in new[] { Spans(Rows), Logs(Rows) })
        {
            await engine.QueryAsync(EngineWork.Background, insert, default);
        }

        return engine;
    }

    /// <summary>Spans of a hundred traces; a tenth failed, one in a thousand took a second, one did both; a user for every ten.</summary>
    private static string Spans(int rows) =>
        "INSERT INTO spans (tenant, time, trace_id, span_id, service, status, duration, attributes, attribute_types) SELECT '', "
        + "toDateTime64(1772359200 + number / 100, 9, 'UTC'), unhex(leftPad(hex(intDiv(number, 1000)), 32, '0')), unhex(leftPad(hex(number), 16, '0')), 'shop', if(number % 10 = 0, 2, 0), "
        + $"if(number % 1000 = 1 OR number = 50000, 1000000000, number % 1000), map('user.id', concat('u-', toString(intDiv(number, 10))), 'method', 'GET'), 'ss' FROM numbers({SqlLiteral.Int(rows)})";

    private static string Logs(int rows) =>
        "INSERT INTO logs (tenant, time, service, body) SELECT '', toDateTime64(1772359200 + number / 100, 9, 'UTC'), 'shop', "
        + $"concat('order ', toString(number), if(number = 70000, ' 100%_\\\\ größer — rare', ' done')) FROM numbers({SqlLiteral.Int(rows)})";

    private static async Task<List<long>> TimesAsync(EmbeddedEngine engine, string sql)
    {
        var times = new List<long>();
        foreach (var block in await engine.QueryAsync(EngineWork.Read, sql, default))
        {
            times.AddRange(block.Fixed("time").As<long>());
        }

        return times;
    }
}
