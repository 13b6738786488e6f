namespace Clew.Server.Configuration;

/// <summary>
/// Puts the configuration together: defaults, then the file, then the environment, then flags; a later one wins. Everything that is wrong is
/// found in one go, also in values that a later source overrides.
/// </summary>
public static class ConfigurationLoader
{
    public const string VariablePrefix = "CLEW_";

    /// <summary>Names the configuration file when <c>--config</c> does not.</summary>
    public const string FileVariable = "CLEW_CONFIG";

    /// <summary>Variables with our prefix that are not settings of the server.</summary>
    private static readonly string[] OtherVariables = [FileVariable, "CLEW_URL", "CLEW_TZ", "CLEW_CHDB_LIBRARY", "CLEW_SHARED"];

    /// <param name="file">The configuration file; null for none.</param>
    /// <param name="environment">The process's environment.</param>
    /// <param name="flags">Values given on the command line with the flag that gave them, in order.</param>
    public static ConfigurationResult Load(string? file, IReadOnlyDictionary<string, string> environment, IReadOnlyList<FlagValue> flags)
    {
        var problems = new List<ConfigurationProblem>();
        var warnings = new List<ConfigurationProblem>();
        var options = new ServerOptions();
        var origins = new Dictionary<string, string>(StringComparer.Ordinal);

        file ??= environment.GetValueOrDefault(FileVariable);
        if (!string.IsNullOrEmpty(file))
        {
            var sections = new List<Func<ServerOptions, ServerOptions>>();
            foreach (var (name, value, origin) in ConfigurationFile.Read(file, problems, sections))
            {
                Set(name, value, origin);
            }

            options = sections.Aggregate(options, (before, section) => section(before));
        }

        foreach (var (variable, value) in environment.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (!variable.StartsWith(VariablePrefix, StringComparison.Ordinal) || OtherVariables.Contains(variable))
            {
                continue;
            }

            if (SettingTable.All.FirstOrDefault(setting => setting.Variable == variable) is { } setting)
            {
                Set(setting.Name, value, variable);
            }
            else
            {
                // Not an error: Kubernetes puts CLEW_SERVICE_HOST and its like into every pod next to a service called clew.
                warnings.Add(new ConfigurationProblem(variable, "no setting has this name" + Suggest(variable, SettingTable.All.Select(known => known.Variable))));
            }
        }

        foreach (var flag in flags)
        {
            Set(flag.Name, flag.Value, flag.Flag);
        }

        foreach (var (settings, check) in SettingTable.Rules)
        {
            if (check(options) is { } wrong)
            {
                problems.Add(new ConfigurationProblem(
                    string.Join(" and ", settings.Select(name => $"{name} ({Origin(name)})")),
                    wrong));
            }
        }

        return problems.Count > 0
            ? ConfigurationResult.Bad(problems)
            : ConfigurationResult.Good(new EffectiveConfiguration(
                options,
                [.. SettingTable.All.Select(setting => new EffectiveSetting(setting.Name, setting.Print(options), Origin(setting.Name), setting.Description))],
                warnings));

        string Origin(string name) => origins.GetValueOrDefault(name, "default");

        void Set(string name, string text, string origin)
        {
            var setting = SettingTable.All.FirstOrDefault(setting => setting.Name == name);
            if (setting is null)
            {
                problems.Add(new ConfigurationProblem(origin, $"there is no setting {name}" + Suggest(name, SettingTable.All.Select(known => known.Name))));
            }
            else if (setting.Apply(options, text) is { } changed)
            {
                options = changed;
                origins[name] = origin;
            }
            else
            {
                problems.Add(new ConfigurationProblem(origin, $"{name}: expected {setting.Expected}, not \"{text}\""));
            }
        }
    }

    private static string Suggest(string name, IEnumerable<string> known)
    {
        var (best, distance) = known.Select(candidate => (candidate, Distance(name, candidate))).MinBy(pair => pair.Item2);
        return distance <= Math.Max(2, name.Length / 4) ? $"; did you mean {best}?" : string.Empty;
    }

    /// <summary>Levenshtein's edit distance.</summary>
    private static int Distance(string a, string b)
    {
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var current = new int[b.Length + 1];
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
            }

            previous = current;
        }

        return previous[b.Length];
    }
}

/// <param name="Name">The setting's name.</param>
/// <param name="Flag">The flag that gave it.</param>
public sealed record FlagValue(string Name, string Value, string Flag);
