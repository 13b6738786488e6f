using System.Runtime.CompilerServices;

namespace Clew.Tests;

/// <summary>
/// Recorded data that lies beside the repository (<c>../shared</c>, or where CLEW_SHARED points). Tests that need it are skipped, visibly, without it.
/// </summary>
internal static class SharedFolder
{
    public static string Root { get; } = Environment.GetEnvironmentVariable("CLEW_SHARED") is { Length: > 0 } path
        ? path
        : Path.Combine(RepositoryRoot(), "..", "shared");

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    public static bool Has(string relative) => File.Exists(PathOf(relative)) || Directory.Exists(PathOf(relative));

    private static string RepositoryRoot([CallerFilePath] string thisFile = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", ".."));
}

/// <summary>A test that runs when a file or folder of the shared data is there.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute(string needs)
    {
        if (!SharedFolder.Has(needs))
        {
            Skip = $"{needs} is not in {SharedFolder.Root}";
        }
    }
}

/// <summary>A test over rows that runs when a file or folder of the shared data is there.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedTheoryAttribute : TheoryAttribute
{
    public SharedTheoryAttribute(string needs)
    {
        if (!SharedFolder.Has(needs))
        {
            Skip = $"{needs} is not in {SharedFolder.Root}";
        }
    }
}
