using Clew.Telemetry;

namespace Clew.Protocols.Jaeger;

/// <summary>
/// The references of a span: its parent first, because readers take the first CHILD_OF for it, then the links. A parent that a link names too, as one that
/// is followed, is that link alone: so it was received.
/// </summary>
internal static class JaegerReferences
{
    /// <param name="parent">The parent as Jaeger's readers are to see it; empty for none.</param>
    public static IEnumerable<JaegerReference> Of(SpanBatch batch, int row, SpanId parent)
    {
        var first = row == 0 ? 0 : batch.LinkEnds[row - 1];
        if (!parent.IsEmpty && !FollowsParent(batch, row, first))
        {
            yield return new(batch.TraceIds[row], parent, IsFollowsFrom: false, IsInvalid: false);
        }

        for (var link = first; link < batch.LinkEnds[row]; link++)
        {
            yield return new(batch.Links.TraceIds[link], batch.Links.SpanIds[link], !RefersAs(batch, link, "child_of"u8), IsInvalid: false);
        }
    }

    private static bool FollowsParent(SpanBatch batch, int row, int firstLink)
    {
        for (var link = firstLink; link < batch.LinkEnds[row]; link++)
        {
            if (batch.Links.SpanIds[link] == batch.ParentSpanIds[row] && batch.Links.TraceIds[link] == batch.TraceIds[row] && RefersAs(batch, link, "follows_from"u8))
            {
                return true;
            }
        }

        return false;
    }

    private static bool RefersAs(SpanBatch batch, int link, ReadOnlySpan<byte> type)
    {
        var attributes = batch.Links.Attributes;
        for (var entry = attributes.StartOf(link); entry < attributes.EndOf(link); entry++)
        {
            if (batch.Dictionary.Get(attributes.Keys[entry]).SequenceEqual("opentracing.ref_type"u8))
            {
                return batch.Arena.Get(attributes.Values[entry]).SequenceEqual(type);
            }
        }

        return false;
    }
}
