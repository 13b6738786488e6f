using System.CommandLine;
using System.Globalization;
using Clew.Cli.Client;
using Clew.Cli.Rendering;
using Clew.Server.Alerts;

namespace Clew.Cli.Commands;

/// <summary><c>clew alerts</c>: what was firing.</summary>
internal static class AlertsCommand
{
    public static Command Create()
    {
        var service = new Option<string[]>("--service", "-s") { Description = "About this service; may be repeated", HelpName = "NAME" };
        service.CompletionSources.Add(ServiceNames.Complete);
        var firing = new Option<bool>("--firing") { Description = "Only those that still fire" };
        var source = new Option<string[]>("--source") { Description = "Told by this system: alertmanager, grafana, pagerduty, opsgenie, …; may be repeated", HelpName = "NAME" };
        source.CompletionSources.Add("alertmanager", "grafana", "pagerduty", "opsgenie");
        var severity = new Option<string[]>("--severity") { Description = "With this severity, in the source's own word; may be repeated", HelpName = "WORD" };
        var limit = new Option<int?>("--limit", "-n") { Description = "At most so many; 200 unless given", HelpName = "N" };
        var command = Ask.Common(new Command(
            "alerts",
            """
            List alerts, those that began last first.

            With a time range: those that were firing at some time within it.

            Examples:
              clew alerts --firing
              clew alerts --service cart --since 24h
            """)
        {
            service, firing, source, severity, limit,
        });
        var range = new TimeRangeOptions(command, TimeProvider.System);
        command.SetAction((parsed, cancellation) => Ask.ShowAsync(
            parsed,
            range.Ask(parsed, new Question("/api/alerts")).With("service", parsed.GetValue(service)).With("source", parsed.GetValue(source)).With("severity", parsed.GetValue(severity))
                .With("status", parsed.GetValue(firing) ? "firing" : null).With("limit", parsed.GetValue(limit)?.ToString(CultureInfo.InvariantCulture)),
            AlertJson.Default.AlertList,
            AlertText.Alerts,
            cancellation));
        return command;
    }
}
