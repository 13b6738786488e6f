using System.Globalization;
using Clew.Server.Api.Parameters;

namespace Clew.Server.Records;

/// <summary>Parameters of the lists of records, beside those all lists have.</summary>
internal static class RecordParameters
{
    public static readonly ApiParameter Kind = new("kind", "Kind of the object, as kubectl knows it: Pod, pods, po; repeat for any of several.", "pods", Repeats: true);
    public static readonly ApiParameter Namespace = new("namespace", "Namespace; repeat for any of several.", "shop", Repeats: true);
    public static readonly ApiParameter Name = new("name", "Name; repeat for any of several.", "cart-7d9f8c6b5-x2k4q", Repeats: true);
    public static readonly ApiParameter Workload = new("workload", "Name of the Deployment, StatefulSet, … it belongs to; repeat for any of several.", "cart", Repeats: true);
    public static readonly ApiParameter Node = new("node", "Node it runs on; repeat for any of several.", "node-a", Repeats: true);
    public static readonly ApiParameter States = new("states", "The last state of each object, or all states.", "last") { Words = ["last", "all"] };
    public static readonly ApiParameter EventType = new("type", "Normal or Warning.", "Warning") { Words = ["any", "Normal", "Warning"] };
    public static readonly ApiParameter Reason = new("reason", "Reason of the event; repeat for any of several.", "BackOff", Repeats: true);
    public static readonly ApiParameter EventText = new("text", "Occurs in the message; case does not count.", "oom");
    public static readonly ApiParameter AlertStatus = new("status", "Firing or resolved.", "firing") { Words = ["any", "firing", "resolved"] };
    public static readonly ApiParameter Source = new("source", "Who told: alertmanager, grafana, pagerduty, opsgenie, …; repeat for any of several.", "alertmanager", Repeats: true);
    public static readonly ApiParameter AlertSeverity = new("severity", "The source's own word; repeat for any of several.", "critical", Repeats: true);

    /// <summary>All values of a parameter, held against the limits.</summary>
    public static IReadOnlyList<string> Values(this QueryReader query, ApiParameter parameter)
    {
        var values = query.Texts(parameter);
        if (values.Count > RecordLimits.Values)
        {
            query.Refuse(parameter.Name, null, string.Create(CultureInfo.InvariantCulture, $"at most {RecordLimits.Values} of it"));
        }

        if (values.Any(value => value.Length > RecordLimits.ValueLength))
        {
            query.Refuse(parameter.Name, null, string.Create(CultureInfo.InvariantCulture, $"at most {RecordLimits.ValueLength} characters"));
        }

        return values;
    }
}
