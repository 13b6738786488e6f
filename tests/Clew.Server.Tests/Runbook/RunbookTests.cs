using Clew.Server.Tests.Storage;
using Clew.Tests;

namespace Clew.Server.Tests.Runbook;

/// <summary>Command lines with curl and jq, as runbooks have them: ours, and those of the street-level operations document where it is at hand.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class RunbookTests(RunbookServer server) : IClassFixture<RunbookServer>
{
    private const string Seeds = "seeds";

    /// <summary>Hosts of the document, and what stands for them.</summary>
    private static readonly (string Host, string Variable)[] Hosts = [("jaeger.monitoring:16686", "$JAEGER"), ("tempo.monitoring:3200", "$TEMPO")];

    /// <summary>jq's exit code for a program that it cannot read.</summary>
    private const int NoProgram = 3;

    public static TheoryData<string, string> Commands
    {
        get
        {
            var commands = new TheoryData<string, string>();
            using var stream = typeof(RunbookTests).Assembly.GetManifestResourceStream("Runbook/Cases/commands.txt")!;
            using var reader = new StreamReader(stream);
            foreach (var block in reader.ReadToEnd().Split("\n> ").Skip(1))
            {
                var lines = block.Split('\n');
                commands.Add(lines[0], string.Join('\n', lines.Skip(1).TakeWhile(line => line.Length > 0)));
            }

            return commands;
        }
    }

    [ProgramTheory]
    [MemberData(nameof(Commands))]
    public async Task A_command_prints_what_it_is_kept_for(string command, string printed)
    {
        var (output, errors, exit) = await server.RunAsync(command);

        exit.ShouldBe(0, errors);
        output.TrimEnd('\n').ShouldBe(printed);
    }

    [ProgramFact(Seeds)]
    public async Task The_documents_commands_run_with_only_the_host_replaced()
    {
        var commands = Extract();
        commands.Count.ShouldBeGreaterThan(5);
        foreach (var command in commands)
        {
            var (output, errors, exit) = await server.RunAsync(command);
            if (exit == NoProgram)
            {
                // The jq of this machine cannot read the program, whatever it is given. What it is given must be JSON all the same.
                errors.ShouldContain("compile error", customMessage: command);
                (output, errors, exit) = await server.RunAsync(command[..command.IndexOf("| jq", StringComparison.Ordinal)] + "| jq .");
            }

            exit.ShouldBe(0, $"{command}\n{errors}");
            output.Trim().ShouldNotBeEmpty(command);
            output.Trim().ShouldNotBe("null", command);
        }
    }

    [Fact]
    public void There_are_enough_commands() => Commands.Count.ShouldBeGreaterThan(15);

    /// <summary>Lines that begin with curl and name one of the hosts, with the lines they go on in.</summary>
    private static List<string> Extract()
    {
        var commands = new List<string>();
        foreach (var file in Directory.GetFiles(SharedFolder.PathOf(Seeds), "*.txt").Order(StringComparer.Ordinal))
        {
            var lines = File.ReadAllLines(file);
            for (var i = 0; i < lines.Length; i++)
            {
                if (!lines[i].StartsWith("curl ", StringComparison.Ordinal) || !Hosts.Any(host => lines[i].Contains(host.Host, StringComparison.Ordinal)))
                {
                    continue;
                }

                var command = lines[i];
                while (command.EndsWith('\\'))
                {
                    command = command[..^1] + lines[++i];
                }

                commands.Add(Hosts.Aggregate(command, (text, host) => text.Replace(host.Host, host.Variable, StringComparison.Ordinal)));
            }
        }

        return commands;
    }
}

/// <summary>A test that needs bash, curl and jq; skipped, visibly, where one is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ProgramTheoryAttribute : TheoryAttribute
{
    public ProgramTheoryAttribute() => Skip = RunbookServer.HasPrograms ? null : "bash, curl or jq is not on the PATH";
}

/// <inheritdoc cref="ProgramTheoryAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ProgramFactAttribute : FactAttribute
{
    public ProgramFactAttribute(string needs) =>
        Skip = !RunbookServer.HasPrograms ? "bash, curl or jq is not on the PATH" : SharedFolder.Has(needs) ? null : $"{needs} is not in {SharedFolder.Root}";
}
