using System.CommandLine;
using Clew.Cli.Client;
using Clew.Cli.Rendering;
using Clew.Server.Api.Contracts;

namespace Clew.Cli.Commands;

/// <summary><c>clew services [SERVICE]</c>: which services there are, or which operations one has.</summary>
internal static class ServicesCommand
{
    public static Command Create()
    {
        var service = new Argument<string?>("SERVICE") { Description = "Show this service's operations", HelpName = "SERVICE", Arity = ArgumentArity.ZeroOrOne };
        service.CompletionSources.Add(ServiceNames.Complete);
        var command = Ask.Common(new Command(
            "services",
            """
            List services, or the operations of one.

            Examples:
              clew services
              clew services --since 1h
              clew services payments
            """)
        {
            service,
        });
        var range = new TimeRangeOptions(command, TimeProvider.System);
        command.SetAction((parsed, cancellation) => parsed.GetValue(service) is { } name
            ? Ask.ShowAsync(parsed, range.Ask(parsed, new Question($"/api/services/{Uri.EscapeDataString(name)}/operations")), ApiJson.Default.OperationList, ListText.Operations, cancellation)
            : Ask.ShowAsync(parsed, range.Ask(parsed, new Question("/api/services")), ApiJson.Default.ServiceList, ListText.Services, cancellation));
        return command;
    }
}
