using System.Security.Cryptography;
using System.Text;
using Clew.Analysis.Correlation;
using Clew.Telemetry;

namespace Clew.Server.Correlation;

/// <summary>
/// A story's inferred spans as a span batch, so that whatever shows or analyses traces can take it. Every span says that it was inferred, how sure that is
/// and why (<c>clew.inferred</c>, <c>clew.confidence</c>, <c>clew.inferred.why</c>). Nothing of it is stored.
/// </summary>
internal static class InferredTrace
{
    /// <param name="spans">At least one.</param>
    public static SpanBatch ToBatch(RequestStory story, IReadOnlyList<PseudoSpan> spans)
    {
        var batch = new SpanBatch();
        var resources = new Dictionary<string, int>(StringComparer.Ordinal);
        var scope = batch.Scopes.End(batch.Dictionary.Add("clew.correlate"), 0, TextRef.Empty, 0);
        var traceId = IdOf(story);
        for (var i = 0; i < spans.Count; i++)
        {
            var span = spans[i];
            batch.TraceIds.Add(traceId);
            batch.SpanIds.Add(SpanIdOf(i));
            batch.ParentSpanIds.Add(span.Parent < 0 ? default : SpanIdOf(span.Parent));
            batch.StartTimes.Add(span.Start);
            batch.Durations.Add(span.End - span.Start);
            batch.Names.Add(batch.Dictionary.Add(span.Name));
            batch.Kinds.Add(SpanKind.Internal);
            batch.Statuses.Add(span.IsError ? SpanStatus.Error : SpanStatus.Unset);
            batch.StatusMessages.Add(TextRef.Empty);
            batch.TraceStates.Add(TextRef.Empty);
            batch.Flags.Add(0);
            batch.DroppedAttributes.Add(0);
            batch.DroppedEvents.Add(0);
            batch.DroppedLinks.Add(0);
            batch.ResourceIndexes.Add(ResourceOf(batch, resources, span.Service));
            batch.ScopeIndexes.Add(scope);
            batch.Attributes.Add(batch.Dictionary.Add("clew.inferred"), AttributeType.Bool, batch.Arena.Add(AttributeText.True));
            batch.Attributes.Add(batch.Dictionary.Add("clew.confidence"), AttributeType.Double, batch.Arena.Add(Math.Round(span.Confidence, 3)));
            batch.Attributes.Add(batch.Dictionary.Add("clew.inferred.why"), AttributeType.String, batch.Arena.Add(span.Why));
            batch.Attributes.Add(batch.Dictionary.Add("clew.log_lines"), AttributeType.Int, batch.Arena.Add((long)span.Lines.Count));
            batch.Attributes.EndList();
            batch.EndSpan();
        }

        return batch;
    }

    /// <summary>The same story has the same id, which no sender's trace has.</summary>
    private static TraceId IdOf(RequestStory story)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var line in story.Lines)
        {
            hash.AppendData(BitConverter.GetBytes(line.Line.Time));
            hash.AppendData(Encoding.UTF8.GetBytes(line.Line.Service));
            hash.AppendData(Encoding.UTF8.GetBytes(line.Line.Body));
        }

        return new TraceId(hash.GetHashAndReset().AsSpan(0, TraceId.Size));
    }

    private static SpanId SpanIdOf(int index) => new(BitConverter.GetBytes(index + 1L));

    private static int ResourceOf(SpanBatch batch, Dictionary<string, int> resources, string service)
    {
        if (!resources.TryGetValue(service, out var index))
        {
            batch.Resources.Attributes.Add(batch.Dictionary.Add("service.name"), AttributeType.String, batch.Arena.Add(service));
            resources.Add(service, index = batch.Resources.End(TextRef.Empty, 0));
        }

        return index;
    }
}
