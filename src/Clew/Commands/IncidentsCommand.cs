using System.CommandLine;
using System.Globalization;
using Clew.Cli.Client;
using Clew.Cli.Rendering;
using Clew.Server.Detection;

namespace Clew.Cli.Commands;

/// <summary><c>clew incidents</c>: what the server noticed by itself.</summary>
internal static class IncidentsCommand
{
    public static Command Create()
    {
        var open = new Option<bool>("--open") { Description = "Only those that last" };
        var limit = new Option<int?>("--limit", "-n") { Description = "At most so many; 200 unless given", HelpName = "N" };
        var command = Ask.Common(new Command(
            "incidents",
            """
            List incidents that the server noticed by itself, and their causes.

            Those that began last come first. With a time range: those that lasted at some time within it.

            Examples:
              clew incidents --open
              clew incidents --since 24h
            """)
        {
            open, limit,
        });
        var range = new TimeRangeOptions(command, TimeProvider.System);
        command.SetAction((parsed, cancellation) => Ask.ShowAsync(
            parsed,
            range.Ask(parsed, new Question("/api/incidents"))
                .With("status", parsed.GetValue(open) ? "open" : null).With("limit", parsed.GetValue(limit)?.ToString(CultureInfo.InvariantCulture)),
            IncidentJson.Default.IncidentList,
            IncidentText.Incidents,
            cancellation));
        return command;
    }
}
