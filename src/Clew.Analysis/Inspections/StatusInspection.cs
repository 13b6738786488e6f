using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Telemetry;

namespace Clew.Analysis.Inspections;

/// <summary>
/// Answers by status code: which refusals (4xx, gRPC codes) a service gives more often than before, where no service below it gave the same. Server errors are
/// <see cref="ErrorOriginInspection"/>'s.
/// </summary>
internal sealed class StatusInspection : IInspection
{
    /// <summary>gRPC's names of the codes that are not OK (https://grpc.github.io/grpc/core/md_doc_statuscodes.html).</summary>
    private static readonly string[] Grpc =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
        "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ];

    public string Name => Rules.Of(FindingKind.StatusAppeared).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var rule = Rules.Of(FindingKind.StatusAppeared);
        var spans = new Dictionary<(int Service, string Operation), int[]>();
        var statuses = new Dictionary<(int Service, string Operation, string Status), Seen>();
        for (var t = 0; t < view.World.Traces.Count; t++)
        {
            Observe(view, t, spans, statuses);
        }

        if (spans.Count == 0)
        {
            findings.AddUnknown(Name, null, "No span tells the status it was answered with.");
            return;
        }

        foreach (var ((service, operation, status), seen) in statuses.OrderBy(s => s.Key.Service).ThenBy(s => s.Key.Operation, StringComparer.Ordinal).ThenBy(s => s.Key.Status, StringComparer.Ordinal))
        {
            var of = spans[(service, operation)];
            var usual = UsualRate.Of(Enumerable.Range(1, view.World.Baseline.Count).Select(i => new Share(seen.Counts[i], of[i])));
            var window = new Share(seen.Counts[0], of[0]);
            var significance = usual.Significance(window);
            if (window.Hits < rule.MinWindow || usual.Observations < rule.MinBaseline || window.Rate - usual.Rate < rule.Absolute || significance < rule.MinSignificance)
            {
                continue;
            }

            var name = view.ServiceName(service);
            findings.Add(new Finding
            {
                Kind = FindingKind.StatusAppeared,
                Entity = service,
                Operation = operation,
                Strength = Strength.OfSignificance(significance) * Math.Sqrt(window.Rate - usual.Rate) * Strength.OfCount(window.Hits),
                Significance = significance,
                Change = new Comparison(usual.Rate, window.Rate, "1"),
                Onset = seen.Traces.Min(t => view.World.Traces[t].Start),
                Observations = window.Of,
                Traces = seen.Traces,
                Statement = $"{name} answers '{operation}' with {Named(status)} in {Phrase.Percent(window.Rate)} of the requests; {Phrase.Percent(usual.Rate)} is usual{Phrase.Caution(window.Hits)}.",
                Query = EvidenceQueries.Traces(view.World, name, operation),
            });
        }
    }

    private static void Observe(WorldView view, int index, Dictionary<(int, string), int[]> spans, Dictionary<(int, string, string), Seen> statuses)
    {
        var trace = view.World.Traces[index];
        var below = new HashSet<string>?[trace.Spans.Count];
        for (var i = trace.Spans.Count - 1; i >= 0; i--)
        {
            var span = trace.Spans[i];
            var operation = view.Operation(span);
            var status = span.Facts?.Status ?? "";
            if (operation.Kind is SpanKind.Server && status.Length > 0)
            {
                (spans.TryGetValue((operation.Service, operation.Name), out var counts) ? counts : spans[(operation.Service, operation.Name)] = new int[view.World.Baseline.Count + 1])[trace.Stretch + 1]++;
                if (IsRefusal(status) && below[i]?.Contains(status) != true)
                {
                    var key = (operation.Service, operation.Name, status);
                    var seen = statuses.TryGetValue(key, out var known) ? known : statuses[key] = new Seen(view.World.Baseline.Count + 1);
                    seen.Counts[trace.Stretch + 1]++;
                    if (trace.Stretch < 0)
                    {
                        seen.Traces.Add(index);
                    }
                }
            }

            if (span.Parent >= 0 && (below[i] is not null || status.Length > 0))
            {
                var above = below[span.Parent] ??= [];
                above.UnionWith(below[i] ?? []);
                if (operation.Kind == SpanKind.Server)
                {
                    above.Add(status);
                }
            }
        }
    }

    // 499 says that the client went away before it was answered (nginx's code): nothing was refused.
    private static bool IsRefusal(string status) => (status.Length == 3 && status[0] == '4' && status != "499") || (status.Length <= 2 && status is not ("0" or "OK" or "1"));

    private static string Named(string status) => status.Length <= 2 && int.TryParse(status, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var code) && code < Grpc.Length ? Grpc[code] : status;

    private sealed class Seen(int columns)
    {
        public int[] Counts { get; } = new int[columns];

        public HashSet<int> Traces { get; } = [];
    }
}
