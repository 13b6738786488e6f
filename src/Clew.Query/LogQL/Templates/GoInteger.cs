using System.Globalization;

namespace Clew.Query.LogQL.Templates;

/// <summary>Whole numbers as Go reads them when the base is left to the text: <c>42</c>, <c>0x2A</c>, <c>0o52</c>, <c>052</c>, <c>0b101010</c>, <c>1_000</c>.</summary>
internal static class GoInteger
{
    public static bool TryParse(ReadOnlySpan<char> text, out long value)
    {
        value = 0;
        var negative = text.StartsWith("-", StringComparison.Ordinal);
        if (!text.IsEmpty && text[0] is '+' or '-')
        {
            text = text[1..];
        }

        var radix = 10;
        if (text.Length > 1 && text[0] == '0')
        {
            radix = text[1] switch { 'x' or 'X' => 16, 'b' or 'B' => 2, _ => 8 };
            text = text[(text[1] is 'x' or 'X' or 'b' or 'B' or 'o' or 'O' ? 2 : 1)..];
        }

        if (text.IsEmpty || text[^1] == '_' || (radix == 10 && text[0] == '_'))
        {
            return false;
        }

        UInt128 magnitude = 0;
        var previous = '0';
        foreach (var character in text)
        {
            if (character == '_' && previous != '_')
            {
                previous = character;
                continue;
            }

            if (!char.IsAsciiHexDigit(character) || Digit(character) is var digit && digit >= radix)
            {
                return false;
            }

            magnitude = (magnitude * (UInt128)radix) + (UInt128)digit;
            previous = character;
            if (magnitude > (UInt128)long.MaxValue + 1)
            {
                return false;
            }
        }

        if (!negative && magnitude > (UInt128)long.MaxValue)
        {
            return false;
        }

        value = negative ? (long)(-(Int128)magnitude) : (long)magnitude;
        return true;
    }

    public static string Format(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static int Digit(char character) => char.IsAsciiDigit(character) ? character - '0' : (character | 0x20) - 'a' + 10;
}
