using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Clew.Cli.Commands;

/// <summary>
/// <c>--help</c> as the parser prints it, and below what a command has to say beyond its first paragraph: how it works, exit codes, examples.
/// The list of commands shows first paragraphs only.
/// </summary>
internal sealed class CommandHelp : SynchronousCommandLineAction
{
    private readonly HelpAction _usual;
    private readonly Dictionary<Command, string> _more;

    private CommandHelp(HelpAction usual, Dictionary<Command, string> more) => (_usual, _more) = (usual, more);

    public override bool ClearsParseErrors => true;

    /// <summary>Takes every description apart and replaces the action of <c>--help</c>.</summary>
    public static void Install(RootCommand root)
    {
        var more = new Dictionary<Command, string>();
        Split(root, more);
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            if (help.Action is HelpAction usual)
            {
                help.Action = new CommandHelp(usual, more);
            }
        }
    }

    public override int Invoke(ParseResult parseResult)
    {
        var code = _usual.Invoke(parseResult);
        if (_more.TryGetValue(parseResult.CommandResult.Command, out var text))
        {
            parseResult.InvocationConfiguration.Output.WriteLine(text);
        }

        return code;
    }

    private static void Split(Command command, Dictionary<Command, string> more)
    {
        var description = command.Description?.ReplaceLineEndings("\n") ?? string.Empty;
        var end = description.IndexOf("\n\n", StringComparison.Ordinal);
        if (end > 0)
        {
            command.Description = description[..end];
            more[command] = description[(end + 2)..].Trim('\n');
        }

        foreach (var child in command.Subcommands)
        {
            Split(child, more);
        }
    }
}
