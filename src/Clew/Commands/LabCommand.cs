using System.CommandLine;
using System.Diagnostics;

namespace Clew.Cli.Commands;

/// <summary>
/// <c>clew lab</c>: incidents to play in the instrumented shop, and what Clew says about each. The shop is a program of its own, built from the repository; this
/// finds it and runs it (docs/adr/0023-the-lab.md).
/// </summary>
internal static class LabCommand
{
    /// <summary>Names the shop's program where it is not beside this one.</summary>
    private const string Variable = "CLEW_LAB";

    private const string Program = "shop-demo.dll";

    public static Command Create()
    {
        var lab = new Command(
            "lab",
            """
            Play incidents in an instrumented shop and see whether Clew finds their causes.

            Starts a Clew of its own with an empty store, nine small services and their customers, on loopback; switches a fault on, asks for the cause and
            compares the answer. Needs the shop, which make build builds with the rest of the repository.
            """);
        lab.Add(Forwarding(
            "list",
            """
            List the scenarios of the lab.

            Incidents, incidents with misleading changes, two at once, and quiet times that look like one.

            Examples:
              clew lab list
            """,
            "Print a JSON array: name, about, what is expected"));
        lab.Add(Forwarding(
            "run",
            """
            Play scenarios, a minute each, one after the other.

            Exit codes: 0 every answer was right, 1 one was wrong or something did not start, 2 wrong usage.

            Examples:
              clew lab run dns-slow
              clew lab run decoy-deploy healthy-peak
            """,
            "Print a JSON object a line for each scenario: whether the answer was right, and what it was"));
        lab.Add(Forwarding(
            "record",
            """
            Play scenarios and write what the investigations looked at to a folder.

            Without a name all are played, which takes an hour. With --data the stores stay; shop-demo lab again DIR asks a newer Clew about them.

            Examples:
              clew lab record recordings
              clew lab record recordings dns-slow
            """,
            "As run does"));
        lab.Add(Forwarding(
            "hour",
            """
            Play faults at random for an hour, without telling Clew, and judge what it notices.

            Faults last some two minutes with as much quiet between them. Writes to a folder what was switched on when, what was noticed when and which cause was named, and
            what the investigations looked at. shop-demo lab hour has --minutes and --seed.

            Examples:
              clew lab hour recordings
              clew lab hour recordings dns-slow slow-code healthy-peak
            """,
            "Print a JSON object with all of it"));
        return lab;
    }

    /// <summary>Where the shop's program is, or null: the environment says so, or it was built in the same configuration beside this program.</summary>
    internal static string? Find(string? named, string baseDirectory)
    {
        if (named is { Length: > 0 })
        {
            return File.Exists(named) ? named : null;
        }

        var here = new DirectoryInfo(baseDirectory);
        var beside = here.Parent?.Parent is { } bin ? Path.Combine(bin.FullName, "Shop.Demo", here.Name, Program) : null;
        return File.Exists(beside) ? beside : null;
    }

    private static Command Forwarding(string name, string description, string saysJson)
    {
        var words = new Argument<string[]>("words") { Arity = ArgumentArity.ZeroOrMore, HelpName = name == "list" ? "" : "NAME", Hidden = name == "list" };
        var json = new Option<bool>("--json") { Description = saysJson };
        var data = new Option<string>("--data") { Description = "Where the stores stay; a temporary folder unless given", HelpName = "DIR" };
        var command = new Command(name, description) { words, json };
        if (name != "list")
        {
            command.Add(data);
        }

        command.SetAction(async (parsed, stop) =>
        {
            if (Find(Environment.GetEnvironmentVariable(Variable), AppContext.BaseDirectory) is not { } program)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync(
                    $"clew: the lab's shop is not here. It is part of the repository, not of an installed Clew: run make build in a checkout and use its ./clew lab, or set {Variable} to its {Program}.");
                return ExitCode.Failure;
            }

            var start = new ProcessStartInfo("dotnet") { UseShellExecute = false };
            foreach (var word in (string[])[
                program, "lab", name, .. parsed.GetValue(words) ?? [], .. parsed.GetValue(json) ? ["--json"] : Array.Empty<string>(), .. parsed.GetValue(data) is { } folder ? ["--data", folder] : Array.Empty<string>(),
            ])
            {
                start.ArgumentList.Add(word);
            }

            // The shop hears Ctrl-C itself, as it shares the terminal, and ends in order; this process waits for it.
            using var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start");
            try
            {
                await process.WaitForExitAsync(stop);
            }
            catch (OperationCanceledException)
            {
                await process.WaitForExitAsync(CancellationToken.None);
            }

            return process.ExitCode;
        });
        return command;
    }
}
