using System.Collections;
using System.CommandLine;
using Clew.Server.Configuration;

namespace Clew.Cli.Commands;

/// <summary>
/// The flags that <c>serve</c> and <c>config</c> share: one per setting that has a flag, <c>--set</c> for all others, and <c>--config</c>.
/// </summary>
internal sealed class ServerSettings
{
    private readonly Option<string?> _file = new("--config") { Description = $"Configuration file (YAML); also {ConfigurationLoader.FileVariable}.", HelpName = "FILE" };
    private readonly Option<string[]> _set = new("--set") { Description = "Any setting by its name, as often as needed; `clew config` lists them.", HelpName = "NAME=VALUE", DefaultValueFactory = _ => [] };
    private readonly List<(Setting Setting, Option Option)> _flags = [];

    public ServerSettings(Command command)
    {
        foreach (var setting in SettingTable.All.Where(setting => setting.Flag is not null))
        {
            var description = $"{setting.Description} [default: {setting.Print(new ServerOptions())}]";
            Option option = setting.FlagValue is null
                ? new Option<bool?>(setting.Flag!) { Description = description, Arity = ArgumentArity.ZeroOrOne }
                : new Option<string?>(setting.Flag!) { Description = description, HelpName = setting.FlagValue };
            _flags.Add((setting, option));
            command.Add(option);
        }

        _set.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1))
            {
                result.AddError($"--set wants NAME=VALUE, not \"{token.Value}\".");
            }
        });
        command.Add(_set);
        command.Add(_file);
    }

    /// <summary>The configuration this command line asks for, or null after saying on standard error what is wrong.</summary>
    public EffectiveConfiguration? Load(ParseResult parsed)
    {
        var result = ConfigurationLoader.Load(parsed.GetValue(_file), Variables(), [.. Flags(parsed)]);
        var error = parsed.InvocationConfiguration.Error;
        foreach (var warning in result.Configuration?.Warnings ?? [])
        {
            error.WriteLine($"clew: warning: {warning}");
        }

        foreach (var problem in result.Problems)
        {
            error.WriteLine($"clew: {problem}");
        }

        return result.Configuration;
    }

    private IEnumerable<FlagValue> Flags(ParseResult parsed)
    {
        foreach (var pair in parsed.GetValue(_set) ?? [])
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            yield return new FlagValue(pair[..equals], pair[(equals + 1)..], "--set " + pair[..equals]);
        }

        foreach (var (setting, option) in _flags)
        {
            if (parsed.GetResult(option) is { Implicit: false } given)
            {
                yield return new FlagValue(setting.Name, given.Tokens.Count > 0 ? given.Tokens[^1].Value : "true", setting.Flag!);
            }
        }
    }

    private static Dictionary<string, string> Variables() => Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? string.Empty, StringComparer.Ordinal);
}
