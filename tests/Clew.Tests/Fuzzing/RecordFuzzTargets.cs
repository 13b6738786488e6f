using System.Text;
using System.Text.Json;
using Clew.Protocols;
using Clew.Protocols.Kubernetes;
using Clew.Protocols.Values;
using Clew.Protocols.Webhooks;
using Clew.Telemetry;
using Clew.Tests.Protocols.Kubernetes;
using Clew.Tests.Protocols.Webhooks;

namespace Clew.Tests.Fuzzing;

/// <summary>
/// Targets for the readers of records that are no telemetry. The promises: no exception, nothing kept of what could not be read, counts that add up,
/// limits that hold, changes that can be told of any two states.
/// </summary>
internal static class RecordFuzzTargets
{
    private static readonly KubernetesLimits Tight = new() { MaxObjects = 2, MaxFields = 5, MaxFieldLength = 8, MaxNameLength = 12, MaxMessageLength = 6, MaxDepth = 12 };

    private static readonly byte[][] KubernetesCorpus =
        [.. new[] { "states.txt", "changes.txt", "events.txt" }.SelectMany(file => KubernetesCase.ReadFile(file)).Select(one => Encoding.UTF8.GetBytes(one.Json))];

    public static byte[] KubernetesSample(int seed) => KubernetesCorpus[seed % KubernetesCorpus.Length];

    public static void Kubernetes(ReadOnlySpan<byte> data)
    {
        foreach (var limits in new[] { KubernetesLimits.Default, Tight })
        {
            var batch = new KubernetesBatch();
            var result = new KubernetesDecoder(limits, TextCut.Only).Decode(data, new KubernetesObservation(KubernetesCase.Now), batch);
            if (result.Status != DecodeStatus.Ok)
            {
                (batch.Objects.Count, batch.Events.Count, batch.Rejected).ShouldBe((0, 0, 0));
                result.Error.ShouldNotBeNullOrEmpty();
                continue;
            }

            (batch.Objects.Count + batch.Events.Count).ShouldBe(result.Accepted);
            result.Accepted.ShouldBeLessThanOrEqualTo(limits.MaxObjects);
            result.RejectionReasons.Sum(reason => reason.Count).ShouldBe(result.Rejected);
            foreach (var state in batch.Objects)
            {
                state.Fields.Count.ShouldBeLessThanOrEqualTo(limits.MaxFields + 1);
                state.Fields.ShouldAllBe(field => field.Value.Length <= limits.MaxFieldLength && field.Key.Length <= limits.MaxNameLength + 20);
                foreach (var text in new[] { state.Kind, state.Name, state.Namespace, state.Workload, state.Service, state.Node, state.Phase })
                {
                    text.Length.ShouldBeLessThanOrEqualTo(limits.MaxNameLength);
                }

                foreach (var change in KubernetesChanges.Between(batch.Objects[0], state).Concat(KubernetesChanges.Between(null, state)))
                {
                    change.Summary.ShouldNotBeNullOrEmpty();
                    change.Id.ShouldNotBeNullOrEmpty();
                }
            }

            batch.Events.ShouldAllBe(happened => happened.FirstTime <= happened.Time && happened.Count >= 1 && happened.Message.Length <= limits.MaxMessageLength);
        }
    }

    private static readonly WebhookCase[] WebhookCases = [.. new[] { "changes.txt", "alerts.txt" }.SelectMany(file => WebhookCase.ReadFile(file))];

    public static byte[] WebhookSample(int seed) => Encoding.UTF8.GetBytes(WebhookCases[seed % WebhookCases.Length].Json);

    /// <summary>Every reader is given every document: a sender may put anything under any name.</summary>
    public static void Webhooks(ReadOnlySpan<byte> data)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(data.ToArray(), new JsonDocumentOptions { MaxDepth = WebhookLimits.Default.MaxDepth });
        }
        catch (JsonException)
        {
            return;
        }

        using (document)
        {
            foreach (var limits in new[] { WebhookLimits.Default, new WebhookLimits { MaxRecords = 1, MaxTextLength = 8, MaxLabels = 2, MaxLabelNameLength = 6, MaxFiles = 1 } })
            {
                foreach (var reader in WebhookCases.DistinctBy(one => one.Title.Split(':')[0]))
                {
                    var batch = new WebhookBatch(limits, WebhookCase.Now, TextCut.Only);
                    try
                    {
                        reader.ReadInto(document.RootElement, batch);
                    }
                    catch (InvalidOperationException noUnicode) when (noUnicode.Message.Contains("UTF-16", StringComparison.Ordinal))
                    {
                        // The endpoint answers 400.
                        continue;
                    }

                    (batch.Changes.Count + batch.Alerts.Count).ShouldBeLessThanOrEqualTo(limits.MaxRecords);
                    batch.Changes.ShouldAllBe(change => change.Id.Length > 0 && change.Summary.Length > 0 && change.Summary.Length <= limits.MaxTextLength && change.Attributes.Count <= limits.MaxLabels);
                    batch.Alerts.ShouldAllBe(alert => alert.Name.Length > 0 && alert.Fingerprint.Length > 0 && alert.Labels.Count <= limits.MaxLabels && (alert.End == null || alert.Status == AlertStatus.Resolved));
                }
            }
        }
    }
}
