using Clew.Tests.Architecture;

namespace Clew.Tests.Storage;

/// <summary>Photographs of statements in <c>Snapshots</c>. <c>CLEW_ACCEPT=1</c> takes them anew; the diff is for a reviewer.</summary>
internal static class SqlSnapshot
{
    /// <summary>Compares a statement with its photograph, a clause to a line.</summary>
    public static void Compare(string name, string sql)
    {
        var lines = sql.Replace(" FROM ", "\nFROM ", StringComparison.Ordinal).Replace(" WHERE ", "\nWHERE ", StringComparison.Ordinal).Replace(" AND ", "\n  AND ", StringComparison.Ordinal)
            .Replace(" GROUP BY ", "\nGROUP BY ", StringComparison.Ordinal).Replace(" ORDER BY ", "\nORDER BY ", StringComparison.Ordinal) + "\n";
        var file = Repository.PathOf($"tests/Clew.Tests/Storage/Snapshots/{name}.sql");
        if (Environment.GetEnvironmentVariable("CLEW_ACCEPT") == "1")
        {
            File.WriteAllText(file, lines);
        }

        File.Exists(file).ShouldBeTrue($"{file} is missing: take it with CLEW_ACCEPT=1 and review it");
        lines.ShouldBe(File.ReadAllText(file));
    }
}
