namespace Clew.Server.Configuration;

/// <summary>
/// One thing that can be set: its name in a file (dots are nesting), from which the name in the environment follows; its flag, if it has one;
/// what it means; and how its text becomes part of the options.
/// </summary>
public sealed class Setting
{
    private readonly Func<ServerOptions, string, ServerOptions?> _apply;
    private readonly Func<ServerOptions, string> _print;

    private Setting(string name, string description, string expected, Func<ServerOptions, string, ServerOptions?> apply, Func<ServerOptions, string> print)
    {
        Name = name;
        Description = description;
        Expected = expected;
        _apply = apply;
        _print = print;
    }

    /// <summary>For example <c>limits.request_bytes</c>.</summary>
    public string Name { get; }

    /// <summary>For example <c>CLEW_LIMITS_REQUEST_BYTES</c>.</summary>
    public string Variable => ConfigurationLoader.VariablePrefix + Name.Replace('.', '_').ToUpperInvariant();

    /// <summary>For example <c>--otlp-grpc</c>. Null: only <c>--set NAME=VALUE</c>.</summary>
    public string? Flag { get; init; }

    /// <summary>What the flag's value is called in the help; null for a flag that stands alone.</summary>
    public string? FlagValue { get; init; }

    /// <summary>True when a file may give several values as a YAML list.</summary>
    public bool TakesList { get; init; }

    public string Description { get; }

    /// <summary>What a good value looks like; completes "expected …".</summary>
    public string Expected { get; }

    public static Setting Of<T>(string name, SettingValue<T> kind, Func<ServerOptions, T> get, Func<ServerOptions, T, ServerOptions> set, string description) => new(
        name,
        description,
        kind.Expected,
        (options, text) => kind.TryRead(text, out var value) ? set(options, value) : null,
        options => kind.Print(get(options)));

    public Setting WithFlag(string flag, string? value) => new(Name, Description, Expected, _apply, _print) { Flag = flag, FlagValue = value };

    public Setting WithList() => new(Name, Description, Expected, _apply, _print) { TakesList = true };

    /// <returns>The options with this setting changed; null when the text is no good value.</returns>
    public ServerOptions? Apply(ServerOptions options, string text) => _apply(options, text);

    /// <summary>The setting's value in these options, written as it could have been given.</summary>
    public string Print(ServerOptions options) => _print(options);
}
