using System.Buffers;

namespace Clew.Server.Redaction;

/// <summary>Questions about bytes of UTF-8 text; whatever is not ASCII is never a letter, a digit or a space.</summary>
internal static class Ascii
{
    public static readonly SearchValues<byte> LineEnds = SearchValues.Create("\r\n"u8);

    public static bool IsDigit(byte b) => (uint)(b - '0') <= 9;

    public static bool IsUpper(byte b) => (uint)(b - 'A') <= 'Z' - 'A';

    public static bool IsLower(byte b) => (uint)(b - 'a') <= 'z' - 'a';

    public static bool IsLetter(byte b) => (uint)((b | 0x20) - 'a') <= 'z' - 'a';

    public static bool IsLetterOrDigit(byte b) => IsLetter(b) || IsDigit(b);

    /// <summary>Letters, digits and the underscore.</summary>
    public static bool IsWord(byte b) => IsLetterOrDigit(b) || b == '_';

    public static bool IsHex(byte b) => IsDigit(b) || (uint)((b | 0x20) - 'a') <= 'f' - 'a';

    public static bool IsSpace(byte b) => b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    public static byte Lower(byte b) => IsUpper(b) ? (byte)(b | 0x20) : b;

    /// <summary>True when the text begins with a lower-case literal, in whatever case.</summary>
    public static bool StartsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lowerCase)
    {
        if (text.Length < lowerCase.Length)
        {
            return false;
        }

        for (var i = 0; i < lowerCase.Length; i++)
        {
            if (Lower(text[i]) != lowerCase[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True when the text is a lower-case literal, in whatever case.</summary>
    public static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lowerCase) => text.Length == lowerCase.Length && StartsWith(text, lowerCase);

    /// <summary>The index after the spaces and tabs from <paramref name="at"/> on.</summary>
    public static int SkipBlanks(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && text[at] is (byte)' ' or (byte)'\t')
        {
            at++;
        }

        return at;
    }
}
