using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Clew.Query.Language;

/// <summary>
/// Regular expressions in the syntax of RE2, which PromQL, LogQL and TraceQL share, run by .NET's engine without backtracking: the time to match grows
/// with the text, never faster, whoever wrote the pattern. What RE2 refuses (look-around, back references) is refused.
/// </summary>
/// <remarks>
/// Differences that stay: <c>.</c> and classes see UTF-16 units, so a character beyond U+FFFF counts as two; <c>\b</c> knows letters of all scripts;
/// names of scripts (<c>\p{Greek}</c>) and the flag U are not known.
/// </remarks>
public sealed class Re2Pattern
{
    private readonly Regex _regex;

    private Re2Pattern(string source, Regex regex, IReadOnlyList<string> groupNames)
    {
        Source = source;
        _regex = regex;
        GroupNames = groupNames;
    }

    /// <summary>The pattern as it was written.</summary>
    public string Source { get; }

    /// <summary>Reads a pattern.</summary>
    /// <param name="source">RE2 syntax.</param>
    /// <param name="whole">The text must match from its first to its last character, and <c>.</c> matches line ends too, as label matchers have it.</param>
    /// <param name="problem">What is wrong with it, when false is returned.</param>
    public static bool TryParse(string source, bool whole, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Re2Pattern? pattern, out string problem)
    {
        ArgumentNullException.ThrowIfNull(source);
        pattern = null;
        if (source.Length > QueryBudgetLimits.PatternLength)
        {
            problem = $"the pattern has more than {QueryBudgetLimits.PatternLength} characters";
            return false;
        }

        try
        {
            var translation = new Re2Translation(source);
            var translated = translation.Translate();
            var options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | (whole ? RegexOptions.Singleline : RegexOptions.None);
            pattern = new Re2Pattern(source, new Regex(whole ? $@"\A(?:{translated})\z" : translated, options), translation.Names);
            problem = string.Empty;
            return true;
        }
        catch (Re2Translation.RefusedException refused)
        {
            problem = refused.Message;
        }
        catch (ArgumentException)
        {
            problem = "the pattern is malformed";
        }
        catch (NotSupportedException)
        {
            problem = "the pattern uses what RE2 does not have, or is too large";
        }

        return false;
    }

    public bool IsMatch(ReadOnlySpan<char> text) => _regex.IsMatch(text);

    /// <summary>The first match, or null.</summary>
    public Match? Match(string text) => _regex.Match(text) is { Success: true } match ? match : null;

    /// <summary>All matches from left to right, without overlaps.</summary>
    public MatchCollection Matches(string text) => _regex.Matches(text);

    /// <summary>The names of the groups by number; an unnamed group has its number as name. The first one is the whole match.</summary>
    public IReadOnlyList<string> GroupNames { get; }

    /// <summary>
    /// A template with the groups of a match of this pattern put in: <c>$1</c>, <c>$name</c> (as many letters, digits and underscores as follow), <c>${name}</c>,
    /// <c>$$</c>. A group that there is not is empty.
    /// </summary>
    public string Expand(string template, Match match)
    {
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(match);
        var text = new StringBuilder(template.Length);
        for (var i = 0; i < template.Length; i++)
        {
            if (template[i] != '$' || i + 1 == template.Length)
            {
                text.Append(template[i]);
                continue;
            }

            if (template[i + 1] == '$')
            {
                text.Append('$');
                i++;
                continue;
            }

            var braced = template[i + 1] == '{';
            var start = i + (braced ? 2 : 1);
            var end = start;
            while (end < template.Length && (char.IsLetterOrDigit(template[end]) || template[end] == '_'))
            {
                end++;
            }

            if (end == start || (braced && (end == template.Length || template[end] != '}')))
            {
                text.Append('$');
                continue;
            }

            text.Append(Group(template[start..end], match));
            i = braced ? end : end - 1;
        }

        return text.ToString();
    }

    public override string ToString() => Source;

    private ReadOnlySpan<char> Group(string name, Match match)
    {
        for (var number = 0; number < GroupNames.Count; number++)
        {
            if (GroupNames[number] == name || (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) && wanted == number))
            {
                return match.Groups[number].ValueSpan;
            }
        }

        return [];
    }
}
