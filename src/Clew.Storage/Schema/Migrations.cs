using System.Globalization;
using System.Reflection;
using Clew.Storage.Engine;
using Clew.Storage.Reading;

namespace Clew.Storage.Schema;

/// <summary>
/// Brings a store's schema to this program's version: the files <c>Schema/migrations/NNNN_name.sql</c>, in order, each once. What was applied
/// stands in the table <c>schema_migrations</c>.
/// </summary>
internal static class Migrations
{
    private const string Prefix = "Schema/migrations/";

    /// <summary>The version this program knows.</summary>
    public static int Latest => All()[^1].Version;

    /// <exception cref="StoreOpenException">The store was written by a newer program.</exception>
    public static async Task ApplyAsync(IStoreEngine engine, TimeProvider time, CancellationToken cancellation)
    {
        await engine.QueryAsync(
            EngineWork.Background,
            "CREATE TABLE IF NOT EXISTS schema_migrations (version UInt32, name String, applied_at DateTime64(3, 'UTC')) ENGINE = MergeTree ORDER BY version SETTINGS fsync_after_insert = 1, fsync_part_directory = 1",
            cancellation);
        var applied = await AppliedAsync(engine, cancellation);
        var migrations = All();
        if (applied.Count > 0 && applied.Max() > migrations[^1].Version)
        {
            throw new StoreOpenException(
                $"The data directory has schema version {applied.Max()}, this program knows up to {migrations[^1].Version}. Use the newer program that wrote it, or another directory.");
        }

        foreach (var migration in migrations.Where(migration => !applied.Contains(migration.Version)))
        {
            foreach (var statement in Statements(migration.Sql))
            {
                await engine.QueryAsync(EngineWork.Background, statement, cancellation);
            }

            var now = SqlLiteral.Int(time.GetUtcNow().ToUnixTimeMilliseconds());
            await engine.QueryAsync(
                EngineWork.Background,
                $"INSERT INTO schema_migrations SELECT {SqlLiteral.Int(migration.Version)}, {SqlLiteral.Text(migration.Name)}, fromUnixTimestamp64Milli(toInt64({now}), 'UTC')",
                cancellation);
        }
    }

    /// <summary>Statements of a file, without comments; a statement ends with a semicolon at the end of a line.</summary>
    internal static IEnumerable<string> Statements(string sql)
    {
        var withoutComments = string.Join('\n', sql.Split('\n').Where(line => !line.TrimStart().StartsWith("--", StringComparison.Ordinal)));
        return withoutComments.Split(";\n").Select(statement => statement.Trim().TrimEnd(';')).Where(statement => statement.Length > 0);
    }

    private static async Task<HashSet<int>> AppliedAsync(IStoreEngine engine, CancellationToken cancellation)
    {
        var blocks = await engine.QueryAsync(EngineWork.Background, "SELECT toInt64(version) AS version FROM schema_migrations", cancellation);
        var versions = new HashSet<int>();
        foreach (var block in blocks)
        {
            foreach (var version in block.Fixed("version").As<long>())
            {
                versions.Add((int)version);
            }
        }

        return versions;
    }

    private static List<Migration> All()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name =>
            {
                var file = Path.GetFileNameWithoutExtension(name[Prefix.Length..]);
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return new Migration(int.Parse(file.AsSpan(0, 4), CultureInfo.InvariantCulture), file[5..], reader.ReadToEnd());
            })];
    }

    private sealed record Migration(int Version, string Name, string Sql);
}
