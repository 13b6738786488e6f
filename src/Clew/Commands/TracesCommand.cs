using System.CommandLine;
using System.Globalization;
using Clew.Cli.Client;
using Clew.Cli.Rendering;
using Clew.Server.Api.Contracts;

namespace Clew.Cli.Commands;

/// <summary><c>clew traces</c>: search.</summary>
internal static class TracesCommand
{
    public static Command Create()
    {
        var service = new Option<string[]>("--service", "-s") { Description = "A span of this service; may be repeated for any of several", HelpName = "NAME" };
        service.CompletionSources.Add(ServiceNames.Complete);
        var operation = new Option<string[]>("--operation", "-o") { Description = "A span with this name; may be repeated for any of several", HelpName = "NAME" };
        var status = new Option<string[]>("--status") { Description = "A span with this status", HelpName = "STATUS" }.AcceptOnlyFromAmong("error", "ok", "unset");
        var errors = new Option<bool>("--errors") { Description = "The same as --status error" };
        var kind = new Option<string[]>("--kind") { Description = "A span of this kind", HelpName = "KIND" }
            .AcceptOnlyFromAmong("server", "client", "producer", "consumer", "internal", "unspecified");
        var min = new Option<string>("--min-duration") { Description = "A span that took at least this long, such as 250ms", HelpName = "LENGTH" };
        var max = new Option<string>("--max-duration") { Description = "A span that took at most this long", HelpName = "LENGTH" };
        var attribute = new Option<string[]>("--attr", "-a")
        {
            Description = "A span with this attribute: key=value, key!=v, key>=5, key=~regex, key, !key, resource.key=v; may be repeated, all must hold",
            HelpName = "CONDITION",
        };
        var limit = new Option<int?>("--limit", "-n") { Description = "At most so many traces; 20 unless given", HelpName = "N" };
        var command = Ask.Common(new Command(
            "traces",
            """
            Find traces.

            A trace is found when one of its spans fulfils all conditions. None is required. Newest first.

            Examples:
              clew traces --service payments --errors --since 1h
              clew traces --min-duration 1s --attr http.response.status_code>=500
              clew traces --attr user.id=1234 --start 14:05 --end 14:20 --tz local
            """)
        {
            service, operation, status, errors, kind, min, max, attribute, limit,
        });
        command.Validators.Add(result =>
        {
            foreach (var (option, name) in new[] { (min, "--min-duration"), (max, "--max-duration") })
            {
                if (result.GetValue(option) is { } text)
                {
                    TimeArguments.ParseLength(text, name, result.AddError);
                }
            }
        });
        var range = new TimeRangeOptions(command, TimeProvider.System);
        command.SetAction((parsed, cancellation) => Ask.ShowAsync(
            parsed,
            range.Ask(parsed, new Question("/api/traces")
                .With("service", parsed.GetValue(service))
                .With("operation", parsed.GetValue(operation))
                .With("status", parsed.GetValue(errors) ? ["error"] : parsed.GetValue(status))
                .With("kind", parsed.GetValue(kind))
                .With("minDuration", parsed.GetValue(min))
                .With("maxDuration", parsed.GetValue(max))
                .With("attr", parsed.GetValue(attribute))
                .With("limit", parsed.GetValue(limit)?.ToString(CultureInfo.InvariantCulture))),
            ApiJson.Default.TraceList,
            ListText.Traces,
            cancellation));
        return command;
    }
}
