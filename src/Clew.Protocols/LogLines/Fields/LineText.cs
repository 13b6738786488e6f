namespace Clew.Protocols.LogLines;

/// <summary>Steps through a line.</summary>
internal static class LineText
{
    /// <summary>What stands before the next space, which may be nothing; the text goes on behind that one space.</summary>
    public static ReadOnlySpan<byte> NextField(scoped ref ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)' ');
        var field = end < 0 ? text : text[..end];
        text = end < 0 ? default : text[(end + 1)..];
        return field;
    }

    /// <summary>As <see cref="NextField"/>, with any number of spaces behind it.</summary>
    public static ReadOnlySpan<byte> NextWord(scoped ref ReadOnlySpan<byte> text)
    {
        var word = NextField(ref text);
        text = text.TrimStart((byte)' ');
        return word;
    }
}
