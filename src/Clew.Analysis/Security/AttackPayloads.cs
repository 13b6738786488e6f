using System.Buffers;
using System.Text;

namespace Clew.Analysis.Security;

/// <summary>
/// Texts that no honest client sends: SQL in place of a value, paths out of what is served. Signs of such are looked for in small normalised text, not by regular
/// expressions: it runs over every request and record.
/// </summary>
internal static class AttackPayloads
{
    private const int MaxText = 2_048;

    /// <summary>With white space reduced to single blanks, comments taken for blanks, and lower case.</summary>
    private static readonly string[] Sql =
    [
        "union select ", "union all select ", "; drop table ", ";drop table ", "' or '1'='1", "' or 1=1", "\" or \"1\"=\"1", " or 1=1--", " or 1=1 --", "' or ''='", "or '1'='1'", "'; --", "' --", "';--", "'--", "xp_cmdshell",
        "pg_sleep(", "waitfor delay", "and sleep(", "or sleep(", "benchmark(", "information_schema.", "into outfile ", "load_file(", "' and 1=1", "' and '1'='1", "extractvalue(", "updatexml(", "; delete from ", "; update ", "';shutdown",
    ];

    private static readonly string[] Paths =
    [
        "../../", "..\\..\\", "/../etc/", "/etc/passwd", "/etc/shadow", "/proc/self/", "..;/", "....//", "/windows/win.ini", "boot.ini", "/../../", "../etc/", "/.ssh/id_", "file:///etc/", "php://filter", "\0",
    ];

    /// <summary>Some sign must be there before anything is normalised.</summary>
    private static readonly SearchValues<char> Signs = SearchValues.Create("'\";%(\\.+* ");

    /// <summary>SQL where a value should be.</summary>
    public static bool IsInjection(string text) => text.AsSpan().ContainsAny(Signs) && Contains(Normalised(text), Sql);

    /// <summary>A path out of what is served.</summary>
    public static bool IsTraversal(string text) => text.AsSpan().ContainsAny(Signs) && Contains(Normalised(text), Paths);

    private static bool Contains(string text, string[] signs)
    {
        foreach (var sign in signs)
        {
            if (text.Contains(sign, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Decoded twice (attackers encode twice), lower case, comments and white space as one blank.</summary>
    private static string Normalised(string text)
    {
        text = text.Length <= MaxText ? text : text[..MaxText];
        for (var i = 0; i < 2 && text.Contains('%', StringComparison.Ordinal); i++)
        {
            text = Uri.UnescapeDataString(text);
        }

        var buffer = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '/' && i + 1 < text.Length && text[i + 1] == '*' && text.IndexOf("*/", i + 2, StringComparison.Ordinal) is >= 0 and var end)
            {
                (c, i) = (' ', end + 1);
            }

            // A plus is a blank in a query.
            c = char.IsWhiteSpace(c) || c == '+' ? ' ' : char.ToLowerInvariant(c);
            if (c != ' ' || buffer.Length == 0 || buffer[^1] != ' ')
            {
                buffer.Append(c);
            }
        }

        return buffer.ToString();
    }
}
