using System.CommandLine;
using System.CommandLine.Parsing;
using Clew.Cli.Rendering;

namespace Clew.Cli.Commands;

/// <summary>Options that all commands which ask a server share.</summary>
public static class ClientOptions
{
    /// <summary>Where a server listens unless told otherwise.</summary>
    public const string DefaultUrl = "http://127.0.0.1:2539";

    /// <summary>Names the server's address when <c>--url</c> does not.</summary>
    public const string UrlVariable = "CLEW_URL";

    /// <summary>Stands on the root: may be given before or after the command's name.</summary>
    public static Option<Uri> Url { get; } = new("--url")
    {
        Description = $"Address of the Clew server (or {UrlVariable})",
        HelpName = "URL",
        Recursive = true,
        DefaultValueFactory = result => ParseUrl(Environment.GetEnvironmentVariable(UrlVariable) is { Length: > 0 } url ? url : DefaultUrl, UrlVariable, result.AddError)!,
        CustomParser = result => ParseUrl(result.Tokens[0].Value, "--url", result.AddError),
    };

    public static Option<bool> Json { get; } = new("--json") { Description = "Print the server's JSON as it is" };

    public static Option<bool> Ascii { get; } = new("--ascii") { Description = "Draw with ASCII characters only" };

    public static Option<bool> Utc { get; } = new("--utc") { Description = "Show times in UTC (the default)" };

    public static Option<TimeZoneInfo> Zone { get; } = new("--tz")
    {
        Description = "Show times in this zone, and read times without a zone as such: utc, local, or a name such as Europe/Berlin (or CLEW_TZ)",
        HelpName = "ZONE",
        DefaultValueFactory = result => Environment.GetEnvironmentVariable("CLEW_TZ") is { Length: > 0 } zone ? ParseZone(zone, result.AddError) : TimeZoneInfo.Utc,
        CustomParser = result => ParseZone(result.Tokens[0].Value, result.AddError),
    };

    /// <summary>Adds what every command that shows something has.</summary>
    public static T WithOutputOptions<T>(this T command)
        where T : Command
    {
        command.Add(Json);
        command.Add(Ascii);
        command.Add(Utc);
        command.Add(Zone);
        return command;
    }

    public static TimeZoneInfo ZoneOf(ParseResult parsed) => parsed.GetValue(Utc) ? TimeZoneInfo.Utc : parsed.GetValue(Zone) ?? TimeZoneInfo.Utc;

    /// <summary>The zone while the command line is still being checked: one that is wrong has its own error and counts as UTC here.</summary>
    public static TimeZoneInfo ZoneOf(CommandResult checking)
    {
        try
        {
            return checking.GetValue(Utc) ? TimeZoneInfo.Utc : checking.GetValue(Zone) ?? TimeZoneInfo.Utc;
        }
        catch (InvalidOperationException)
        {
            // The parser throws when asked for a value that it is about to report as wrong.
            return TimeZoneInfo.Utc;
        }
    }

    public static Terminal TerminalOf(ParseResult parsed) => Terminal.ForOutput(parsed.GetValue(Ascii), ZoneOf(parsed));

    private static Uri? ParseUrl(string text, string source, Action<string> addError)
    {
        var full = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        if (Uri.TryCreate(full, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
        {
            return url;
        }

        addError($"{source} is '{text}'; expected an address such as {DefaultUrl}.");
        return null;
    }

    /// <summary>The zone of that name; UTC, with an error told, when there is none.</summary>
    public static TimeZoneInfo ParseZone(string text, Action<string> addError)
    {
        if (text.Equals("utc", StringComparison.OrdinalIgnoreCase) || text == "Z")
        {
            return TimeZoneInfo.Utc;
        }

        if (text.Equals("local", StringComparison.OrdinalIgnoreCase))
        {
            return TimeZoneInfo.Local;
        }

        if (TimeZoneInfo.TryFindSystemTimeZoneById(text, out var zone))
        {
            return zone;
        }

        addError($"There is no time zone '{text}' on this system; expected utc, local, or a name such as Europe/Berlin.");
        return TimeZoneInfo.Utc;
    }
}
