using System.Buffers;
using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Clew.Server.Configuration;

namespace Clew.Cli.Commands;

/// <summary><c>clew config</c>: the configuration <c>serve</c> would run with, and where each value comes from.</summary>
internal static class ConfigCommand
{
    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create(":#'\"{}[],&*!|>%@` ");

    public static Command Create()
    {
        var command = new Command(
            "config",
            """
            Print the effective configuration, and where each value comes from.

            What is printed is a configuration file. Asks no server. Exit codes: 0 printed, 2 something in it is wrong.

            Examples:
              clew config > clew.yaml
              clew config --config clew.yaml --set retention.max_age=7d --json
            """);
        var settings = new ServerSettings(command);
        var json = new Option<bool>("--json") { Description = "Print JSON: an array of name, value, origin and description." };
        command.Add(json);
        command.SetAction(parsed =>
        {
            if (settings.Load(parsed) is not { } configuration)
            {
                return ExitCode.Usage;
            }

            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
            {
                output.WriteLine(JsonSerializer.Serialize(configuration.Settings, ConfigJson.Default.IReadOnlyListEffectiveSetting));
            }
            else
            {
                Print(configuration.Settings, output);
            }

            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>YAML that can be used as a configuration file, with the origins as comments.</summary>
    private static void Print(IReadOnlyList<EffectiveSetting> settings, TextWriter output)
    {
        var width = settings.Max(setting => setting.Name.Length - setting.Name.LastIndexOf('.') + setting.Value.Length) + 4;
        var section = string.Empty;
        foreach (var setting in settings)
        {
            var dot = setting.Name.LastIndexOf('.');
            var owner = dot < 0 ? string.Empty : setting.Name[..dot];
            if (owner != section && owner.Length > 0)
            {
                output.WriteLine($"{owner}:");
            }

            section = owner;
            var line = $"{(dot < 0 ? string.Empty : "  ")}{setting.Name[(dot + 1)..]}: {Quote(setting.Value)}";
            output.WriteLine($"{line.PadRight(width)}  # {setting.Origin}");
        }
    }

    /// <summary>A value YAML would not read back as the same text goes into quotes.</summary>
    private static string Quote(string value) => value.Length > 0 && value.AsSpan().IndexOfAny(NeedQuotes) < 0
        ? value : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<EffectiveSetting>))]
internal sealed partial class ConfigJson : JsonSerializerContext;
