using System.Runtime.CompilerServices;
using Clew.Cli.Rendering;

namespace Clew.Tests.Cli.Rendering;

/// <summary>
/// Compares lines with a text file beside the test, in <c>Expected/</c>. To accept a change on purpose run the tests with <c>CLEW_ACCEPT=1</c>
/// and read the difference before committing it.
/// </summary>
internal static class ExpectedText
{
    public static void ShouldMatch(this IEnumerable<Line> lines, string name, int width, [CallerFilePath] string caller = "")
    {
        var all = lines.ToList();
        var text = string.Concat(all.Select(line => line + "\n"));
        var file = Path.Combine(Path.GetDirectoryName(caller)!, "Expected", name + ".txt");
        if (Environment.GetEnvironmentVariable("CLEW_ACCEPT") == "1")
        {
            File.WriteAllText(file, text);
        }

        text.ShouldBe(File.ReadAllText(file), $"{name}.txt; CLEW_ACCEPT=1 accepts what is new");
        // Commands are to be copied: they are never broken.
        all.Where(line => TextWidth.Of(line.ToString()) > width && !line.ToString().TrimStart().StartsWith("$ ", StringComparison.Ordinal)).Select(line => line.ToString()).ShouldBeEmpty($"nothing may be wider than {width} columns");
    }
}
