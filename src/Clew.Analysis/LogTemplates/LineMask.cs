using System.Text.RegularExpressions;

namespace Clew.Analysis.LogTemplates;

/// <summary>Replaces what is a value by its looks alone: moments, ids, addresses, numbers.</summary>
public static partial class LineMask
{
    /// <summary>Stands for anything.</summary>
    public const string Wildcard = "<*>";

    /// <summary>
    /// The first line (a stack trace's frames are payload), cut to <see cref="Limits.MaxLogLineLength"/>, with values masked. A number that
    /// belongs to a name (<c>p99</c>, <c>Service#42</c>, <c>v1.2</c>) stays: it names a place in the code or a thing, not a value.
    /// </summary>
    public static string Apply(ReadOnlySpan<char> body)
    {
        body = body.TrimStart();
        var end = body.IndexOfAny('\n', '\r');
        var line = end < 0 ? body : body[..end];
        return Values().Replace(line[..Math.Min(line.Length, Limits.MaxLogLineLength)].ToString(), Wildcard);
    }

    [GeneratedRegex(
        """
        \d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?                     # a moment
        |(?<![\w:])\d\d:\d\d:\d\d(?:[.,]\d+)?(?![\w:])                                          # a time of day
        |[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}            # a UUID
        |(?<!\w)(?=[0-9a-fA-F]*\d)[0-9a-fA-F]{12,}(?!\w)                                        # a long hex id
        |(?<!\w)0x[0-9a-fA-F]+                                                                  # a hex number
        |(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?![\w.])                                    # an IPv4 address
        |(?<![\w\#.$-])[-+]?\d+(?:\.\d+)?(?:%|ns|us|µs|ms|s|m|h|[KMGT]i?B|B)?(?![\w\#])         # a number, with a unit
        """,
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Values();
}
