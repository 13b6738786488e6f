using System.Globalization;

namespace Clew.Query.LogQL.Matching;

/// <summary>Addresses of the internet as text: four decimal numbers, or groups of hexadecimal digits of RFC 4291 §2.2. Nothing is allocated.</summary>
internal static class IpText
{
    public static bool TryParse(ReadOnlySpan<char> text, out bool isV6, out UInt128 address)
    {
        isV6 = text.Contains(':');
        return isV6 ? TryParseV6(text, out address) : TryParseV4(text, out address);
    }

    public static bool TryParseV4(ReadOnlySpan<char> text, out UInt128 address)
    {
        address = 0;
        var parts = 0;
        while (true)
        {
            var dot = text.IndexOf('.');
            var part = dot < 0 ? text : text[..dot];
            if (part.Length is 0 or > 3 || (part.Length > 1 && part[0] == '0')
                || !ushort.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value > 255 || ++parts > 4)
            {
                return false;
            }

            address = (address << 8) | value;
            if (dot < 0)
            {
                return parts == 4;
            }

            text = text[(dot + 1)..];
        }
    }

    public static bool TryParseV6(ReadOnlySpan<char> text, out UInt128 address)
    {
        address = 0;
        var gap = text.IndexOf("::");
        if (gap < 0)
        {
            return TryGroups(text, out address, out var all) && all == 8;
        }

        if (!TryGroups(text[..gap], out var front, out var before) || !TryGroups(text[(gap + 2)..], out var back, out var after) || before + after > 7)
        {
            return false;
        }

        address = (before == 0 ? 0 : front << (16 * (8 - before))) | back;
        return true;
    }

    private static bool TryGroups(ReadOnlySpan<char> text, out UInt128 value, out int count)
    {
        value = 0;
        count = 0;
        if (text.IsEmpty)
        {
            return true;
        }

        while (true)
        {
            var colon = text.IndexOf(':');
            var group = colon < 0 ? text : text[..colon];
            if (colon < 0 && group.Contains('.'))
            {
                if (!TryParseV4(group, out var v4))
                {
                    return false;
                }

                value = (value << 32) | v4;
                count += 2;
                return count <= 8;
            }

            if (group.Length is 0 or > 4 || !ushort.TryParse(group, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var part) || ++count > 8)
            {
                return false;
            }

            value = (value << 16) | part;
            if (colon < 0)
            {
                return true;
            }

            text = text[(colon + 1)..];
        }
    }
}
