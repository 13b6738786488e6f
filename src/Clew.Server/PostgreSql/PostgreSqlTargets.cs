using System.Globalization;
using Clew.Server.Configuration;
using Npgsql;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Clew.Server.PostgreSql;

/// <summary>One server to sample.</summary>
/// <param name="Name">Becomes <c>service.name</c>.</param>
/// <param name="Connection">Where and as whom. Holds a password: never to be printed.</param>
internal sealed record PostgreSqlTarget(string Name, NpgsqlConnectionStringBuilder Connection);

/// <summary>The file of targets: a YAML map from names to connection strings.</summary>
internal static class PostgreSqlTargets
{
    private const int MaxTargets = 200;

    /// <summary>Reads the file; an empty path means no targets.</summary>
    /// <returns>The good targets, and a sentence for everything that is wrong. Sentences never quote a connection string.</returns>
    public static (IReadOnlyList<PostgreSqlTarget> Targets, IReadOnlyList<string> Problems) Read(string path)
    {
        if (path.Length == 0)
        {
            return ([], []);
        }

        try
        {
            using var text = File.OpenText(path);
            return Read(text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ([], [$"{path} cannot be read: {e.Message}"]);
        }
    }

    public static (IReadOnlyList<PostgreSqlTarget> Targets, IReadOnlyList<string> Problems) Read(TextReader text)
    {
        var targets = new List<PostgreSqlTarget>();
        var problems = new List<string>();
        YamlStream yaml;
        try
        {
            yaml = YamlText.Load(text);
        }
        catch (YamlException e)
        {
            return ([], [string.Create(CultureInfo.InvariantCulture, $"line {e.Start.Line}: not YAML")]);
        }

        if (yaml.Documents is not [{ RootNode: YamlMappingNode map }])
        {
            return ([], ["expected one YAML map, each line as name: connection string"]);
        }

        if (map.Children.Count > MaxTargets)
        {
            return ([], [string.Create(CultureInfo.InvariantCulture, $"{map.Children.Count} targets; at most {MaxTargets} are sampled")]);
        }

        foreach (var (key, value) in map.Children)
        {
            var line = string.Create(CultureInfo.InvariantCulture, $"line {key.Start.Line}");
            if (key is not YamlScalarNode { Value: { Length: > 0 } name } || value is not YamlScalarNode { Value: { Length: > 0 } connection })
            {
                problems.Add($"{line}: expected name: connection string");
            }
            else if (Parse(connection) is { } builder)
            {
                targets.Add(new PostgreSqlTarget(name, builder));
            }
            else
            {
                problems.Add($"{line}: the connection string of {name} is neither a URL (postgresql://user@host:5432/database?password=…) nor keywords (Host=…;Username=…;Password=…;Database=…)");
            }
        }

        return (targets, problems);
    }

    /// <summary>Keywords as Npgsql has them, or a URL as libpq has it (its parameters are Npgsql's keywords or libpq's sslmode).</summary>
    /// <returns>Null when it is neither, or names no host.</returns>
    public static NpgsqlConnectionStringBuilder? Parse(string connection)
    {
        try
        {
            var builder = connection.StartsWith("postgres://", StringComparison.Ordinal) || connection.StartsWith("postgresql://", StringComparison.Ordinal)
                ? ParseUrl(new Uri(connection))
                : new NpgsqlConnectionStringBuilder(connection);
            return string.IsNullOrEmpty(builder.Host) ? null : builder;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException or InvalidCastException)
        {
            return null;
        }
    }

    private static NpgsqlConnectionStringBuilder ParseUrl(Uri url)
    {
        var builder = new NpgsqlConnectionStringBuilder { Host = url.Host, Port = url.Port > 0 ? url.Port : 5432 };
        if (url.UserInfo.Split(':', 2) is [{ Length: > 0 } user, ..] parts)
        {
            builder.Username = Uri.UnescapeDataString(user);
            builder.Password = parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : null;
        }

        if (url.AbsolutePath.Length > 1)
        {
            builder.Database = Uri.UnescapeDataString(url.AbsolutePath[1..]);
        }

        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = pair.Split('=', 2) is [var name, var text] ? (Uri.UnescapeDataString(name), Uri.UnescapeDataString(text)) : (pair, string.Empty);
            builder[key == "sslmode" ? "SSL Mode" : key] = key == "sslmode" ? value.Replace("-", string.Empty, StringComparison.Ordinal) : value;
        }

        return builder;
    }
}
