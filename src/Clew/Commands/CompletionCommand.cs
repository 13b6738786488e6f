using System.CommandLine;

namespace Clew.Cli.Commands;

/// <summary>
/// <c>clew completion SHELL</c>: a script that makes the shell complete clew's words. It asks clew itself, by the parser's <c>[suggest]</c>
/// directive, and needs no other tool.
/// </summary>
internal static class CompletionCommand
{
    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh, fish or pwsh" }.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        var command = new Command(
            "completion",
            """
            Print a script that completes clew's commands and options in a shell.

            Examples:
              source <(clew completion bash)
              clew completion zsh > "${fpath[1]}/_clew"
              clew completion fish | source
              clew completion pwsh | Out-String | Invoke-Expression
            """)
        {
            shell,
        };
        command.SetAction(parsed =>
        {
            parsed.InvocationConfiguration.Output.Write(Script(parsed.GetRequiredValue(shell)));
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>The script for a shell by its name.</summary>
    public static string Script(string shell)
    {
        using var stream = typeof(CompletionCommand).Assembly.GetManifestResourceStream($"completion.{shell}")
            ?? throw new ArgumentOutOfRangeException(nameof(shell), shell, "There is no completion for this shell.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
