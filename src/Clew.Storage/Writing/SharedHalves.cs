namespace Clew.Storage.Writing;

/// <summary>Which spans are halves that have the id of their caller's half, as Zipkin's libraries make them: they say so in an attribute.</summary>
internal static class SharedHalves
{
    private static ReadOnlySpan<byte> Key => "zipkin.shared"u8;

    /// <param name="into">Cleared and filled with 1 or 0 a span.</param>
    public static ReadOnlySpan<byte> Of(SpanBatch batch, Column<byte> into)
    {
        into.Clear();
        var shared = into.Append(batch.Count);
        shared.Clear();
        var key = Find(batch.Dictionary);
        if (key == 0)
        {
            return shared;
        }

        var start = 0;
        for (var row = 0; row < shared.Length; start = batch.Attributes.Ends[row++])
        {
            var entry = batch.Attributes.Keys.Values[start..batch.Attributes.Ends[row]].IndexOf(key);
            shared[row] = entry >= 0 && batch.Arena.Get(batch.Attributes.Values[start + entry]).SequenceEqual("true"u8) ? (byte)1 : (byte)0;
        }

        return shared;
    }

    private static int Find(TextDictionary words)
    {
        for (var word = 1; word < words.Count; word++)
        {
            if (words.Get(word).SequenceEqual(Key))
            {
                return word;
            }
        }

        return 0;
    }
}
