using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Clew.Protocols;
using Clew.Protocols.Kubernetes;
using Clew.Protocols.Values;
using Clew.Telemetry;

namespace Clew.Tests.Protocols.Kubernetes;

/// <summary>
/// One case of a file in <c>Cases</c>: <c>= title</c>, then the JSON in lines that begin with <c>&gt; </c>, then what is read from it. The changes are
/// those between the states of each object in the order in which they came. With <c>CLEW_ACCEPT=1</c> the file is written anew.
/// </summary>
internal sealed record KubernetesCase(string Title, IReadOnlyList<string> Comments, string Json, string Expected)
{
    /// <summary>The moment of reading in all cases.</summary>
    public static readonly Timestamp Now = new(1_787_306_400_000_000_000);

    public static List<KubernetesCase> ReadFile(string name) =>
        CaseBlocks.Read(PathOf(name), (title, comments, json, expected) => new KubernetesCase(title, comments, json, expected));

    public static void WriteFile(string name, IEnumerable<KubernetesCase> cases) =>
        CaseBlocks.Write(PathOf(name), cases.Select(one => (one.Title, one.Comments, one.Json, one.Read())));

    /// <summary>What the decoder makes of it, as the file says it.</summary>
    public string Read()
    {
        var batch = new KubernetesBatch();
        var result = new KubernetesDecoder(KubernetesLimits.Default, TextCut.Only).Decode(Encoding.UTF8.GetBytes(Json), new KubernetesObservation(Now), batch);
        return Describe(result, batch);
    }

    public static string Describe(DecodeResult result, KubernetesBatch batch)
    {
        var text = new StringBuilder();
        if (result.Status != DecodeStatus.Ok)
        {
            return $"{result.Status}\n";
        }

        var before = new Dictionary<string, KubernetesObject>();
        foreach (var state in batch.Objects)
        {
            text.Append(CultureInfo.InvariantCulture, $"{state.Kind} {state.Namespace}/{state.Name} {state.Time} v{state.Version}");
            Append(text, "workload", state.Workload.Length > 0 ? $"{state.WorkloadKind}/{state.Workload}" : "");
            Append(text, "service", state.Service);
            Append(text, "node", state.Node);
            Append(text, "phase", state.Phase);
            text.Append(state.IsDeleted ? " deleted\n" : "\n");
            Append(text, state.Fields);
            foreach (var change in KubernetesChanges.Between(before.GetValueOrDefault(state.Uid), state))
            {
                text.Append(CultureInfo.InvariantCulture, $"  change {change.Kind} {change.Time} {change.Id} \"{change.Summary}\"");
                Append(text, "service", change.Service);
                Append(text, "version", change.Version);
                Append(text, "author", change.Author);
                text.Append('\n');
                Append(text, change.Attributes, "  ");
            }

            if (before.TryGetValue(state.Uid, out var previous) && KubernetesChanges.LooksTheSame(previous, state))
            {
                text.Append("  looks the same\n");
            }

            before[state.Uid] = state;
        }

        foreach (var happened in batch.Events)
        {
            text.Append(CultureInfo.InvariantCulture, $"event {happened.Type} {happened.Reason} x{happened.Count} {happened.FirstTime} .. {happened.Time} v{happened.Version} {happened.Uid}\n");
            text.Append(CultureInfo.InvariantCulture, $"  {happened.Kind} {happened.Namespace}/{happened.Name} {happened.ObjectUid} {happened.FieldPath} by {happened.Component} on {happened.Node}\n");
            text.Append(CultureInfo.InvariantCulture, $"  {happened.Message}\n");
        }

        foreach (var reason in result.RejectionReasons)
        {
            text.Append(CultureInfo.InvariantCulture, $"rejected {reason}\n");
        }

        if (batch.Failure is { } failure)
        {
            text.Append(CultureInfo.InvariantCulture, $"failure {failure.Code} {failure.Reason}: {failure.Message}{(failure.IsGone ? " (gone)" : "")}\n");
        }

        Append(text.Append("stream"), "version", batch.ResourceVersion);
        Append(text, "continue", batch.Continue);
        return string.Concat(text.ToString().Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0).Select(line => line + "\n"));
    }

    public override string ToString() => Title;

    private static void Append(StringBuilder text, string name, string value)
    {
        if (value.Length > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $" {name}={value}");
        }
    }

    private static void Append(StringBuilder text, IReadOnlyDictionary<string, string> values, string indent = "")
    {
        foreach (var (key, value) in values.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"{indent}    {key} = {value.ReplaceLineEndings("\\n")}\n");
        }
    }

    private static string PathOf(string name, [CallerFilePath] string thisFile = "") => Path.Combine(Path.GetDirectoryName(thisFile)!, "Cases", name);
}
