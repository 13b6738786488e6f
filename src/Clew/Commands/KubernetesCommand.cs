using System.CommandLine;
using System.Globalization;
using Clew.Cli.Client;
using Clew.Cli.Rendering;
using Clew.Server.Kubernetes;

namespace Clew.Cli.Commands;

/// <summary><c>clew kubernetes objects</c> and <c>clew kubernetes events</c> (also <c>clew k8s</c>): what the clusters looked like and what they reported.</summary>
internal static class KubernetesCommand
{
    public static Command Create()
    {
        var command = new Command("kubernetes", "Objects and events of Kubernetes clusters, now and then.") { Objects(), Events() };
        command.Aliases.Add("k8s");
        return command;
    }

    private static Command Objects()
    {
        var kinds = new Argument<string[]>("KIND") { Description = "Kinds of objects: pods, deployments, nodes, …; all unless given", Arity = ArgumentArity.ZeroOrMore };
        var node = Option("--node", "On this node; may be repeated", "NAME");
        var history = new Option<bool>("--history") { Description = "Every state in the time range, newest first, instead of the last one of each object" };
        var filters = new Filters();
        var command = Ask.Common(new Command(
            "objects",
            """
            List objects of clusters as they were.

            Without a time range they are shown as they are now, with --end as they were at that moment.

            Examples:
              clew kubernetes objects pods --namespace shop
              clew k8s objects deployments --end "2026-08-21 10:00"
              clew kubernetes objects --service cart --history --since 1h --json
            """)
        {
            kinds, node, history,
        });
        filters.AddTo(command);
        var range = new TimeRangeOptions(command, TimeProvider.System);
        command.SetAction((parsed, cancellation) => Ask.ShowAsync(
            parsed,
            filters.Ask(parsed, range.Ask(parsed, new Question("/api/kubernetes/objects"))).With("kind", parsed.GetValue(kinds)).With("node", parsed.GetValue(node))
                .With("states", parsed.GetValue(history) ? "all" : null),
            KubernetesJson.Default.KubernetesObjectList,
            KubernetesText.Objects,
            cancellation));
        return command;
    }

    private static Command Events()
    {
        var warnings = new Option<bool>("--warnings", "-w") { Description = "Only events of the type Warning" };
        var reason = Option("--reason", "With this reason; may be repeated", "REASON");
        var kind = Option("--kind", "About objects of this kind; may be repeated", "KIND");
        var text = new Option<string>("--text", "-t") { Description = "With this in the message; case does not count", HelpName = "TEXT" };
        var filters = new Filters();
        var command = Ask.Common(new Command(
            "events",
            """
            List events of clusters, newest first.

            Examples:
              clew kubernetes events --warnings --since 1h
              clew k8s events --service cart --reason BackOff
            """)
        {
            warnings, reason, kind, text,
        });
        filters.AddTo(command);
        var range = new TimeRangeOptions(command, TimeProvider.System);
        command.SetAction((parsed, cancellation) => Ask.ShowAsync(
            parsed,
            filters.Ask(parsed, range.Ask(parsed, new Question("/api/kubernetes/events"))).With("type", parsed.GetValue(warnings) ? "Warning" : null)
                .With("reason", parsed.GetValue(reason)).With("kind", parsed.GetValue(kind)).With("text", parsed.GetValue(text)),
            KubernetesJson.Default.KubernetesEventList,
            KubernetesText.Events,
            cancellation));
        return command;
    }

    private static Option<string[]> Option(string name, string description, string value) => new(name) { Description = description, HelpName = value };

    /// <summary>The options that both lists have.</summary>
    private sealed class Filters
    {
        private readonly Option<string[]> _namespace = new("--namespace", "-n") { Description = "In this namespace; may be repeated", HelpName = "NAME" };
        private readonly Option<string[]> _name = new("--name") { Description = "Of this name; may be repeated", HelpName = "NAME" };
        private readonly Option<string[]> _service = new("--service", "-s") { Description = "Of this service; may be repeated", HelpName = "NAME" };
        private readonly Option<string[]> _workload = new("--workload") { Description = "Of this Deployment, StatefulSet, …; may be repeated", HelpName = "NAME" };
        private readonly Option<int?> _limit = new("--limit") { Description = "At most so many; 200 unless given", HelpName = "N" };

        public void AddTo(Command command)
        {
            _service.CompletionSources.Add(ServiceNames.Complete);
            foreach (var option in new Option[] { _namespace, _name, _service, _workload, _limit })
            {
                command.Add(option);
            }
        }

        public Question Ask(ParseResult parsed, Question question) => question
            .With("namespace", parsed.GetValue(_namespace)).With("name", parsed.GetValue(_name)).With("service", parsed.GetValue(_service)).With("workload", parsed.GetValue(_workload))
            .With("limit", parsed.GetValue(_limit)?.ToString(CultureInfo.InvariantCulture));
    }
}
