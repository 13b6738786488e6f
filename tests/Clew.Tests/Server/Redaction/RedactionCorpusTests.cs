using System.Text;
using Clew.Server.Redaction;
using Clew.Tests.Architecture;

namespace Clew.Tests.Server.Redaction;

/// <summary>
/// The corpus: lines with secrets, personal data and statements in every form people write them, and near misses that must stay as they are. With
/// CLEW_ACCEPT=1 the file is written anew; review every line that changed.
/// </summary>
public sealed class RedactionCorpusTests
{
    private const string File = "tests/Clew.Tests/Server/Redaction/Cases/redaction.txt";

    private static readonly TextRedactor Secrets = new(new RedactionOptions(), []);

    private static readonly TextRedactor Personal = new(new RedactionOptions { Personal = TextRedactor.PersonalKinds }, []);

    [Fact]
    public void Every_line_becomes_what_it_should()
    {
        var written = new StringBuilder();
        var (section, cases) = (string.Empty, 0);
        var lines = Repository.Read(File).Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            if (line.StartsWith("== ", StringComparison.Ordinal))
            {
                section = line[3..];
            }

            if (line.StartsWith("= ", StringComparison.Ordinal) || line.StartsWith("- ", StringComparison.Ordinal))
            {
                cases++;
                var before = line[2..].Replace('␤', '\n');
                var after = Run(section, before);
                Run(section, after).ShouldBe(after, $"a second run changes the outcome of: {before}");
                written.Append(after == before ? $"= {line[2..]}\n" : $"- {line[2..]}\n+ {after.Replace('\n', '␤')}\n");
                i += i + 1 < lines.Length && lines[i + 1].StartsWith("+ ", StringComparison.Ordinal) ? 1 : 0;
            }
            else
            {
                written.Append(line).Append('\n');
            }
        }

        cases.ShouldBeGreaterThan(300);
        var actual = written.ToString().TrimEnd('\n') + "\n";
        if (Environment.GetEnvironmentVariable("CLEW_ACCEPT") == "1")
        {
            System.IO.File.WriteAllText(Repository.PathOf(File), actual);
        }

        Repository.Read(File).Split('\n').ShouldBe(actual.Split('\n'));
    }

    /// <summary>However a line is surrounded, what is a secret stays one and what is none stays none.</summary>
    [Theory]
    [InlineData("2026-03-01T10:00:00Z INFO [main] ", " took=12ms")]
    [InlineData("{\"level\":\"info\",\"n\":1} ", "")]
    [InlineData("😀 ", " 日本語")]
    public void The_surroundings_of_a_secret_stay(string before, string after)
    {
        foreach (var secret in new[] { "password=hunter2", "Authorization: Bearer abc123def456", "ghp_abcdefghijklmnopqrstuvwxyz0123456789", "token: \"abc123\"" })
        {
            var redacted = Secrets.Redact(before + secret + after);
            redacted.ShouldStartWith(before);
            redacted.ShouldEndWith(after);
            redacted.ShouldContain("REDACTED");
            redacted.ShouldNotContain("hunter2");
            redacted.ShouldNotContain("abc123");
            redacted.ShouldNotContain("ghp_");
        }
    }

    private static string Run(string section, string line) => section switch
    {
        "secrets" => Secrets.Redact(line),
        "personal" => Personal.Redact(line),
        "sql" => Statement(line, string.Empty),
        _ when section.StartsWith("sql ", StringComparison.Ordinal) => Statement(line, section[4..]),
        _ => throw new InvalidOperationException($"There is no section {section}."),
    };

    private static string Statement(string line, string system) => Secrets.RedactStatement(line, system, out _);
}
