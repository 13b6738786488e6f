using System.Diagnostics.CodeAnalysis;
using Clew.Storage;
using Clew.Storage.Engine;
using Clew.Storage.Reading;
using Clew.Storage.Schema;
using Clew.Telemetry;
using Clew.Testing;

namespace Clew.Server.Tests.Storage;

/// <summary>What is particular to the engine in this process: signals, lanes, cancelling, the directory.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class EmbeddedEngineTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("clew-engine-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    [SuppressMessage("Minor", "CS8602", Justification = "The point of the test.")]
    public async Task Faults_of_the_runtime_are_still_exceptions_while_the_engine_is_open()
    {
        await using var engine = Open();
        string? nothing = null;
        var zero = nothing?.Length ?? 0;

        Should.Throw<NullReferenceException>(() => nothing!.Length.ToString());
        Should.Throw<DivideByZeroException>(() => (1 / zero).ToString());
    }

    [Fact]
    public async Task A_long_question_does_not_hold_up_writes_or_other_questions()
    {
        await using var engine = Open();
        using var cancel = new CancellationTokenSource();
        var slow = engine.QueryAsync(EngineWork.Read, Endless, cancel.Token);

        await engine.QueryAsync(EngineWork.Read, "SELECT 1 AS one", default).WaitAsync(Patience);
        await engine.QueryAsync(EngineWork.WriteSpans, "SELECT 1 AS one", default).WaitAsync(Patience);

        slow.IsCompleted.ShouldBeFalse();
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(slow.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_cancelled_question_stops_in_the_engine_and_frees_its_connection()
    {
        await using var engine = Open(new StorageLimits { ReadConnections = 1 });
        using var cancel = new CancellationTokenSource();
        var slow = engine.QueryAsync(EngineWork.Read, Endless, cancel.Token);
        await UntilRunningAsync(engine);

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(slow.WaitAsync(Patience));
        await engine.QueryAsync(EngineWork.Read, "SELECT 1 AS one", default).WaitAsync(Patience);
    }

    [Fact]
    public async Task What_is_left_of_stopped_questions_is_in_nobody_elses_answer()
    {
        await using var engine = Open(new StorageLimits { ReadConnections = 2 });
        var random = new Random(20);
        var stopped = 0;
        async Task AskAsync(int asker)
        {
            for (var i = 0; i < 60; i++)
            {
                // Answers in many blocks, of which some are made when it is stopped.
                using var cancel = new CancellationTokenSource(TimeSpan.FromMicroseconds(random.Next(12_000)));
                try
                {
                    await engine.QueryAsync(EngineWork.Read, "SELECT number AS given_up, cityHash64(number) AS hash FROM numbers(400000) WHERE hash % 7 != 0 SETTINGS max_block_size = 4096", cancel.Token);
                }
                catch (OperationCanceledException)
                {
                    Interlocked.Increment(ref stopped);
                }

                var answer = await engine.QueryAsync(EngineWork.Read, $"SELECT toInt64({i}) AS own_{asker}", default).WaitAsync(Patience);
                answer.ShouldHaveSingleItem().Columns.ShouldHaveSingleItem().Name.ShouldBe($"own_{asker}");
                answer[0].Fixed($"own_{asker}").As<long>().ToArray().ShouldBe([i]);
            }
        }

        await Task.WhenAll(AskAsync(1), AskAsync(2), AskAsync(3));

        stopped.ShouldBeGreaterThan(20);
    }

    [Fact]
    public async Task The_columns_that_writers_fill_are_the_columns_of_the_schema()
    {
        await using var engine = Open();
        await Migrations.ApplyAsync(engine, TimeProvider.System, default);

        foreach (var table in Tables.All)
        {
            var columns = await engine.QueryAsync(EngineWork.Read, $"SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = {SqlLiteral.Text(table.Table)}", default);
            var inSchema = columns.SelectMany(block => Enumerable.Range(0, block.Rows).Select(row => (block["name"].GetString(row), block["type"].GetString(row))));
            inSchema.ShouldBe(table.Columns, ignoreOrder: true, table.Table);
        }
    }

    [Fact]
    public async Task Migrations_can_be_repeated_and_a_newer_schema_is_refused()
    {
        await using (var store = await EmbeddedStore.OpenAsync(Options(), default))
        {
            await store.Writer.WriteAsync(new SpanBatchBuilder().Span(1, 1).Batch, default);
        }

        await using (var again = await EmbeddedStore.OpenAsync(Options(), default))
        {
            (await again.Reader.GetSpansAsync(Tenant.Default, [SpanBatchBuilder.Trace(1)], null, default)).Count.ShouldBe(1);
        }

        await using (var engine = EmbeddedEngine.Open(Path.Combine(_folder.FullName, "engine"), StorageLimits.Default))
        {
            await engine.QueryAsync(EngineWork.Background, "INSERT INTO schema_migrations SELECT 9999, 'from_the_future', now64(3)", default);
        }

        var refused = await Should.ThrowAsync<StoreOpenException>(EmbeddedStore.OpenAsync(Options(), default));
        refused.Message.ShouldContain("schema version 9999");
        refused.Message.ShouldContain($"up to {EmbeddedStore.SchemaVersion}");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Changes_and_alerts_of_before_come_along_also_when_moving_them_was_cut_off(bool cutOff)
    {
        await using (var engine = Open())
        {
            await Migrations.ApplyAsync(engine, TimeProvider.System, default);

            // As version 5 left it, with alerts of more days than one insert may have partitions by default.
            foreach (var sql in new[]
            {
                "DELETE FROM schema_migrations WHERE version >= 6", "TRUNCATE TABLE service_changes", "TRUNCATE TABLE source_alerts",
                "CREATE TABLE changes AS service_changes", "CREATE TABLE alerts AS source_alerts",
                "INSERT INTO changes (tenant, time, id, service) SELECT '', toDateTime64(1787306400, 9, 'UTC'), toString(number), 'cart' FROM numbers(3)",
                "INSERT INTO alerts (tenant, time, fingerprint, source, name, updated) SELECT '', toDateTime64(1700000000 + number * 86400, 9, 'UTC'), 'f', 's', 'n', 1 FROM numbers(120) "
                    + "SETTINGS max_partitions_per_insert_block = 0",
            })
            {
                await engine.QueryAsync(EngineWork.Background, sql, default);
            }

            if (cutOff)
            {
                // Killed after the changes had moved and before that was written down.
                await engine.QueryAsync(EngineWork.Background, "INSERT INTO service_changes SELECT * FROM changes", default);
                await engine.QueryAsync(EngineWork.Background, "DROP TABLE changes", default);
            }

            await Migrations.ApplyAsync(engine, TimeProvider.System, default);
            var old = await engine.QueryAsync(EngineWork.Read, "SELECT name FROM system.tables WHERE database = currentDatabase() AND name IN ('changes', 'alerts')", default);
            old.Sum(block => block.Rows).ShouldBe(0);
        }

        await using var store = await EmbeddedStore.OpenAsync(Options(), default);
        var everything = new TimeRange(new Timestamp(0), Timestamp.MaxValue);
        (await store.Reader.GetChangesAsync(Tenant.Default, everything, default)).Select(change => change.Id).ShouldBe(["0", "1", "2"]);
        (await store.Reader.FindAlertsAsync(new AlertQuery(Tenant.Default, everything, 1_000), default)).Count.ShouldBe(120);
    }

    [Fact]
    public async Task A_relative_data_directory_is_meant_from_where_the_process_stands()
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, _folder.FullName);
        await using var store = await EmbeddedStore.OpenAsync(Options() with { Directory = relative }, default);
        await store.Writer.WriteAsync(new SpanBatchBuilder().Span(1, 1).Batch, default);
        (await store.Reader.GetSpansAsync(Tenant.Default, [SpanBatchBuilder.Trace(1)], null, default)).Count.ShouldBe(1);
        Directory.Exists(Path.Combine(_folder.FullName, "engine", "store")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_directory_has_one_owner()
    {
        await using var store = await EmbeddedStore.OpenAsync(Options(), default);

        var refused = await Should.ThrowAsync<StoreOpenException>(EmbeddedStore.OpenAsync(Options(), default));

        refused.Message.ShouldContain("in use by another process");
    }

    [Fact]
    public async Task What_a_closed_store_is_asked_to_write_is_refused()
    {
        var store = await EmbeddedStore.OpenAsync(Options(), default);
        await store.DisposeAsync();

        await Should.ThrowAsync<StoreUnavailableException>(() => store.Writer.WriteAsync(new SpanBatchBuilder().Span(1, 1).Batch, default));
    }

    [Fact]
    public async Task Whatever_the_text_a_literal_is_that_text_for_the_engine()
    {
        await using var engine = Open();
        var random = new Random(4711);
        var texts = Enumerable.Range(0, 150).Select(_ => RandomText(random) + "'\\\u0000\n\t\u2028\"`--/*{x:String}$1?;");

        foreach (var chunk in texts.Chunk(25))
        {
            var columns = string.Join(", ", chunk.Select((text, i) => $"{SqlLiteral.Text(text)} AS c{i}"));
            var answer = await engine.QueryAsync(EngineWork.Read, $"SELECT {columns}", default);
            for (var i = 0; i < chunk.Length; i++)
            {
                answer[0][$"c{i}"].GetString(0).ShouldBe(chunk[i]);
            }
        }
    }

    private const string Endless = "SELECT sum(cityHash64(number)) AS s FROM numbers(1000000000000) SETTINGS max_threads = 1";

    private static string RandomText(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => char.ConvertFromUtf32(random.Next(4) == 0 ? random.Next(0x1F300, 0x1F6FF) : random.Next(0xD7FF))));

    private static async Task UntilRunningAsync(EmbeddedEngine engine)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var running = await engine.QueryAsync(EngineWork.WriteLogs, "SELECT toInt64(count()) AS n FROM system.processes WHERE query LIKE '%numbers(1000000000000)%' AND query NOT LIKE '%system.processes%'", patience.Token);
            if (running[0].Fixed("n").As<long>()[0] > 0)
            {
                return;
            }
        }
    }

    private EmbeddedEngine Open(StorageLimits? limits = null) => EmbeddedEngine.Open(Path.Combine(_folder.FullName, "engine"), limits ?? StorageLimits.Default);

    private StoreOptions Options() => new(_folder.FullName, TimeProvider.System);
}
