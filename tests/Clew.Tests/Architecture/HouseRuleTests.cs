using System.Text.RegularExpressions;

namespace Clew.Tests.Architecture;

/// <summary>Rules of the house about files and names that a machine can judge.</summary>
public sealed partial class HouseRuleTests
{
    /// <summary>Lines. Beyond it a file wants to be two, or a reason in <see cref="LongFiles"/>.</summary>
    private const int LongFile = 600;

    private const string LongFiles = "tests/Clew.Tests/Architecture/long-files.txt";

    [Fact]
    public void Long_files_have_a_reason()
    {
        var reasons = Repository.Read(LongFiles).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split(": ", 2))
            .ToDictionary(parts => parts[0], parts => parts.Length == 2 ? parts[1].Trim() : string.Empty);
        var files = Repository.SourceFiles();
        files.Count.ShouldBeGreaterThan(100);
        var longOnes = files.Where(file => File.ReadLines(Repository.PathOf(file)).Count() > LongFile).ToList();
        longOnes.Where(file => !reasons.TryGetValue(file, out var reason) || reason.Length < 10)
            .ShouldBeEmpty($"over {LongFile} lines: split them, or list them with the reason in {LongFiles}");
        reasons.Keys.Except(longOnes).ShouldBeEmpty($"no longer long: take them out of {LongFiles}");
    }

    [Fact]
    public void Names_say_what_things_are()
    {
        var files = Repository.SourceFiles();
        var types = files.SelectMany(file => Declaration().Matches(Repository.Read(file)).Select(match => (File: file, Name: match.Groups["name"].Value))).ToList();
        types.Count.ShouldBeGreaterThan(300);
        types.Where(type => Vague().IsMatch(type.Name)).ShouldBeEmpty();
        files.SelectMany(file => file.Split('/')).Distinct().Where(part => Vague().IsMatch(Path.GetFileNameWithoutExtension(part))).ShouldBeEmpty();
    }

    [GeneratedRegex(@"^\s*(?:\[[^\]]*\]\s*)*(?:(?:public|internal|private|protected|file|static|sealed|abstract|partial|readonly|ref|unsafe)\s+)*(?:class|struct|interface|enum|record(?:\s+(?:class|struct))?)\s+(?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex("(?:Utils?|Utilit(?:y|ies)|Helpers?|Manager|Common)$")]
    private static partial Regex Vague();
}
