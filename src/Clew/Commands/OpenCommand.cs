using System.CommandLine;
using System.Text;
using System.Text.Json;
using Clew.Analysis;
using Clew.Analysis.Capsules;
using Clew.Analysis.Reports;
using Clew.Analysis.Worlds;
using Clew.Cli.Rendering;
using Clew.Server.Api.Contracts;
using Clew.Server.Capsules;
using Clew.Telemetry;

namespace Clew.Cli.Commands;

/// <summary><c>clew open FILE</c>: an investigation from its capsule, without a server.</summary>
internal static class OpenCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The capsule, as clew investigate --capsule wrote it" };
        var list = new Option<bool>("--list") { Description = "List what is in it" };
        var show = new Option<string?>("--show") { Description = "Print one of its files as it is", HelpName = "PATH" };
        var trace = new Option<string?>("--trace") { Description = "Show a trace of it as a waterfall", HelpName = "ID" };
        var again = new Option<bool>("--again") { Description = "Investigate its world again, and compare the report byte for byte" };
        var root = new Option<string?>("--root") { Description = "The root that was noted when it was written: proves that it is this capsule", HelpName = "HASH" };
        var full = new Option<bool>("--full") { Description = "Everything the report has, not the most important of each part" };
        var command = new Command(
            "open",
            """
            Open a capsule: show its report, and what the report rests on.

            Works anywhere, without a server. Every file is held against the manifest first, whose hashes form a chain; what was changed,
            left out or added is said on standard error. Nothing is unpacked to disk.

            Exit codes: 0 shown and intact, 1 no capsule or nothing of that name, 2 wrong usage, 3 shown, but not as it was written.

            Examples:
              clew open incident.capsule
              clew open incident.capsule --list
              clew open incident.capsule --trace 5b8efff798038103d269b633813fc60c
              clew open incident.capsule --again
            """)
        {
            file, list, show, trace, again, root, full,
        };
        command.WithOutputOptions();
        command.Validators.Add(result =>
        {
            if (new[] { result.GetValue(list), result.GetValue(show) is not null, result.GetValue(trace) is not null, result.GetValue(again) }.Count(given => given) > 1)
            {
                result.AddError("--list, --show, --trace and --again are four things to do; give one of them.");
            }

            if (result.GetValue(trace) is { } id && !TraceId.TryParse(id, out _))
            {
                result.AddError($"--trace is '{id}'; expected up to 32 hex digits.");
            }
        });
        command.SetAction(parsed =>
        {
            if (Read(parsed, parsed.GetRequiredValue(file)) is not { } capsule)
            {
                return ExitCode.Failure;
            }

            var problems = capsule.Problems.ToList();
            if (parsed.GetValue(root) is { } expected && !expected.Trim().Equals(capsule.Manifest.Root, StringComparison.OrdinalIgnoreCase))
            {
                problems.Add($"Its root is {Sentence.Shorten(Sentence.Clean(capsule.Manifest.Root), 64)}, not the one given: it is another capsule, or was written anew.");
            }

            foreach (var problem in problems.Take(Limits.PrintedProblems))
            {
                parsed.InvocationConfiguration.Error.WriteLine($"clew: NOT AS WRITTEN: {Sentence.Clean(problem)}");
            }

            var code = parsed.GetValue(list) ? List(parsed, capsule)
                : parsed.GetValue(show) is { } path ? Show(parsed, capsule, path)
                : parsed.GetValue(trace) is { } id ? Trace(parsed, capsule, id)
                : parsed.GetValue(again) ? Again(parsed, capsule)
                : Report(parsed, capsule, parsed.GetValue(full));
            return code == ExitCode.Success && problems.Count > 0 ? ExitCode.Partial : code;
        });
        return command;
    }

    private static Capsule? Read(ParseResult parsed, string path)
    {
        try
        {
            using var input = File.OpenRead(path);
            if (input.Length > CapsuleLimits.Default.ArchiveBytes)
            {
                throw new InvalidDataException($"It has more than {CapsuleLimits.Default.ArchiveBytes >> 20} MiB.");
            }

            return CapsuleArchive.Read(input, CapsuleLimits.Default);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            Ask.Fail(parsed, $"{Sentence.Clean(path)} is no capsule that can be opened: {Sentence.Clean(e.Message)}", isMistake: false);
            return null;
        }
    }

    private static int List(ParseResult parsed, Capsule capsule)
    {
        var terminal = ClientOptions.TerminalOf(parsed);
        if (parsed.GetValue(ClientOptions.Json))
        {
            parsed.InvocationConfiguration.Output.WriteLine(JsonSerializer.Serialize(capsule.Manifest, CapsuleJson.Default.CapsuleManifest));
            return ExitCode.Success;
        }

        terminal.Write(parsed.InvocationConfiguration.Output, [.. Head(capsule, terminal.Page), .. Table.Render(
            [new("FILE", Shrinks: true), new("SIZE", Right: true), new("SHA-256")],
            [.. capsule.Files.Select(file => (IReadOnlyList<Cell>)[
                new Cell(file.Path, Ink.Accent),
                new Cell(Page.Bytes(file.Content.Length)),
                new Cell(capsule.Manifest.Files.FirstOrDefault(known => known.Path == file.Path) is { } known ? Sentence.Shorten(known.Sha256, 16) : "not in the manifest", Ink.Dim)])],
            terminal.Page)]);
        return ExitCode.Success;
    }

    private static int Show(ParseResult parsed, Capsule capsule, string path)
    {
        if (capsule[path] is not { } content)
        {
            return Ask.Fail(parsed, $"There is no {Sentence.Clean(path)} in it; --list shows what there is.", isMistake: false);
        }

        // Line by line through the cleaning: a capsule is somebody else's text, and must not steer the terminal.
        foreach (var line in Encoding.UTF8.GetString(content).TrimEnd('\n').Split('\n'))
        {
            parsed.InvocationConfiguration.Output.WriteLine(Sentence.Clean(line));
        }

        return ExitCode.Success;
    }

    private static int Trace(ParseResult parsed, Capsule capsule, string text)
    {
        _ = TraceId.TryParse(text, out var id);
        if (Parse(parsed, capsule, $"evidence/traces/{id}.json", ApiJson.Default.TraceDetail) is not { } detail)
        {
            return ExitCode.Failure;
        }

        var logs = capsule[$"evidence/traces/{id}.logs.json"] is null ? null : Parse(parsed, capsule, $"evidence/traces/{id}.logs.json", ApiJson.Default.LogList);
        var terminal = ClientOptions.TerminalOf(parsed);
        terminal.Write(parsed.InvocationConfiguration.Output, TraceText.Render(detail, new TraceView(Logs: logs), terminal.Page));
        return ExitCode.Success;
    }

    private static int Report(ParseResult parsed, Capsule capsule, bool full)
    {
        if (Parse(parsed, capsule, "report.json", ReportJson.Default.InvestigationReport) is not { } report)
        {
            return ExitCode.Failure;
        }

        if (parsed.GetValue(ClientOptions.Json))
        {
            return Show(parsed, capsule, "report.json");
        }

        var terminal = ClientOptions.TerminalOf(parsed);
        terminal.Write(parsed.InvocationConfiguration.Output, [.. Head(capsule, terminal.Page), .. InvestigationText.Render(report, full, terminal.Page)]);
        return ExitCode.Success;
    }

    private static int Again(ParseResult parsed, Capsule capsule)
    {
        if (Parse(parsed, capsule, "world.json", WorldJson.Default.World) is not { } world)
        {
            return ExitCode.Failure;
        }

        InvestigationReport report;
        try
        {
            report = Investigator.Investigate(world);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or IndexOutOfRangeException or KeyNotFoundException or NullReferenceException or OverflowException)
        {
            // Indexes of a world that was tampered with lead anywhere.
            return Ask.Fail(parsed, $"Its world does not hold together: {Sentence.Clean(e.Message)}", isMistake: false);
        }

        var same = JsonSerializer.SerializeToUtf8Bytes(report, ReportJson.Readable.InvestigationReport).AsSpan().SequenceEqual(capsule["report.json"]);
        var terminal = ClientOptions.TerminalOf(parsed);
        terminal.Write(
            parsed.InvocationConfiguration.Output,
            [Line.Of(same ? "The world gives the same report, byte for byte." : "The world gives another report: this clew reasons otherwise than the one that wrote it, or the files do not belong together.", same ? Ink.Good : Ink.Warning), .. same ? [] : InvestigationText.Render(report, false, terminal.Page)]);
        return same ? ExitCode.Success : ExitCode.Partial;
    }

    private static IEnumerable<Line> Head(Capsule capsule, Page page)
    {
        yield return new Line().Add("capsule of ", Ink.Dim).Add(page.DateTime(capsule.Manifest.Written)).Add($", {Sentence.Count(capsule.Files.Count, "file")}, root ", Ink.Dim).Add(Sentence.Shorten(capsule.Manifest.Root, 64), Ink.Accent);
        yield return Line.Empty;
    }

    private static T? Parse<T>(ParseResult parsed, Capsule capsule, string path, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        if (capsule[path] is not { } content)
        {
            Ask.Fail(parsed, $"There is no {path} in it; --list shows what there is.", isMistake: false);
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(content, type);
        }
        catch (JsonException e)
        {
            Ask.Fail(parsed, $"{path} in it cannot be read: {Sentence.Clean(e.Message)}", isMistake: false);
            return null;
        }
    }
}
