using System.Buffers;

namespace Clew.Query.LogQL.Extraction;

/// <summary>
/// Names of fields as label names: letters, digits and underscores of ASCII, no digit in front; everything else becomes an underscore
/// (grafana.com/docs/loki, log queries, parser expression). A buffer that grows no further than the longest name.
/// </summary>
internal sealed class FieldName
{
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

    private readonly char[] _characters = new char[ExtractionLimits.NameLength];

    public int Length { get; private set; }

    public ReadOnlySpan<char> Text => _characters.AsSpan(0, Length);

    public static bool IsLabelName(ReadOnlySpan<char> name) => !name.IsEmpty && !char.IsAsciiDigit(name[0]) && !name.ContainsAnyExcept(NameCharacters);

    public void CutTo(int length) => Length = length;

    /// <summary>The name of a field that lies in nothing else.</summary>
    public bool TrySet(ReadOnlySpan<char> key)
    {
        Length = 0;
        return TryAppend(key);
    }

    /// <summary>One more part, after an underscore. False when it is empty or the name would be too long; then it is as it was.</summary>
    public bool TryAppend(ReadOnlySpan<char> key)
    {
        key = key.Trim();
        var start = Length;
        if (key.IsEmpty || start + key.Length + 1 > _characters.Length)
        {
            return false;
        }

        if (start > 0 || char.IsAsciiDigit(key[0]))
        {
            _characters[Length++] = '_';
        }

        var target = _characters.AsSpan(Length, key.Length);
        key.CopyTo(target);
        Length += key.Length;
        var odd = target.IndexOfAnyExcept(NameCharacters);
        if (odd >= 0)
        {
            Length += odd - key.Length + Replace(target[odd..]);
        }

        return true;
    }

    /// <summary>Puts underscores for what is not of a name, one for a character of two units. The length that is left.</summary>
    private static int Replace(Span<char> text)
    {
        var length = 0;
        var afterHigh = false;
        foreach (var character in text)
        {
            if (!afterHigh || !char.IsLowSurrogate(character))
            {
                text[length++] = NameCharacters.Contains(character) ? character : '_';
            }

            afterHigh = char.IsHighSurrogate(character);
        }

        return length;
    }
}
