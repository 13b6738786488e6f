using System.Globalization;
using Clew.Server.Tests.PostgreSql;
using Clew.Server.Tests.Support;
using Npgsql;

namespace Clew.Server.Tests.Redaction;

/// <summary>A PostgreSQL server whose clients write something planted wherever a sample of it may look.</summary>
internal static class PlantedPostgreSql
{
    public const string Name = "PostgreSQL";

    /// <summary>Literals are taken out of statements whatever they are; the marks in them, too.</summary>
    public static IReadOnlyList<string> NotKept { get; } = [.. Literals(_ => string.Empty).Select(statement => statement.Field), "password of a role", "literal of the holder", "literal of the waiter"];

    public static PlantedDoor Door(PostgreSqlServer database) => new(Name, (server, plant) => SendAsync(database, server, plant));

    private static async Task SendAsync(PostgreSqlServer database, PlantedServer server, Planting plant)
    {
        var role = plant.Name("role");
        var password = plant["password of a role"];
        await using (var owner = await database.ConnectAsync())
        {
            await RunAsync(owner, $"CREATE ROLE \"{role}\" LOGIN SUPERUSER PASSWORD {Literal(password)}");
            foreach (var (_, sql) in Literals(field => plant[field]))
            {
                await RunAsync(owner, sql);
            }

            await RunAsync(owner, $"SELECT 1 /* {plant["comment"]} */ AS {Identifier(plant["identifier"])}");
        }

        // One session holds a row that another one waits for; both are told of, with who and what they are.
        await using var holder = await database.ConnectAsync(role, password, plant["application name of the holder"]);
        await using var waiter = await database.ConnectAsync("postgres", PostgreSqlServer.Password, plant["application name of the waiter"]);
        await RunAsync(holder, "BEGIN");
        await RunAsync(holder, $"UPDATE stock SET note = {Literal(plant["literal of the holder"])} WHERE item = 1 /* {plant["comment of the holder"]} */");
        var waiting = RunAsync(waiter, $"UPDATE stock SET note = {Literal(plant["literal of the waiter"])} WHERE item = 1 /* {plant["comment of the waiter"]} */");

        // The sample after the next began when all of this was there.
        var samples = await SamplesAsync(server);
        await Eventually.BeTrueAsync(() => SamplesAsync(server).GetAwaiter().GetResult() >= samples + 2, "samples of what was planted");
        waiting.IsCompleted.ShouldBeFalse("it was blocked while the samples were taken");
        await RunAsync(holder, "ROLLBACK");
        await waiting;
    }

    /// <summary>Statements whose literals pg_stat_statements keeps: it replaces none in those that are not planned.</summary>
    private static IEnumerable<(string Field, string Sql)> Literals(Func<string, string> plant)
    {
        yield return ("planned literal", $"SELECT {Literal(plant("planned literal"))}");
        yield return ("setting", $"SET planted.setting = {Literal(plant("setting"))}");
        yield return ("escaped literal", $"COMMENT ON TABLE stock IS E{Literal(plant("escaped literal").Replace("\\", "\\\\", StringComparison.Ordinal))}");
        yield return ("dollar quotes", $"DO $x$ BEGIN PERFORM {Literal(plant("dollar quotes"))}; END $x$");
        yield return ("payload", $"NOTIFY planted, {Literal(plant("payload"))}");
        yield return ("prepared literal", $"PREPARE planted AS SELECT {Literal(plant("prepared literal"))}; EXECUTE planted; DEALLOCATE planted");
        yield return ("literal of a cursor", $"BEGIN; DECLARE planted CURSOR FOR SELECT {Literal(plant("literal of a cursor"))}; FETCH planted; ROLLBACK");
    }

    private static async Task<long> SamplesAsync(PlantedServer server)
    {
        const string Counter = "clew_postgresql_samples_total{target=\"" + PlantedServer.Database + "\",outcome=\"ok\"} ";
        var metrics = await server.Native.GetStringAsync("/metrics");
        return metrics.Split('\n').Where(line => line.StartsWith(Counter, StringComparison.Ordinal)).Sum(line => long.Parse(line[Counter.Length..], CultureInfo.InvariantCulture));
    }

    private static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>Names are cut by PostgreSQL at 63 bytes, in the statement they stand whole.</summary>
    private static string Identifier(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
