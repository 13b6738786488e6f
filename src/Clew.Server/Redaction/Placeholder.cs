namespace Clew.Server.Redaction;

/// <summary>What stands in the place of values that were taken out, and values that are none.</summary>
internal static class Placeholder
{
    /// <summary>OpenTelemetry's own word (semantic conventions, <c>url.full</c>): fits into URLs, JSON and headers.</summary>
    public static ReadOnlySpan<byte> Redacted => "REDACTED"u8;

    /// <summary>What pseudonyms begin with: <c>hmac-</c> and 32 hex digits.</summary>
    public static ReadOnlySpan<byte> PseudonymPrefix => "hmac-"u8;

    public const int PseudonymLength = 37;

    /// <summary>Words that stand where a value is missing or was taken out already.</summary>
    private static readonly byte[][] Words = [.. new[] { "null", "nil", "none", "undefined", "true", "false", "redacted", "hidden", "masked", "filtered", "removed", "empty", "n/a", "unset", "not" }
        .Select(System.Text.Encoding.ASCII.GetBytes)];

    /// <summary>True for <c>***</c>, <c>${VAR}</c>, <c>%s</c>, <c>null</c>, <c>[REDACTED]</c> and what is empty: nothing to take out.</summary>
    public static bool Is(ReadOnlySpan<byte> value)
    {
        var text = value.Trim(" "u8);
        if (text.IsEmpty || text.SequenceEqual(Redacted) || IsPseudonym(text) || text.IndexOfAnyExcept((byte)'*', (byte)'.') < 0 || IsRepeated(text))
        {
            return true;
        }

        if (IsVariable(text))
        {
            return true;
        }

        if ((text[0] is (byte)'[' && text[^1] is (byte)']') || (text[0] is (byte)'<' && text[^1] is (byte)'>') || (text[0] is (byte)'(' && text[^1] is (byte)')'))
        {
            text = text[1..^1];
            if (text.IsEmpty)
            {
                return true;
            }
        }

        foreach (var word in Words)
        {
            if (Ascii.Is(text, word))
            {
                return true;
            }
        }

        return false;
    }

    public static bool IsPseudonym(ReadOnlySpan<byte> text)
    {
        if (text.Length != PseudonymLength || !text.StartsWith(PseudonymPrefix))
        {
            return false;
        }

        foreach (var b in text[PseudonymPrefix.Length..])
        {
            if (!Ascii.IsHex(b))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary><c>xxxx</c> and <c>••••</c>: one character again and again.</summary>
    private static bool IsRepeated(ReadOnlySpan<byte> text) =>
        (text.Length >= 3 && Ascii.Lower(text[0]) == 'x' && text.IndexOfAnyExcept((byte)'x', (byte)'X') < 0)
        || (text.Length >= 3 && text.StartsWith("•"u8) && text.IndexOfAnyExcept("•"u8) < 0);

    /// <summary>A reference that something fills in later: <c>$NAME</c>, <c>${…}</c>, <c>{{…}}</c>, <c>%s</c>, <c>%(name)s</c>, <c>$1</c>, <c>?</c>.</summary>
    private static bool IsVariable(ReadOnlySpan<byte> text)
    {
        switch (text[0])
        {
            case (byte)'?':
                return text.Length == 1;
            case (byte)'%':
                return text.Length == 2 || (text[1] == '(' && text[^2] == ')');
            case (byte)'{':
                return text[^1] == '}' && text.Length > 1 && (text.Length == 2 || text[1] == '{' || text[1..^1].IndexOfAnyExceptInRange((byte)'0', (byte)'z') < 0);
            case (byte)'$' when text.Length > 1 && text[1] is (byte)'{' or (byte)'(':
                return text[^1] is (byte)'}' or (byte)')';
            case (byte)'$' when text.Length > 1:
                foreach (var b in text[1..])
                {
                    if (!Ascii.IsUpper(b) && !Ascii.IsDigit(b) && b != '_')
                    {
                        return false;
                    }
                }

                return true;
            default:
                return false;
        }
    }
}
