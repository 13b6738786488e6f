using System.CommandLine;
using System.Globalization;
using Clew.Cli.Client;
using Clew.Cli.Rendering;
using Clew.Server.Derivation;

namespace Clew.Cli.Commands;

/// <summary><c>clew errors</c>: failures by signature.</summary>
internal static class ErrorsCommand
{
    public static Command Create()
    {
        var service = new Option<string[]>("--service", "-s") { Description = "Only failures of this service; may be repeated", HelpName = "NAME" };
        service.CompletionSources.Add(ServiceNames.Complete);
        var signature = new Option<string>("--signature") { Description = "Only this signature", HelpName = "ID" };
        var limit = new Option<int?>("--limit", "-n") { Description = "At most so many, the most frequent; 50 unless given", HelpName = "N" };
        var command = Ask.Common(new Command(
            "errors",
            """
            Group failures by signature: type, message without values, top frames.

            Spans and log records of one exception are counted together. The signature is the same on any day and server.

            Examples:
              clew errors --since 1h
              clew errors --service payments --since 24h --json
            """)
        {
            service, signature, limit,
        });
        var range = new TimeRangeOptions(command, TimeProvider.System);
        command.SetAction((parsed, cancellation) => Ask.ShowAsync(
            parsed,
            range.Ask(parsed, new Question("/api/errors")).With("service", parsed.GetValue(service)).With("signature", parsed.GetValue(signature))
                .With("limit", parsed.GetValue(limit)?.ToString(CultureInfo.InvariantCulture)),
            DerivationJson.Default.ErrorList,
            DerivationText.Errors,
            cancellation));
        return command;
    }
}
