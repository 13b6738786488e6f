using System.CommandLine;
using System.CommandLine.Invocation;
using Clew.Cli.Commands;

namespace Clew.Cli;

/// <summary>The command <c>clew</c>: its sub-commands are listed here and nowhere else, each in a file of its own under <c>Commands/</c>.</summary>
public static class CommandLine
{
    public static RootCommand CreateRoot()
    {
        var root = new RootCommand("Clew: telemetry in, a ranked and evidenced root cause out.") { ClientOptions.Url };
        foreach (var command in Commands())
        {
            root.Add(command);
        }

        RefuseUnknownOptions(root);
        CommandHelp.Install(root);
        return root;
    }

    /// <summary>The parser takes an option it does not know for one more word where a command takes any number of words: a mistyped name would be searched for.</summary>
    private static void RefuseUnknownOptions(Command command)
    {
        foreach (var words in command.Arguments.Where(argument => argument.Arity.MaximumNumberOfValues > 1))
        {
            words.Validators.Add(result =>
            {
                if (result.Tokens.FirstOrDefault(token => token.Value.StartsWith("--", StringComparison.Ordinal)) is { } unknown)
                {
                    result.AddError($"{unknown.Value} is no option of clew {command.Name}; clew {command.Name} --help lists them.");
                }
            });
        }

        foreach (var inner in command.Subcommands)
        {
            RefuseUnknownOptions(inner);
        }
    }

    /// <summary>Parses and runs one command line; the answer is the process's <see cref="ExitCode"/>.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancellation)
    {
        var parsed = CreateRoot().Parse(args);
        if (parsed.Action is ParseErrorAction mistake)
        {
            mistake.ShowHelp = false;
        }

        var code = await parsed.InvokeAsync(Invocation, cancellation).ConfigureAwait(false);

        // The parser answers 1 to a command line it does not understand; scripts must be able to tell that from a command that failed.
        return parsed.Errors.Count > 0 ? ExitCode.Usage : code;
    }

    /// <summary>
    /// Commands stop themselves in an orderly way when asked to; how long that may take is their own affair. The parser's own patience only has to
    /// be longer than the longest shutdown_timeout.
    /// </summary>
    private static InvocationConfiguration Invocation => new() { ProcessTerminationTimeout = TimeSpan.FromMinutes(61) };

    private static IEnumerable<Command> Commands()
    {
        yield return ServeCommand.Create();
        yield return InvestigateCommand.Create();
        yield return VerifyCommand.Create();
        yield return PaperworkCommands.CreatePostmortem();
        yield return PaperworkCommands.CreateRunbook();
        yield return OpenCommand.Create();
        yield return SimilarCommand.Create();
        foreach (var command in ComparisonCommands.Create())
        {
            yield return command;
        }

        yield return DoctorCommand.Create();
        yield return ServicesCommand.Create();
        yield return TracesCommand.Create();
        yield return TraceCommand.Create();
        yield return LogsCommand.Create();
        yield return ErrorsCommand.Create();
        yield return DepsCommand.Create();
        yield return QueryCommand.Create();
        yield return ChangeCommand.Create();
        yield return AlertsCommand.Create();
        yield return IncidentsCommand.Create();
        yield return WatchCommand.Create();
        yield return SecurityCommand.Create();
        yield return KubernetesCommand.Create();
        yield return ImportCommand.Create();
        yield return CorrelateCommand.Create();
        yield return SamplingCommand.Create();
        yield return RedactCommand.Create();
        yield return LabCommand.Create();
        yield return ConfigCommand.Create();
        yield return CompletionCommand.Create();
    }
}
