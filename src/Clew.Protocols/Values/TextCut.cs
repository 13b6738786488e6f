namespace Clew.Protocols.Values;

/// <summary>
/// Cuts texts that are longer than a record keeps. What must not be kept is taken out of a text before it is cut: half of a key, or a password without
/// the sign behind it, is not known as one any more. Texts that fit stay as they are; whoever stores them looks at them then.
/// </summary>
/// <param name="clean">From the name of a text (empty when it has none) and the text to what may be kept of it.</param>
public sealed class TextCut(Func<string, string, string> clean)
{
    /// <summary>Cuts, and takes nothing out: for texts that nobody keeps.</summary>
    public static TextCut Only { get; } = new((_, text) => text);

    /// <summary>At most so many characters, no half of a surrogate pair, marked where something was cut.</summary>
    /// <param name="length">Characters, at least 2.</param>
    public string Cut(string name, string text, int length)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length <= length)
        {
            return text;
        }

        var kept = clean(name, text);
        if (kept.Length <= length)
        {
            return kept;
        }

        var end = length - 1;
        return string.Concat(kept.AsSpan(0, char.IsHighSurrogate(kept[end - 1]) ? end - 1 : end), "…");
    }

    /// <summary>As <see cref="Cut(string, string, int)"/>, for a text without a name.</summary>
    public string Cut(string text, int length) => Cut(string.Empty, text, length);
}
