using System.CommandLine;
using System.Diagnostics;
using Clew.Cli;

namespace Clew.Tests.Cli;

public sealed class CommandLineTests
{
    /// <summary>The words others script against.</summary>
    [Theory]
    [InlineData("serve --data d --listen 127.0.0.1:2539 --otlp-grpc 127.0.0.1:4317 --otlp-http 127.0.0.1:4318 --drop-in")]
    [InlineData("--url http://127.0.0.1:2539 import a b -")]
    [InlineData("import --url http://127.0.0.1:2539 -")]
    [InlineData("investigate --start -15m --end now --trace 5b8efff798038103d269b633813fc60c --service s --baseline-start -2h --baseline-end -1h --json")]
    [InlineData("investigate --since 15m")]
    [InlineData("doctor --since 24h --json")]
    [InlineData("doctor --measures --start -1h --end now")]
    [InlineData("trace 5B8EFFF798038103 --json")]
    [InlineData("trace 5B8EFFF798038103 --adjust")]
    [InlineData("traces --json")]
    [InlineData("logs --json")]
    [InlineData("services --json")]
    [InlineData("deps --json")]
    [InlineData("config --json")]
    [InlineData("redact test app.log --key user.id --statement --all --json --set redaction.personal=all")]
    [InlineData("change list --json")]
    [InlineData("change import a.json --map each=$.x --alerts --only $.a=1")]
    [InlineData("k8s objects pods --history -n shop")]
    [InlineData("kubernetes events --warnings --json")]
    [InlineData("alerts --firing")]
    [InlineData("query traceql {status=error} --limit 5 --spans 10 --since 1h --json")]
    [InlineData("query traceql {}|rate() --step 30s")]
    [InlineData("query promql up --since 1h --step 30s --limit 5 --csv")]
    [InlineData("query logql {app=\"a\"}|json --limit 5 --oldest --since 1h --json")]
    [InlineData("query logql rate({app=\"a\"}[5m]) --step 30s --since 1h")]
    public void Understands(string line) => CommandLine.CreateRoot().Parse(line.Split(' ')).Errors.ShouldBeEmpty();

    [Theory]
    [InlineData("trace nonsense")]
    [InlineData("trace")]
    [InlineData("traces --start tomorrow")]
    [InlineData("query traceql {status=}")]
    [InlineData("query promql sum(")]
    [InlineData("query promql up --step soon")]
    [InlineData("query traceql")]
    [InlineData("query logql {app=}")]
    [InlineData("query logql {app=\"a\"} --step fast")]
    [InlineData("traces --start -1m --since 5m")]
    [InlineData("traces --start now --end -5m")]
    [InlineData("traces --min-duration fast")]
    [InlineData("services --url ftp://x")]
    [InlineData("services --tz Nowhere/Else")]
    [InlineData("deps --dot --json")]
    [InlineData("logs --follow --json")]
    [InlineData("investigate --baseline-start -1h")]
    [InlineData("import")]
    [InlineData("import --requests 0 -")]
    [InlineData("change add --kind deploy")]
    [InlineData("change import a.json --map service")]
    [InlineData("change import a.json --map service=$x")]
    [InlineData("change import a.json --map servce=$.x")]
    [InlineData("change import a.json --only $.x")]
    [InlineData("completion tcsh")]
    [InlineData("frobnicate")]
    [InlineData("investigate --sever http://127.0.0.1:2539 --from now")]
    public async Task A_wrong_command_line_is_exit_code_2(string line) => (await CommandLine.RunAsync(line.Split(' '), CancellationToken.None)).ShouldBe(ExitCode.Usage);

    [Fact]
    public void Every_command_has_a_short_description_and_help_with_examples()
    {
        foreach (var command in Leaves(CommandLine.CreateRoot()))
        {
            command.Description.ShouldNotBeNullOrWhiteSpace(command.Name);
            command.Description.Length.ShouldBeLessThan(90, command.Name);
            Help(command).ShouldContain($"  clew {(command.Parents.OfType<Command>().First() is RootCommand ? "" : command.Parents.First().Name + " ")}{command.Name}", customMessage: command.Name);
        }
    }

    [Theory]
    [InlineData("bash", "bash")]
    [InlineData("zsh", "zsh")]
    [InlineData("fish", "fish")]
    [InlineData("pwsh", "pwsh")]
    public async Task Completion_scripts_are_sound(string shell, string program)
    {
        using var output = new StringWriter();
        (await CommandLine.CreateRoot().Parse(["completion", shell]).InvokeAsync(new InvocationConfiguration { Output = output }, CancellationToken.None)).ShouldBe(0);
        var script = output.ToString();
        script.ShouldContain("[suggest:");
        if (!Exists(program))
        {
            return;
        }

        string[] check = shell == "pwsh" ? ["-NoProfile", "-Command", "$null = [scriptblock]::Create([Console]::In.ReadToEnd())"] : ["-n"];
        using var process = Process.Start(new ProcessStartInfo(program, check) { RedirectStandardInput = true, RedirectStandardError = true })!;
        await process.StandardInput.WriteAsync(script);
        process.StandardInput.Close();
        var errors = await process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20), CancellationToken.None);
        (process.ExitCode, errors).ShouldBe((0, string.Empty));
    }

    /// <summary>What all four scripts ask for and show.</summary>
    [Fact]
    public void Completion_knows_every_command_and_option()
    {
        var root = CommandLine.CreateRoot();
        foreach (var command in Leaves(root).SelectMany(leaf => leaf.Parents.OfType<Command>().Append(leaf)).Distinct())
        {
            var path = string.Concat(command.Parents.OfType<Command>().Append(command).Where(part => part is not RootCommand).Select(part => part.Name + " "));

            foreach (var child in command.Subcommands)
            {
                Suggestions(root, path).ShouldContain(child.Name);
            }

            foreach (var option in command.Options)
            {
                Suggestions(root, path + "--").ShouldContain(option.Name, path);
            }
        }
    }

    [Fact]
    public void Whatever_prints_something_can_print_it_as_JSON()
    {
        foreach (var command in Leaves(CommandLine.CreateRoot()).Where(command => command.Name is not ("serve" or "completion")))
        {
            command.Options.ShouldContain(option => option.Name == "--json", command.Name);
        }
    }

    [Fact]
    public void No_option_says_what_another_of_its_command_says()
    {
        foreach (var command in Leaves(CommandLine.CreateRoot()))
        {
            command.Options.Select(option => option.Description).ShouldBeUnique($"{command.Name}: two options say the same");
            command.Options.Where(option => string.IsNullOrWhiteSpace(option.Description)).ShouldBeEmpty(command.Name);
        }
    }

    private static List<string> Suggestions(RootCommand root, string line) => [.. root.Parse(line).GetCompletions(line.Length).Select(completion => completion.Label)];

    private static bool Exists(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    private static IEnumerable<Command> Leaves(Command command) => command.Subcommands.Count == 0 ? [command] : command.Subcommands.SelectMany(Leaves);

    private static string Help(Command command)
    {
        using var output = new StringWriter();
        string[] path = [.. command.Parents.OfType<Command>().Where(parent => parent is not RootCommand).Select(parent => parent.Name), command.Name, "--help"];
        var root = command.Parents.OfType<Command>().First() is RootCommand found ? found : (RootCommand)command.Parents.OfType<Command>().First().Parents.First();
        root.Parse(path).Invoke(new InvocationConfiguration { Output = output });
        return output.ToString();
    }
}
