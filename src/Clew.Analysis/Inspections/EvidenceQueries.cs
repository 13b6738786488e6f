using System.Text;
using Clew.Analysis.Observations;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections;

/// <summary>
/// The commands by which findings can be seen again. Inspections take them from here, so that each is a command the command line knows, asks about the window, and
/// can be read back by <see cref="Proof.EvidenceCommand"/>. Empty texts ask for nothing in particular.
/// </summary>
internal static class EvidenceQueries
{
    /// <param name="attributes">Conditions as <c>--attr</c> takes them: <c>key=value</c>, <c>!key</c>, ….</param>
    public static string Traces(World world, string service, string operation = "", bool onlyErrors = false, params ReadOnlySpan<string> attributes) =>
        With("clew traces", world, [("--service", service), ("--operation", operation), ("--status", onlyErrors ? "error" : "")], attributes);

    /// <param name="severity">At least this severe.</param>
    /// <param name="text">Occurs in the body; case does not count.</param>
    public static string Logs(World world, string service, string severity = "", string text = "", params ReadOnlySpan<string> attributes) =>
        With("clew logs", world, [("--service", service), ("--severity", severity), ("--text", text)], attributes);

    /// <param name="id">32 hex digits.</param>
    public static string Trace(string id) => $"clew trace {Phrase.Quoted(id)}";

    public static string KubernetesEvents(World world, string space = "", string name = "", string workload = "", string reason = "", string text = "") =>
        With("clew kubernetes events", world, [("--namespace", space), ("--name", name), ("--workload", workload), ("--reason", reason), ("--text", text)], []);

    /// <param name="kind">As kubectl knows it; empty for all.</param>
    public static string KubernetesObjects(World world, string kind = "", string space = "", string name = "", string workload = "", string node = "") =>
        With(kind.Length > 0 ? "clew kubernetes objects " + Phrase.Quoted(kind) : "clew kubernetes objects", world, [("--namespace", space), ("--name", name), ("--workload", workload), ("--node", node)], []);

    /// <summary>The changes from some time before the window until its end.</summary>
    /// <param name="lookBack">Seconds before the window.</param>
    public static string Changes(World world, double lookBack) =>
        $"clew change list --start {Phrase.Time(world.Window.Start - (long)(lookBack * 1e9))} --end {Phrase.Time(world.Window.End + 999_999_999)}";

    public static string Alerts(World world, string service = "") => With("clew alerts", world, [("--service", service)], []);

    /// <summary>The expression's value at the end of the window.</summary>
    public static string PromQl(World world, string query) => $"clew query promql {Phrase.Quoted(query)} --end {Phrase.Time(world.Window.End)}";

    public static string LogQl(World world, string query) => $"clew query logql {Phrase.Quoted(query)} {Phrase.Window(world)}";

    public static string TraceQl(World world, string query) => $"clew query traceql {Phrase.Quoted(query)} {Phrase.Window(world)}";

    /// <summary>What shows a finding that brings no command: its metric over the window, one of its requests, or the requests of whom it accuses.</summary>
    public static string? Of(WorldView view, Finding finding)
    {
        var world = view.World;
        if (finding.Peer.Length > 0 && world.Series.FirstOrDefault(s => s.Name == finding.Peer && (s.Service == finding.Entity || s.Service < 0 || finding.Entity >= world.Services.Count)) is { } series)
        {
            return $"clew query promql {Phrase.Quoted(Phrase.Selector(series.Name, series.Service >= 0 ? view.ServiceName(series.Service) : ".*"))} {Phrase.Window(world)}";
        }

        return finding.Traces is { Count: > 0 } traces ? Trace(world.Traces[traces.Min()].TraceId)
            : finding.Entity >= 0 && finding.Entity < world.Services.Count ? Traces(world, view.ServiceName(finding.Entity), finding.Operation)
            : null;
    }

    private static string With(string command, World world, ReadOnlySpan<(string Option, string Value)> options, ReadOnlySpan<string> attributes)
    {
        var text = new StringBuilder(command);
        foreach (var (option, value) in options)
        {
            if (value.Length > 0)
            {
                Append(text, option, value);
            }
        }

        foreach (var attribute in attributes)
        {
            Append(text, "--attr", attribute);
        }

        return text.Append(' ').Append(Phrase.Window(world)).ToString();
    }

    /// <summary>A value that begins like an option is tied to its own by an equals sign.</summary>
    private static void Append(StringBuilder text, string option, string value) =>
        text.Append(' ').Append(option).Append(value[0] == '-' ? '=' : ' ').Append(Phrase.Quoted(value));
}
