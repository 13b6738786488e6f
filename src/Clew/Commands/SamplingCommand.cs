using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Clew.Cli.Client;
using Clew.Cli.Rendering;
using Clew.Server.Configuration;
using Clew.Server.Sampling;
using Clew.Telemetry;

namespace Clew.Cli.Commands;

/// <summary><c>clew sampling check</c>, <c>simulate</c> and <c>decision</c>: what is kept for long, and why.</summary>
internal static class SamplingCommand
{
    /// <summary>A simulation reads every span of its range; the usual time for an answer is too short for that.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    public static Command Create() => new("sampling", "Check and try out sampling policies, and ask what was decided about a trace.") { Check(), Simulate(), Decision() };

    private static Command Check()
    {
        var file = new Argument<string>("FILE") { Description = "Policies as the OpenTelemetry collector has them: a list, a map with policies, or a whole configuration" };
        var json = new Option<bool>("--json") { Description = "Print JSON: policies, problems, notes" };
        var command = new Command(
            "check",
            """
            Read a policy file and say what is wrong with it. Asks no server.

            Exit codes: 0 good, 2 something is wrong.

            Examples:
              clew sampling check tail-sampling.yaml
              clew sampling check --json otel-collector.yaml
            """)
        {
            file, json,
        };
        command.SetAction(parsed =>
        {
            if (!parsed.GetValue(json))
            {
                return Read(parsed, parsed.GetRequiredValue(file)) is { } policies ? Say(parsed, policies) : ExitCode.Usage;
            }

            var read = PolicyFile.Load(parsed.GetRequiredValue(file), SamplingLimits.Default);
            var answer = new PolicyCheck(
                [.. read.Policies.Select(policy => new CheckedPolicy(policy.Name, policy.Type))], [.. read.Problems.Select(problem => problem.ToString())], read.Notes);
            parsed.InvocationConfiguration.Output.WriteLine(JsonSerializer.Serialize(answer, PolicyCheckJson.Default.PolicyCheck));
            return read.Problems.Count == 0 ? ExitCode.Success : ExitCode.Usage;
        });
        return command;

        static int Say(ParseResult parsed, PolicyFileResult read)
        {
            var names = string.Join(", ", read.Policies.Select(policy => $"{policy.Name} ({policy.Type})"));
            parsed.InvocationConfiguration.Output.WriteLine($"{Sentence.Count(read.Policies.Count, "policy", "policies")}: {Sentence.Clean(names)}");
            return ExitCode.Success;
        }
    }

    private static Command Simulate()
    {
        var file = new Option<string>("--policy", "-p") { Description = "The policy file to try", HelpName = "FILE", Required = true };
        var command = new Command(
            "simulate",
            """
            Show what policies would keep of the stored traces, and what that would save.

            Nothing is decided or deleted. By policy and by operation: traces, spans, bytes, and which share of the errors and of the slowest traces stays. Without
            a time range all that is stored is looked at. --timeout is an hour unless given.

            Examples:
              clew sampling simulate --policy tail-sampling.yaml --since 24h
              clew sampling simulate -p tail-sampling.yaml --since 1h --json
            """)
        {
            file,
        };
        command.WithOutputOptions();
        var timeout = new Option<TimeSpan>("--timeout")
        {
            Description = "How long to wait for the answer",
            HelpName = "LENGTH",
            DefaultValueFactory = _ => Patience,
            CustomParser = result => TimeArguments.ParseLength(result.Tokens[0].Value, "--timeout", result.AddError),
        };
        command.Add(timeout);
        var range = new TimeRangeOptions(command, TimeProvider.System);
        command.SetAction(async (parsed, cancellation) =>
        {
            var path = parsed.GetRequiredValue(file);
            if (Read(parsed, path) is null)
            {
                return ExitCode.Usage;
            }

            var (start, end) = range.Resolve(parsed);
            var body = JsonSerializer.SerializeToUtf8Bytes(
                new SimulationRequest { Policies = await File.ReadAllTextAsync(path, cancellation), Start = start?.ToString(), End = end?.ToString() },
                SamplingJson.Default.SimulationRequest);
            using var http = Ask.Http(parsed.GetValue(timeout));
            var client = new ClewClient(parsed.GetRequiredValue(ClientOptions.Url), http);
            var answer = await client.PostForLinesAsync("/api/sampling/simulate", body, line => Progress(parsed, line), cancellation);
            return Show(parsed, answer);
        });
        return command;
    }

    private static Command Decision()
    {
        var id = new Argument<string>("ID") { Description = "The trace's id in hex" };
        id.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !TraceId.TryParse(result.Tokens[0].Value, out _))
            {
                result.AddError($"'{result.Tokens[0].Value}' is not a trace id; expected up to 32 hex digits.");
            }
        });
        var command = Ask.Common(new Command(
            "decision",
            """
            Say whether a trace was kept, and by which policy.

            Exit codes: 0 decided, 1 nothing was decided or no answer, 2 wrong usage.

            Example:
              clew sampling decision 5b8efff798038103d269b633813fc60c
            """)
        {
            id,
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            using var http = Ask.Http(parsed);
            _ = TraceId.TryParse(parsed.GetRequiredValue(id), out var trace);
            var answer = await new ClewClient(parsed.GetRequiredValue(ClientOptions.Url), http).GetAsync($"/api/sampling/decisions/{trace}", cancellation);
            return Ask.Show(parsed, answer, SamplingJson.Default.DecisionEntry, (entry, page) => [SamplingText.Decision(entry, page)], _ => ExitCode.Success);
        });
        return command;
    }

    /// <summary>Null, with everything wrong written to standard error, when the file is not good.</summary>
    private static PolicyFileResult? Read(ParseResult parsed, string file)
    {
        var read = PolicyFile.Load(file, SamplingLimits.Default);
        foreach (var problem in read.Problems)
        {
            parsed.InvocationConfiguration.Error.WriteLine($"clew: {Sentence.Clean(problem.ToString())}");
        }

        foreach (var note in read.Notes)
        {
            parsed.InvocationConfiguration.Error.WriteLine($"clew: {file}: {Sentence.Clean(note)}");
        }

        return read.Problems.Count == 0 ? read : null;
    }

    /// <summary>One line on standard error that is written over, where somebody looks; nothing in a file.</summary>
    private static void Progress(ParseResult parsed, byte[] line)
    {
        if (!Console.IsErrorRedirected && JsonSerializer.Deserialize(line, SamplingJson.Default.SimulationLine)?.Progress is { AllSpans: > 0 } progress)
        {
            var end = progress.Spans >= progress.AllSpans ? "\r\u001b[K" : string.Empty;
            parsed.InvocationConfiguration.Error.Write($"\r{Page.Number(progress.Spans)} of {Page.Number(progress.AllSpans)} spans ({Page.Percent((double)progress.Spans / progress.AllSpans)}) {end}");
        }
    }

    private static int Show(ParseResult parsed, Answer answer)
    {
        var line = Ask.Read(answer, SamplingJson.Default.SimulationLine, out var error);
        if (line?.Answer is not { } simulated)
        {
            return Ask.Fail(parsed, line?.Problem is { } problem ? Sentence.Clean(problem) : error ?? "The server's answer ended too early; its log says why.", answer.IsMistake);
        }

        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(ClientOptions.Json))
        {
            var options = new JsonSerializerOptions(SamplingJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
            output.WriteLine(JsonSerializer.Serialize(simulated, new SamplingJson(options).SimulationAnswer));
        }
        else
        {
            var terminal = ClientOptions.TerminalOf(parsed);
            terminal.Write(output, SamplingText.Simulation(simulated, terminal.Page));
        }

        return ExitCode.Success;
    }
}

/// <summary>What <c>clew sampling check --json</c> prints.</summary>
/// <param name="Policies">Empty when there are problems.</param>
internal sealed record PolicyCheck(IReadOnlyList<CheckedPolicy> Policies, IReadOnlyList<string> Problems, IReadOnlyList<string> Notes);

internal sealed record CheckedPolicy(string Name, string Type);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(PolicyCheck))]
internal sealed partial class PolicyCheckJson : JsonSerializerContext;
