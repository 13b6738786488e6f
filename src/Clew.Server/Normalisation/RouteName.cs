using Clew.Server.Redaction;
using Clew.Telemetry;

namespace Clew.Server.Normalisation;

/// <summary>
/// Turns span names with ids in them into routes: <c>GET /users/123</c> is <c>GET /users/{id}</c>. Only names with a path in them are changed, and of
/// these only the segments that nobody would write by hand: numbers, UUIDs, long hexadecimal and mixed words; the query is left off.
/// </summary>
internal static class RouteName
{
    private static ReadOnlySpan<byte> Id => "{id}"u8;

    /// <param name="to">Gets the route; overwritten.</param>
    /// <returns>False when the name is none with ids.</returns>
    public static bool TryMake(ReadOnlySpan<byte> name, Column<byte> to)
    {
        var slash = name.IndexOf((byte)'/');
        if (slash < 0 || !IsPath(name, slash) || (name.IndexOfAnyInRange((byte)'0', (byte)'9') < 0 && name[slash..].IndexOfAny((byte)'?', (byte)'#') < 0))
        {
            return false;
        }

        to.Clear();
        to.AddRange(name[..slash]);
        var path = name[slash..];
        var tail = path.IndexOf((byte)' ');
        var rest = tail < 0 ? default : path[tail..];
        path = tail < 0 ? path : path[..tail];
        var query = path.IndexOfAny((byte)'?', (byte)'#');
        var changed = query >= 0;
        path = query < 0 ? path : path[..query];
        while (path.Length > 0)
        {
            // path begins with its slash
            to.Add(path[0]);
            path = path[1..];
            var end = path.IndexOf((byte)'/');
            var segment = end < 0 ? path : path[..end];
            path = end < 0 ? default : path[end..];
            if (IsId(segment))
            {
                to.AddRange(Id);
                changed = true;
            }
            else
            {
                to.AddRange(segment);
            }
        }

        to.AddRange(rest);
        return changed;
    }

    /// <summary>A path begins the name, or comes after a method or an authority; <c>a/b</c> and <c>1/2 done</c> are none.</summary>
    private static bool IsPath(ReadOnlySpan<byte> name, int slash)
    {
        if (slash == 0 || name[slash - 1] == ' ')
        {
            return true;
        }

        return name[slash - 1] == ':' && slash + 1 < name.Length && name[slash + 1] == '/';
    }

    private static bool IsId(ReadOnlySpan<byte> segment)
    {
        if (segment.IsEmpty || segment.Length > 128)
        {
            return segment.Length > 128;
        }

        var (digits, letters, hex, dashes, others, changes) = (0, 0, 0, 0, 0, 0);
        for (var i = 0; i < segment.Length; i++)
        {
            var b = segment[i];
            digits += Ascii.IsDigit(b) ? 1 : 0;
            letters += Ascii.IsLetter(b) ? 1 : 0;
            hex += Ascii.IsHex(b) ? 1 : 0;
            dashes += b is (byte)'-' or (byte)'_' ? 1 : 0;
            others += Ascii.IsLetterOrDigit(b) || b is (byte)'-' or (byte)'_' ? 0 : 1;
            changes += i > 0 && Ascii.IsDigit(b) != Ascii.IsDigit(segment[i - 1]) ? 1 : 0;
        }

        if (digits == 0 || others > 0)
        {
            return false;
        }

        return letters == 0
            || (segment.Length == 36 && dashes == 4 && hex == 32)
            || (hex == segment.Length && segment.Length >= 12)
            || (segment.Length >= 16 && digits >= 4 && changes >= 3 && dashes <= 1)
            || (segment.Length >= 20 && digits >= 2 && changes >= 4);
    }
}
