using Clew.Server.Kubernetes;

namespace Clew.Cli.Rendering;

/// <summary>Lists of objects and events of clusters.</summary>
public static class KubernetesText
{
    public static IEnumerable<Line> Objects(KubernetesObjectList list, Page page)
    {
        if (list.Objects.Count == 0)
        {
            yield return Line.Of("No such object is known. Read some in with: kubectl get pods,deployments,events -A -o json | clew import -");
            yield break;
        }

        var rows = list.Objects.Select(state => (IReadOnlyList<Cell>)
        [
            new Cell(page.DateTime(state.Time)),
            new Cell(state.Kind, Ink.Dim),
            new Cell(Full(state.Namespace, state.Name), Ink.Accent),
            new Cell(state.Deleted ? "deleted" : state.Phase ?? "", state.Deleted || IsBad(state) ? Ink.Bad : Ink.Plain),
            new Cell(state.TelemetryServices is { Count: > 0 } told ? string.Join(',', told) : state.Service ?? ""),
            new Cell(Details(state)),
        ]).ToList();
        foreach (var line in Table.Render(
            [new("SINCE"), new("KIND"), new("NAME", Shrinks: true), new("PHASE"), new("SERVICE", Shrinks: true), new("DETAILS", Shrinks: true)], rows, page))
        {
            yield return line;
        }

        if (More(list.Objects.Count, list.Limit, page) is { } more)
        {
            yield return more;
        }
    }

    public static IEnumerable<Line> Events(KubernetesEventList list, Page page)
    {
        if (list.Events.Count == 0)
        {
            yield return Line.Of("No event fulfils these conditions. Leave some out, or widen the time range.");
            yield break;
        }

        var rows = list.Events.Select(happened => (IReadOnlyList<Cell>)
        [
            new Cell(page.DateTime(happened.Time)),
            new Cell(happened.Type ?? "", happened.Type == "Warning" ? Ink.Warning : Ink.Dim),
            new Cell(happened.Reason, Ink.Strong),
            new Cell($"{happened.Kind} {Full(happened.Namespace, happened.Name ?? "")}", Ink.Accent),
            new Cell(Page.Number(happened.Count)),
            new Cell(happened.Message),
        ]).ToList();
        foreach (var line in Table.Render(
            [new("LAST SEEN"), new("TYPE"), new("REASON"), new("OBJECT", Shrinks: true), new("COUNT", Right: true), new("MESSAGE", Shrinks: true)], rows, page))
        {
            yield return line;
        }

        if (More(list.Events.Count, list.Limit, page) is { } more)
        {
            yield return more;
        }
    }

    /// <summary>Where it runs, what it runs, and what is wrong with it.</summary>
    private static string Details(KubernetesObjectEntry state)
    {
        var details = new List<string>();
        if (state.Fields.TryGetValue("replicas.desired", out var desired))
        {
            details.Add($"{state.Fields.GetValueOrDefault("replicas.ready", "0")}/{desired} ready");
        }

        foreach (var (name, value) in state.Fields.OrderBy(field => field.Key, StringComparer.Ordinal))
        {
            if (name.StartsWith("container.", StringComparison.Ordinal) && name.EndsWith(".restarts", StringComparison.Ordinal) && value != "0")
            {
                var container = name[..^".restarts".Length];
                var why = state.Fields.GetValueOrDefault($"{container}.last.reason", "");
                details.Add($"{value} restarts{(why.Length > 0 ? $" ({why})" : "")}");
            }
            else if (name.EndsWith(".reason", StringComparison.Ordinal) && !name.EndsWith(".last.reason", StringComparison.Ordinal) && value is not ("Completed" or ""))
            {
                details.Add(value);
            }
        }

        if (state.Fields.TryGetValue("reason", out var reason))
        {
            details.Add(reason);
        }

        details.AddRange(state.Fields.Where(field => field.Key.StartsWith("container.", StringComparison.Ordinal) && field.Key.EndsWith(".image", StringComparison.Ordinal)).Select(field => field.Value));
        if (state.Node is { } node && state.Kind != "Node")
        {
            details.Add($"on {node}");
        }

        return string.Join(", ", details);
    }

    private static bool IsBad(KubernetesObjectEntry state) => state.Phase is "Failed" or "NotReady" or "Unknown" or "Lost"
        || state.Fields.Any(field => field.Key.EndsWith(".reason", StringComparison.Ordinal) && field.Value is "CrashLoopBackOff" or "ImagePullBackOff" or "ErrImagePull");

    private static string Full(string? space, string name) => string.IsNullOrEmpty(space) ? name : $"{space}/{name}";

    private static Line? More(int count, int limit, Page page) =>
        count >= limit && !page.Unbounded ? Line.Of($"There may be more: {limit} were asked for (--limit).", Ink.Dim) : null;
}
