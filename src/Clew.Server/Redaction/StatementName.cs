using System.Text;

namespace Clew.Server.Redaction;

/// <summary>Tells a name that is a whole statement (<c>SELECT * FROM users WHERE id = 42</c>) from one that only begins like it (<c>SELECT users</c>).</summary>
internal static class StatementName
{
    private static readonly byte[][] Verbs = [.. new[] { "select ", "insert ", "update ", "delete ", "merge ", "with ", "call ", "exec ", "replace " }.Select(Encoding.ASCII.GetBytes)];

    private static readonly byte[][] Clauses = [.. new[] { " from ", " into ", " set ", " where ", " values", " limit " }.Select(Encoding.ASCII.GetBytes)];

    public static bool Is(ReadOnlySpan<byte> name)
    {
        if (name.Length < 10 || !StartsWithVerb(name))
        {
            return false;
        }

        for (var at = 6; at < name.Length; at++)
        {
            if (name[at] != ' ')
            {
                continue;
            }

            foreach (var clause in Clauses)
            {
                if (Ascii.StartsWith(name[at..], clause))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool StartsWithVerb(ReadOnlySpan<byte> name)
    {
        foreach (var verb in Verbs)
        {
            if (Ascii.StartsWith(name, verb))
            {
                return true;
            }
        }

        return false;
    }
}
