namespace Clew.Server.Configuration;

/// <summary>The options a server would run with, and where each of them came from.</summary>
/// <param name="Warnings">What looks like a mistake and is not certain to be one.</param>
public sealed record EffectiveConfiguration(ServerOptions Options, IReadOnlyList<EffectiveSetting> Settings, IReadOnlyList<ConfigurationProblem> Warnings);

/// <param name="Value">As it could have been given.</param>
/// <param name="Origin">For example <c>default</c>, <c>clew.yaml:3</c>, <c>CLEW_LISTEN</c> or <c>--listen</c>.</param>
public sealed record EffectiveSetting(string Name, string Value, string Origin, string Description);

/// <param name="Origin">Where it was said: a file with a line, a variable or a flag.</param>
public sealed record ConfigurationProblem(string Origin, string Message)
{
    public override string ToString() => $"{Origin}: {Message}";
}

/// <summary>Either a configuration or everything that is wrong with it.</summary>
public sealed record ConfigurationResult
{
    private ConfigurationResult(EffectiveConfiguration? configuration, IReadOnlyList<ConfigurationProblem> problems)
    {
        Configuration = configuration;
        Problems = problems;
    }

    /// <summary>Null when there are problems.</summary>
    public EffectiveConfiguration? Configuration { get; }

    public IReadOnlyList<ConfigurationProblem> Problems { get; }

    public static ConfigurationResult Good(EffectiveConfiguration configuration) => new(configuration, []);

    public static ConfigurationResult Bad(IReadOnlyList<ConfigurationProblem> problems) => new(null, problems);
}
