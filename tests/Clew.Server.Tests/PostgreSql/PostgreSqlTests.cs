using Clew.Server.Configuration;
using Clew.Server.PostgreSql;
using Clew.Server.Tests.Support;
using Npgsql;

namespace Clew.Server.Tests.PostgreSql;

/// <summary>Against a real server: lock contention, statements, connections, and what is seen of them.</summary>
public sealed class PostgreSqlTests(PostgreSqlServer server) : IClassFixture<PostgreSqlServer>
{
    [PostgreSqlFact]
    public async Task A_session_that_waits_for_a_lock_is_told_of_with_the_one_that_holds_it()
    {
        await using var holder = await server.ConnectAsync();
        await using var waiter = await server.ConnectAsync();
        await RunAsync(holder, "BEGIN; UPDATE stock SET amount = amount - 1 WHERE item = 7");
        var blocked = RunAsync(waiter, "UPDATE stock SET amount = amount - 2 WHERE item = 7");
        await using var sampler = Sampler();
        PostgreSqlSample sample;
        do
        {
            blocked.IsCompleted.ShouldBeFalse("the update waits");
            sample = await sampler.SampleAsync(default);
        }
        while (!sample.Sessions.Any(session => session.BlockedBy.Count > 0));

        var waiting = sample.Sessions.Single(session => session.Pid == waiter.ProcessID);
        waiting.BlockedBy.ShouldBe([holder.ProcessID]);
        waiting.WaitEventType.ShouldBe("Lock");
        waiting.Query.ShouldContain("amount - 2");
        waiting.State.ShouldBe("active");
        var holding = sample.Sessions.Single(session => session.Pid == holder.ProcessID);
        holding.BlocksOthers.ShouldBeTrue();
        holding.State.ShouldBe("idle in transaction");
        sample.Connections.ShouldContain(count => count.WaitEventType == "Lock" && count.State == "active" && count.Count == 1);
        sample.Locks.ShouldContain(held => !held.Granted && held.Type == "transactionid" && held.Count == 1);

        var logs = new Telemetry.LogBatch();
        Records().WriteEvents(sample, before: null, 10, logs);
        var told = Enumerable.Range(0, logs.Count).Select(row => logs[row].Body.Text).ToList();
        told.ShouldContain(text => text.Contains($"blocked by {holder.ProcessID}", StringComparison.Ordinal));
        told.ShouldContain(text => text.Contains($"Session {holder.ProcessID} of postgres keeps others waiting; it is idle in transaction", StringComparison.Ordinal));

        await RunAsync(holder, "ROLLBACK");
        await blocked;
        (await sampler.SampleAsync(default)).Sessions.ShouldNotContain(session => session.BlockedBy.Count > 0);
    }

    /// <summary>A URL is known to hold a password by what follows it.</summary>
    [PostgreSqlFact]
    public async Task What_PostgreSQL_cut_is_told_without_the_word_that_was_cut()
    {
        const string Password = "hunter2hunter2";
        var url = "amqp:" + $"//app:{Password}@mq/x";
        var before = url.IndexOf('@', StringComparison.Ordinal);
        await using var client = await server.ConnectAsync("postgres", PostgreSqlServer.Password, $"orders {new string('x', 63 - 8 - before)} {url}");
        await RunAsync(client, Cut("SELECT 1 + item + item FROM stock", 8_192));
        await RunAsync(client, Cut("SELECT 1 + item FROM stock", 1_023));
        await RunAsync(client, "BEGIN");
        await RunAsync(client, Cut("SELECT 1 + item FROM stock", 1_023));
        await using var sampler = new PostgreSqlSampler(Target(), new PostgreSqlOptions { LongRunning = TimeSpan.Zero }, TimeProvider.System);

        var sample = await sampler.SampleAsync(default);

        var session = sample.Sessions.Single(session => session.Pid == client.ProcessID);
        session.Application.ShouldMatch("^orders x+ …$");
        session.Query.ShouldMatch("^SELECT 1 \\+ item FROM stock -- x+ …$");
        var statements = sample.Statements!.Values.Select(statement => statement.Query).ToList();
        statements.ShouldContain(text => text.StartsWith("SELECT $1 + item + item FROM stock -- x", StringComparison.Ordinal) && text.EndsWith("x …", StringComparison.Ordinal));
        statements.ShouldContain(text => text.StartsWith("SELECT $1 + item FROM stock -- x", StringComparison.Ordinal) && text.EndsWith(url, StringComparison.Ordinal), "what was not cut is looked at as it is");

        // A statement that fills the room right before the sign.
        string Cut(string statement, int room) => $"{statement} -- {new string('x', room - statement.Length - 5 - before)} {url}";
    }

    [PostgreSqlFact]
    public async Task Statements_are_compared_with_the_sample_before()
    {
        await using var sampler = Sampler();
        await using var client = await server.ConnectAsync();
        await RunAsync(client, "SELECT count(*) FROM stock WHERE amount > 3");
        var before = await sampler.SampleAsync(default);
        for (var i = 0; i < 5; i++)
        {
            await RunAsync(client, "SELECT count(*) FROM stock WHERE amount > 4");
        }

        var after = await sampler.SampleAsync(default);
        var (key, counters) = after.Statements!.Single(statement => statement.Value.Query == "SELECT count(*) FROM stock WHERE amount > $1");
        key.Database.ShouldBe("postgres");
        key.User.ShouldBe("postgres");
        var added = counters.Since(before.Statements![key]);
        added.Calls.ShouldBe(5);
        added.Rows.ShouldBe(5);
        added.TotalMilliseconds.ShouldBeGreaterThan(0);
        counters.Since(counters with { Calls = counters.Calls + 1 }).ShouldBe(counters, "after a reset everything counts");
    }

    [PostgreSqlFact]
    public async Task A_sample_tells_of_databases_connections_and_limits()
    {
        await using var sampler = Sampler();
        await using var client = await server.ConnectAsync();
        var sample = await sampler.SampleAsync(default);
        sample.MaxConnections.ShouldBe(20);
        sample.Version.ShouldNotBeEmpty();
        var database = sample.Databases.Single(one => one.Name == "postgres");
        database.SizeBytes.ShouldNotBeNull().ShouldBeGreaterThan(1_000_000);
        database.Commits.ShouldBeGreaterThan(0);
        sample.Connections.ShouldContain(count => count.Database == "postgres" && count.State == "idle");
        sample.Time.UnixNanoseconds.ShouldBeGreaterThan(sample.StartedAt.UnixNanoseconds);
    }

    [PostgreSqlFact]
    public async Task The_sampler_cannot_write()
    {
        await using var sampler = Sampler();
        await sampler.SampleAsync(default);
        await using var client = await server.ConnectAsync();
        await using var command = new NpgsqlCommand("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'clew'", client);
        ((long)(await command.ExecuteScalarAsync())!).ShouldBe(1, "one connection, kept");
    }

    [PostgreSqlFact]
    public async Task The_server_samples_its_targets_and_never_shows_their_passwords()
    {
        await using var clew = await TestServer.StartAsync(options => options with
        {
            PostgreSql = new PostgreSqlOptions { Targets = server.WriteTargets("orders-db"), Interval = TimeSpan.FromSeconds(1), LongRunning = TimeSpan.Zero },
            Log = new LogOptions { Level = Microsoft.Extensions.Logging.LogLevel.Critical },
        });
        await Eventually.BeTrueAsync(() => clew.Store.Points.Any(point => point.Contains("postgresql.up", StringComparison.Ordinal)), "a sample is stored");
        await Eventually.BeTrueAsync(() => clew.Store.Logs.Any(log => log.Contains("db.server.top_query", StringComparison.Ordinal)), "statements of a second sample are stored");
        clew.Store.Points.ShouldContain(point => point.Contains("orders-db", StringComparison.Ordinal) && point.Contains("postgresql.connection.max", StringComparison.Ordinal));

        var state = await clew.Native.GetStringAsync("/api/postgresql");
        state.ShouldContain("\"name\":\"orders-db\"");
        state.ShouldNotContain("problem");
        string[] seen = [state, await clew.Native.GetStringAsync("/metrics"), .. clew.Store.Logs, .. clew.Store.Points];
        seen.ShouldAllBe(text => !text.Contains(PostgreSqlServer.Password, StringComparison.Ordinal));
        seen[1].ShouldContain("clew_postgresql_samples_total{target=\"orders-db\",outcome=\"ok\"}");
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_down_in_the_metrics_and_has_a_problem_to_show()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("clew-postgresql-").FullName, "targets.yaml");
        await File.WriteAllTextAsync(file, "billing-db: Host=127.0.0.1;Port=1;Username=u;Password=hunter2;Database=d\n");
        await using var clew = await TestServer.StartAsync(options => options with { PostgreSql = new PostgreSqlOptions { Targets = file } });
        await Eventually.BeTrueAsync(() => clew.Store.Points.Any(point => point.Contains("postgresql.up", StringComparison.Ordinal) && point.Contains("billing-db", StringComparison.Ordinal)), "the server is down");
        await Eventually.BeTrueAsync(() => clew.Native.GetStringAsync("/api/postgresql").GetAwaiter().GetResult().Contains("problem", StringComparison.Ordinal), "the problem is told");
        (await clew.Native.GetStringAsync("/api/postgresql")).ShouldNotContain("hunter2");
        (await clew.Native.GetStringAsync("/metrics")).ShouldContain("clew_postgresql_samples_total{target=\"billing-db\",outcome=\"failed\"} 1");
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    private PostgreSqlSampler Sampler() => new(Target(), new PostgreSqlOptions(), TimeProvider.System);

    private SampleRecords Records() => new(Target());

    private PostgreSqlTarget Target() => new("stock-db", PostgreSqlTargets.Parse(server.Url)!);

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
