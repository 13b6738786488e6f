namespace Clew.Storage.Writing;

/// <summary>
/// The bytes that each span takes in OTLP's protobuf, whatever protocol it came by: the lengths of its texts, and what fields, tags and lengths of usual values
/// add. Exact but for numbers of unusual size, which vary by a byte or two.
/// </summary>
internal static class SpanSizes
{
    /// <summary>Tag and length of the span itself, both ids, kind, both times, flags and an empty status.</summary>
    private const uint Span = 3 + 18 + 10 + 2 + 9 + 9 + 5 + 2;

    private const uint Parent = 10;

    /// <summary>Tags and lengths around a key, a value and the pair of them.</summary>
    private const uint Attribute = 8;

    /// <summary>Tag and length of an event, its time, and tag and length of its name.</summary>
    private const uint Event = 3 + 9 + 2;

    /// <summary>Tag and length of a link, both ids and its flags.</summary>
    private const uint Link = 3 + 18 + 10 + 5;

    /// <summary>Tag and length of a text that may be left out.</summary>
    private const uint Text = 2;

    /// <param name="into">Cleared and filled with one number a span.</param>
    public static ReadOnlySpan<uint> Of(SpanBatch batch, Column<uint> into)
    {
        into.Clear();
        var sizes = into.Append(batch.Count);
        var (firstEvent, firstLink) = (0, 0);
        for (var row = 0; row < sizes.Length; row++)
        {
            var size = Span + Text + Length(batch, batch.Names[row]) + Optional(batch.StatusMessages[row]) + Optional(batch.TraceStates[row])
                + (batch.ParentSpanIds[row].IsEmpty ? 0 : Parent) + Attributes(batch, batch.Attributes, row);
            for (; firstEvent < batch.EventEnds[row]; firstEvent++)
            {
                size += Event + Length(batch, batch.Events.Names[firstEvent]) + Attributes(batch, batch.Events.Attributes, firstEvent);
            }

            for (; firstLink < batch.LinkEnds[row]; firstLink++)
            {
                size += Link + Optional(batch.Links.TraceStates[firstLink]) + Attributes(batch, batch.Links.Attributes, firstLink);
            }

            sizes[row] = size;
        }

        return sizes;
    }

    private static uint Length(SpanBatch batch, int word) => (uint)batch.Dictionary.GetRef(word).Length;

    private static uint Optional(TextRef text) => text.Length == 0 ? 0 : Text + (uint)text.Length;

    private static uint Attributes(SpanBatch batch, AttributeLists lists, int list)
    {
        uint size = 0;
        for (var entry = lists.StartOf(list); entry < lists.EndOf(list); entry++)
        {
            size += Attribute + Length(batch, lists.Keys[entry]) + lists.Types[entry] switch
            {
                AttributeType.String or AttributeType.Array or AttributeType.Map => (uint)lists.Values[entry].Length,
                AttributeType.Bytes => (uint)lists.Values[entry].Length / 4 * 3,
                AttributeType.Double => 8,
                AttributeType.Int => (uint)Math.Max(1, lists.Values[entry].Length / 2),
                _ => 1,
            };
        }

        return size;
    }
}
