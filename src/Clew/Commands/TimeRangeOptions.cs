using System.CommandLine;
using Clew.Cli.Client;
using Clew.Telemetry;

namespace Clew.Cli.Commands;

/// <summary><c>--start</c>, <c>--end</c> and <c>--since</c> of a command. They are checked with the command line and resolved against the clock here, not on the server.</summary>
public sealed class TimeRangeOptions
{
    private readonly Option<string> _start = new("--start") { Description = $"Begin of the time range: {TimeArguments.Expected}", HelpName = "TIME" };
    private readonly Option<string> _end = new("--end") { Description = "End of the time range, as --start; now unless given", HelpName = "TIME" };
    private readonly Option<string> _since = new("--since") { Description = "In place of --start: how long ago it began, such as 15m or 2h", HelpName = "LENGTH" };
    private readonly TimeProvider _clock;

    public TimeRangeOptions(Command command, TimeProvider clock)
    {
        _clock = clock;
        command.Add(_start);
        command.Add(_end);
        command.Add(_since);
        command.Validators.Add(result =>
        {
            var zone = ClientOptions.ZoneOf(result);
            var since = result.GetValue(_since) is { } length ? TimeArguments.ParseLength(length, "--since", result.AddError) : (TimeSpan?)null;
            var start = Check(result.GetValue(_start), "--start", zone, result.AddError);
            var end = Check(result.GetValue(_end), "--end", zone, result.AddError);
            if (since is not null && result.GetValue(_start) is not null)
            {
                result.AddError("--since and --start both say where the time range begins; give one of them.");
            }

            if (start >= end)
            {
                result.AddError($"--start ({start}) is not before --end ({end}).");
            }
        });
    }

    /// <summary>Start and end as asked for; null where nothing was said.</summary>
    public (Timestamp? Start, Timestamp? End) Resolve(ParseResult parsed)
    {
        var zone = ClientOptions.ZoneOf(parsed);
        var now = _clock.GetUtcNow();
        var end = parsed.GetValue(_end) is { } endText ? TimeArguments.Parse(endText, "--end", zone, now, _ => { }) : null;
        if (parsed.GetValue(_since) is { } since)
        {
            return ((end ?? Timestamp.FromDateTimeOffset(now)) - TimeArguments.ParseLength(since, "--since", _ => { }), end);
        }

        return (parsed.GetValue(_start) is { } start ? TimeArguments.Parse(start, "--start", zone, now, _ => { }) : null, end);
    }

    /// <summary>Adds the range to a question of the API.</summary>
    public Question Ask(ParseResult parsed, Question question)
    {
        var (start, end) = Resolve(parsed);
        return question.With("start", start?.ToString()).With("end", end?.ToString());
    }

    private Timestamp? Check(string? text, string option, TimeZoneInfo zone, Action<string> addError) =>
        text is null ? null : TimeArguments.Parse(text, option, zone, _clock.GetUtcNow(), addError);
}
