using System.CommandLine;
using Clew.Cli.Client;
using Clew.Cli.Rendering;
using Clew.Server.Api.Contracts;

namespace Clew.Cli.Commands;

/// <summary><c>clew deps</c>: who calls whom.</summary>
internal static class DepsCommand
{
    public static Command Create()
    {
        var service = new Option<string[]>("--service", "-s") { Description = "Only calls from or to this service; may be repeated", HelpName = "NAME" };
        service.CompletionSources.Add(ServiceNames.Complete);
        var dot = new Option<bool>("--dot") { Description = "Print a graph for Graphviz" };
        var mermaid = new Option<bool>("--mermaid") { Description = "Print a graph for Mermaid" };
        var command = Ask.Common(new Command(
            "deps",
            """
            Show which service calls which, how often, and how many calls failed.

            Without a time range: the last 24 hours.

            Examples:
              clew deps --since 1h
              clew deps --dot | dot -Tsvg > services.svg
              clew deps --service payments --mermaid
            """)
        {
            service, dot, mermaid,
        });
        var range = new TimeRangeOptions(command, TimeProvider.System);
        command.Validators.Add(result =>
        {
            if (new[] { result.GetValue(dot), result.GetValue(mermaid), result.GetValue(ClientOptions.Json) }.Count(chosen => chosen) > 1)
            {
                result.AddError("--dot, --mermaid and --json are three ways to print the same; give one of them.");
            }
        });
        command.SetAction((parsed, cancellation) => Ask.ShowAsync(
            parsed,
            range.Ask(parsed, new Question("/api/dependencies").With("service", parsed.GetValue(service))),
            ApiJson.Default.DependencyList,
            parsed.GetValue(dot) ? (list, _) => DependencyGraph.Dot(list) : parsed.GetValue(mermaid) ? (list, _) => DependencyGraph.Mermaid(list) : ListText.Dependencies,
            cancellation));
        return command;
    }
}
