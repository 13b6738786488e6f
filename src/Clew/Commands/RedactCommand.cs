using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Clew.Server.Redaction;

namespace Clew.Cli.Commands;

/// <summary><c>clew redact test</c>: shows, without a server, what the configured redaction makes of a text, a file or a stream.</summary>
internal static class RedactCommand
{
    public static Command Create() => new("redact", "Try out what is taken out of telemetry before it is stored.") { CreateTest() };

    private static Command CreateTest()
    {
        var command = new Command(
            "test",
            """
            Show each line before and after redaction, with the rules that fired.

            Asks no server. Exit codes: 0 shown, 1 the file cannot be read, 2 the command line or the configuration is wrong.

            Examples:
              clew redact test 'login of bob failed, password=hunter2'
              clew redact test --config clew.yaml app.log
              kubectl logs deploy/shop | clew redact test --set redaction.personal=all -
              clew redact test --statement "SELECT * FROM users WHERE name = 'bob'"
            """);
        var input = new Argument<string>("input") { Description = "A text, the name of a file, or - for standard input.", HelpName = "TEXT|FILE|-", DefaultValueFactory = _ => "-" };
        var key = new Option<string?>("--key") { Description = "Treat each line as the value of the attribute with this key.", HelpName = "KEY" };
        var statement = new Option<bool>("--statement") { Description = "Treat each line as a database statement." };
        var all = new Option<bool>("--all") { Description = "Print the lines that stay as they are, too." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object a line: before, after, rules." };
        command.Add(input);
        command.Add(key);
        command.Add(statement);
        command.Add(all);
        command.Add(json);
        var settings = new ServerSettings(command);
        command.SetAction(parsed =>
        {
            if (settings.Load(parsed) is not { } configuration)
            {
                return ExitCode.Usage;
            }

            try
            {
                var redactor = new TextRedactor(configuration.Options.Redaction, ReadKey(configuration.Options.Redaction));
                var trial = new Trial(redactor, parsed.GetValue(key), parsed.GetValue(statement));
                Print(trial.Run(Lines(parsed.GetRequiredValue(input))), parsed.GetValue(all), parsed.GetValue(json), parsed.InvocationConfiguration.Output);
                return ExitCode.Success;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                parsed.InvocationConfiguration.Error.WriteLine($"clew: {e.Message}");
                return ExitCode.Failure;
            }
        });
        return command;
    }

    private static byte[] ReadKey(RedactionOptions options) => TextRedactor.NeedsKey(options) ? File.ReadAllBytes(options.HashKeyFile!) : [];

    private static IEnumerable<string> Lines(string input)
    {
        if (input != "-")
        {
            return File.Exists(input) ? File.ReadLines(input) : input.Split('\n');
        }

        return ReadAll(Console.In);

        static IEnumerable<string> ReadAll(TextReader reader)
        {
            while (reader.ReadLine() is { } line)
            {
                yield return line;
            }
        }
    }

    private static void Print(IEnumerable<TriedLine> lines, bool all, bool json, TextWriter output)
    {
        var totals = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var (seen, changed) = (0, 0);
        foreach (var line in lines)
        {
            seen++;
            changed += line.IsChanged ? 1 : 0;
            foreach (var (rule, count) in line.Rules)
            {
                totals[rule] = totals.GetValueOrDefault(rule) + count;
            }

            if (json)
            {
                output.WriteLine(JsonSerializer.Serialize(line, RedactJson.Default.TriedLine));
            }
            else if (line.IsChanged)
            {
                output.WriteLine($"- {line.Before}");
                output.WriteLine($"+ {line.After}    [{string.Join(", ", line.Rules.Keys)}]");
            }
            else if (all)
            {
                output.WriteLine($"  {line.Before}");
            }
        }

        if (!json)
        {
            var rules = totals.Count == 0 ? string.Empty : ": " + string.Join(", ", totals.Select(pair => $"{pair.Key} {pair.Value}"));
            output.WriteLine($"{changed} of {seen} {(seen == 1 ? "line" : "lines")} changed{rules}");
        }
    }

    /// <summary>How each line is treated.</summary>
    private sealed class Trial(TextRedactor redactor, string? key, bool isStatement)
    {
        public IEnumerable<TriedLine> Run(IEnumerable<string> lines) => lines.Select(Try);

        private TriedLine Try(string line)
        {
            var after = isStatement ? redactor.RedactStatement(line, string.Empty, out var fired) : key is not null ? redactor.Redact(key, line, out fired) : redactor.Redact(line, out fired);
            return new TriedLine(line, after, fired.ToDictionary(rule => rule.Rule.Word(), rule => rule.Count));
        }
    }
}

/// <summary>One line that was tried.</summary>
internal sealed record TriedLine(string Before, string After, IReadOnlyDictionary<string, int> Rules)
{
    [JsonIgnore]
    public bool IsChanged => Before != After;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TriedLine))]
internal sealed partial class RedactJson : JsonSerializerContext;
