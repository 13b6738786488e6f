using System.CommandLine;
using Clew.Cli;

namespace Clew.Tests.Cli;

/// <summary>What <c>clew redact test</c> prints.</summary>
public sealed class RedactCommandTests
{
    [Fact]
    public async Task Lines_are_shown_before_and_after_with_their_rules()
    {
        (await RunAsync("a password=hunter2 b\nnothing here")).ShouldBe(
            """
            - a password=hunter2 b
            + a password=REDACTED b    [key_value]
            1 of 2 lines changed: key_value 1

            """);
    }

    [Fact]
    public async Task Json_is_one_object_a_line()
    {
        (await RunAsync("--json", "token=abc")).ShouldBe("""{"before":"token=abc","after":"token=REDACTED","rules":{"key_value":1}}""" + "\n");
    }

    [Fact]
    public async Task A_key_and_a_statement_are_treated_as_such()
    {
        (await RunAsync("--key", "http.request.header.x-api-key", "abc")).ShouldContain("+ REDACTED    [secret_key]");
        (await RunAsync("--statement", "SELECT 42")).ShouldContain("+ SELECT ?    [sql_literal]");
        (await RunAsync("--set", "redaction.personal=email", "bob@example.org")).ShouldContain("[email]");
    }

    [Fact]
    public async Task A_file_is_read_line_by_line()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "one\ntwo token=abc\n");
            (await RunAsync("--all", file)).ShouldBe("  one\n- two token=abc\n+ two token=REDACTED    [key_value]\n1 of 2 lines changed: key_value 1\n");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<string> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        var code = await CommandLine.CreateRoot().Parse(["redact", "test", .. arguments]).InvokeAsync(new InvocationConfiguration { Output = output }, CancellationToken.None);
        code.ShouldBe(ExitCode.Success);
        return output.ToString().ReplaceLineEndings("\n");
    }
}
