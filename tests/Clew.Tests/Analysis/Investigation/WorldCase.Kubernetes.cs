using System.Globalization;
using System.Text.RegularExpressions;
using Clew.Analysis.Worlds;
using Clew.Telemetry;

namespace Clew.Tests.Analysis.Investigation;

/// <summary>
/// The cluster's side of a golden world. Of an object's options <c>workload=KIND/NAME</c>, <c>service</c>, <c>node</c>, <c>phase</c> and <c>deleted=true</c> are
/// its own members, all others are fields as docs/kubernetes.md names them (<c>container.app.state=waiting</c>); <c>created=SECONDS</c> is a moment. Seconds count from
/// the window's start. A namespace of "-" is none.
/// </summary>
internal sealed partial class WorldCase
{
    private readonly List<KubernetesObject> _objects = [];
    private readonly List<KubernetesEvent> _events = [];

    private WorldKubernetes Cluster() => new() { Objects = [.. _objects.OrderBy(o => o.Time)], Events = [.. _events.OrderBy(e => e.Time)] };

    private void AddObject(string line)
    {
        var match = ObjectLine().Match(line);
        match.Success.ShouldBeTrue($"not an object: {line}");
        var options = Option().Matches(match.Groups["options"].Value)
            .ToDictionary(o => o.Groups["key"].Value, o => o.Groups["quoted"].Success ? o.Groups["quoted"].Value : o.Groups["value"].Value);
        string Take(string key) => options.Remove(key, out var value) ? value : "";
        var workload = Take("workload").Split('/', 2);
        if (Take("created") is { Length: > 0 } created)
        {
            options["created"] = new Timestamp(Moment(created)).ToString();
        }

        foreach (var finished in options.Keys.Where(k => k.EndsWith(".finished", StringComparison.Ordinal)).ToArray())
        {
            options[finished] = new Timestamp(Moment(options[finished])).ToString();
        }

        var (kind, space, name) = (match.Groups["kind"].Value, Namespace(match), match.Groups["name"].Value);
        _objects.Add(new KubernetesObject
        {
            Time = new Timestamp(Moment(match.Groups["seconds"].Value)),
            Uid = $"{kind}/{space}/{name}",
            Version = (ulong)_objects.Count + 1,
            Kind = kind,
            Namespace = space,
            Name = name,
            WorkloadKind = workload.Length == 2 ? workload[0] : "",
            Workload = workload.Length == 2 ? workload[1] : "",
            Service = Take("service"),
            Node = Take("node"),
            Phase = Take("phase"),
            IsDeleted = Take("deleted") == "true",
            Fields = options,
        });
    }

    private void AddEvent(string line)
    {
        var match = EventLine().Match(line);
        match.Success.ShouldBeTrue($"not an event: {line}");
        var time = Moment(match.Groups["seconds"].Value);
        _events.Add(new KubernetesEvent
        {
            FirstTime = new Timestamp(time),

            // Repeats come until the window's end.
            Time = new Timestamp(match.Groups["count"].Value == "1" ? time : WindowStart + WindowLength - Second),
            Uid = string.Create(CultureInfo.InvariantCulture, $"event-{_events.Count}"),
            Type = "Warning",
            Reason = match.Groups["reason"].Value,
            Message = match.Groups["message"].Value,
            Count = int.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture),
            Kind = match.Groups["kind"].Value,
            Namespace = Namespace(match),
            Name = match.Groups["name"].Value,
        });
    }

    private static string Namespace(Match match) => match.Groups["space"].Value is "-" ? "" : match.Groups["space"].Value;

    private static long Moment(string seconds) => WindowStart + (long)(double.Parse(seconds, CultureInfo.InvariantCulture) * Second);

    [GeneratedRegex("""^object (?<kind>\w+) (?<space>[^/\s]+)/(?<name>\S+) (?<seconds>-?[\d.]+)(?<options>( .*)?)$""")]
    private static partial Regex ObjectLine();

    [GeneratedRegex("""^event (?<kind>\w+) (?<space>[^/\s]+)/(?<name>\S+) (?<seconds>-?[\d.]+) x(?<count>\d+) (?<reason>\w+) "(?<message>[^"]*)"$""")]
    private static partial Regex EventLine();
}
