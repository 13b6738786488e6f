using System.Globalization;
using System.Text;

namespace Clew.Query.Language;

/// <summary>
/// Numbers as text the way Go writes and reads them, which is how the query languages and their clients do. Shortest means: the fewest digits that
/// give the same number when read back.
/// </summary>
public static class GoNumber
{
    /// <summary>Without an exponent, however long: <c>strconv.FormatFloat(value, 'f', -1, 64)</c>. Infinities are <c>+Inf</c> and <c>-Inf</c>.</summary>
    public static string FormatPlain(double value)
    {
        if (Special(value) is { } special)
        {
            return special;
        }

        var (negative, digits, point) = Digits(value);
        var text = new StringBuilder(negative ? "-" : string.Empty);
        if (point <= 0)
        {
            return text.Append("0.").Append('0', -point).Append(digits).ToString();
        }

        return point >= digits.Length
            ? text.Append(digits).Append('0', point - digits.Length).ToString()
            : text.Append(digits, 0, point).Append('.').Append(digits, point, digits.Length - point).ToString();
    }

    /// <summary>With an exponent below 1e-04 and from 1e+06 on: <c>%g</c> and <c>%v</c> of <c>fmt</c>.</summary>
    public static string FormatGeneral(double value)
    {
        if (Special(value) is { } special)
        {
            return special;
        }

        var (negative, digits, point) = Digits(value);
        var exponent = point - 1;
        if (value == 0 || exponent is >= -4 and < 6)
        {
            return FormatPlain(value);
        }

        var text = new StringBuilder(negative ? "-" : string.Empty).Append(digits[0]);
        if (digits.Length > 1)
        {
            text.Append('.').Append(digits, 1, digits.Length - 1);
        }

        return text.Append(CultureInfo.InvariantCulture, $"e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):D2}").ToString();
    }

    /// <summary>
    /// Reads a number: decimal or hexadecimal (also with a binary exponent), with underscores between digits, <c>Inf</c> and <c>NaN</c> in any case.
    /// Too large a number reads as infinity.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out double value)
    {
        value = 0;
        if (text.IsEmpty)
        {
            return false;
        }

        var sign = 1.0;
        var rest = text;
        if (rest[0] is '+' or '-')
        {
            sign = rest[0] == '-' ? -1 : 1;
            rest = rest[1..];
        }

        if (rest.Equals("inf", StringComparison.OrdinalIgnoreCase) || rest.Equals("infinity", StringComparison.OrdinalIgnoreCase))
        {
            value = sign * double.PositiveInfinity;
            return true;
        }

        if (rest.Equals("nan", StringComparison.OrdinalIgnoreCase))
        {
            value = double.NaN;
            return true;
        }

        if (rest.IsEmpty || !(char.IsAsciiDigit(rest[0]) || rest[0] == '.'))
        {
            return false;
        }

        if (rest.Contains('_'))
        {
            if (!UnderscoresSeparateDigits(rest))
            {
                return false;
            }

            rest = rest.ToString().Replace("_", string.Empty, StringComparison.Ordinal);
        }

        var read = rest.Length > 1 && rest[0] == '0' && rest[1] is 'x' or 'X'
            ? TryParseHexadecimal(rest[2..], out value)
            : double.TryParse(rest, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value);
        value *= sign;
        return read;
    }

    private static string? Special(double value) =>
        double.IsNaN(value) ? "NaN" : double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : null;

    /// <summary>The significant digits without zeros at either end (0 is one digit) and where the decimal point stands, from the first digit.</summary>
    private static (bool Negative, string Digits, int Point) Digits(double value)
    {
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var negative = shortest[0] == '-';
        if (value == 0)
        {
            return (negative, "0", 1);
        }

        var mantissa = shortest.AsSpan(negative ? 1 : 0);
        var exponent = 0;
        var mark = mantissa.IndexOf('E');
        if (mark >= 0)
        {
            exponent = int.Parse(mantissa[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            mantissa = mantissa[..mark];
        }

        var dot = mantissa.IndexOf('.');
        var digits = dot < 0 ? mantissa.ToString() : string.Concat(mantissa[..dot], mantissa[(dot + 1)..]);
        var point = (dot < 0 ? mantissa.Length : dot) + exponent;
        var zeros = digits.Length - digits.TrimStart('0').Length;
        return (negative, digits[zeros..].TrimEnd('0'), point - zeros);
    }

    private static bool UnderscoresSeparateDigits(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '_' && (i == 0 || i == text.Length - 1 || !(char.IsAsciiHexDigit(text[i - 1]) || text[i - 1] is 'x' or 'X') || !char.IsAsciiHexDigit(text[i + 1])))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryParseHexadecimal(ReadOnlySpan<char> text, out double value)
    {
        value = 0;
        var scale = 0;
        var digits = 0;
        var afterPoint = false;
        var i = 0;
        for (; i < text.Length && (char.IsAsciiHexDigit(text[i]) || text[i] == '.'); i++)
        {
            if (text[i] == '.')
            {
                if (afterPoint)
                {
                    return false;
                }

                afterPoint = true;
                continue;
            }

            value = (value * 16) + Convert.ToInt32(text[i].ToString(), 16);
            digits++;
            scale -= afterPoint ? 4 : 0;
        }

        if (digits == 0)
        {
            return false;
        }

        if (i < text.Length && text[i] is 'p' or 'P')
        {
            if (!int.TryParse(text[(i + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent))
            {
                return false;
            }

            scale += exponent;
            i = text.Length;
        }

        value = Math.ScaleB(value, scale);
        return i == text.Length;
    }
}
