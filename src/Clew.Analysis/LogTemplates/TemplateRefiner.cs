using System.Buffers;
using System.Runtime.InteropServices;
using Clew.Telemetry;

namespace Clew.Analysis.LogTemplates;

/// <summary>A stored template with what is known of its lines.</summary>
/// <param name="Text">As <see cref="LogTemplater"/> made it.</param>
/// <param name="Count">Its lines.</param>
/// <param name="Lines">Some of them, as <see cref="LogTemplater.LineOf"/> gives them; more than <see cref="TemplateRefiner.LinesLookedAt"/> are not looked at.</param>
public sealed record TemplateSample(ulong Id, string Text, long Count, IReadOnlyList<string> Lines);

/// <summary>Templates that are one statement.</summary>
/// <param name="Text">What they have in common.</param>
/// <param name="Members">The most frequent first.</param>
public sealed record RefinedTemplate(string Text, IReadOnlyList<TemplateSample> Members);

/// <summary>
/// Finds in templates that were each made of one line what only comparing them can tell. Templates that differ in one word are one statement when that word is
/// a variable; and what was taken for a variable and is always the same word is none. Stored ids are not changed: a refined template is a group of them, found
/// anew for the templates it is asked about. Pure: the same samples in any order give the same answer.
/// </summary>
/// <remarks>
/// A word in which templates differ is a variable when (1) one of them has a value there, or (2) there are <see cref="ManyWords"/> different words, or (3) words among them are known
/// as values from other places, such as <c>user=root</c>: one is enough behind a preposition (<c>for user root</c>), otherwise half of them and two. Names of states in capitals are no
/// variables by (3). Nothing is a variable where fewer than two other words remain to tell statements apart.
/// </remarks>
public static class TemplateRefiner
{
    /// <summary>Lines of a template that are looked at for its values.</summary>
    public const int LinesLookedAt = 200;

    /// <summary>Different words in one place from which they are values, whatever they are: statements differ in few words, users and hosts in many.</summary>
    private const int ManyWords = 10;

    /// <summary>Words besides the variable that two templates must share.</summary>
    private const int LeastContext = 2;

    /// <summary>Lines from which a value that never changes is taken for a part of the statement: all lines there are, or so many that nearly all lines have it.</summary>
    private const int LeastLines = 8;

    private const int ManyLines = 50;

    /// <summary>Templates become alike in one place after the other; more places than this are not looked for.</summary>
    private const int Rounds = 6;

    /// <summary>English words that a name or a value follows, perhaps with its kind before it: <c>from host a</c>. Not <c>to</c> and <c>as</c>, which verbs and modes follow.</summary>
    private static readonly string[] Prepositions = ["for", "from", "by", "at", "on", "of", "with", "in", "via", "into"];

    private static readonly SearchValues<char> WithinWords = SearchValues.Create("./$@-_");

    /// <summary>Groups templates; each is in exactly one group.</summary>
    /// <returns>The group with the most lines first.</returns>
    public static IReadOnlyList<RefinedTemplate> Refine(IReadOnlyList<TemplateSample> templates)
    {
        var known = KnownValues(templates);
        var groups = new Dictionary<string, Group>(StringComparer.Ordinal);
        foreach (var template in templates.OrderBy(t => t.Text, StringComparer.Ordinal).ThenBy(t => t.Id))
        {
            Join(groups, template.Text, [template]);
        }

        for (var round = 0; round < Rounds && MergeOnce(groups, known); round++)
        {
        }

        return [.. groups
            .Select(g => new RefinedTemplate(WithConstants(g.Key, g.Value.Members), [.. g.Value.Members.OrderByDescending(m => m.Count).ThenBy(m => m.Id)]))
            .OrderByDescending(r => r.Members.Sum(m => m.Count)).ThenBy(r => r.Members[0].Id)];
    }

    /// <summary>The values that a line has where the template has wildcards.</summary>
    /// <returns>Null when the line does not fit.</returns>
    public static IReadOnlyList<string>? Values(string template, string line)
    {
        line = string.Join(' ', line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries));
        var pieces = template.Split(LineMask.Wildcard);
        if (!line.StartsWith(pieces[0], StringComparison.Ordinal))
        {
            return null;
        }

        var values = new string[pieces.Length - 1];
        var at = pieces[0].Length;
        for (var i = 1; i < pieces.Length; i++)
        {
            // The last piece ends the line, unless the template says its beginning only.
            var piece = pieces[i];
            var isLast = i == pieces.Length - 1;
            var next = isLast && line.EndsWith(piece, StringComparison.Ordinal) ? line.Length - piece.Length : line.IndexOf(piece, at, StringComparison.Ordinal);
            if (next < at)
            {
                return null;
            }

            values[i - 1] = line[at..next];
            at = next + piece.Length;
        }

        return values;
    }

    private static void Join(Dictionary<string, Group> groups, string text, IEnumerable<TemplateSample> members)
    {
        ref var group = ref CollectionsMarshal.GetValueRefOrAddDefault(groups, text, out _);
        group ??= new Group(Tokens(text), []);
        group.Members.AddRange(members);
    }

    /// <summary>Words that stood where only values stand, in the lines that are there.</summary>
    private static HashSet<string> KnownValues(IReadOnlyList<TemplateSample> templates)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var template in templates)
        {
            foreach (var line in template.Lines.Take(LinesLookedAt))
            {
                known.UnionWith((Values(template.Text, line) ?? []).Where(value => value.Length > 0 && value.All(char.IsLetter)));
            }
        }

        return known;
    }

    /// <summary>Joins what differs in one variable word.</summary>
    /// <returns>Whether anything was joined.</returns>
    private static bool MergeOnce(Dictionary<string, Group> groups, HashSet<string> known)
    {
        var places = new Dictionary<(ulong Around, int Index), List<string>>();
        foreach (var (text, group) in groups.OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var start = 0;
            for (var i = 0; i < group.Tokens.Length; i++)
            {
                var token = group.Tokens[i];
                if (IsWord(token) || token == LineMask.Wildcard)
                {
                    var key = (Around(text, start, token.Length), i);
                    ref var texts = ref CollectionsMarshal.GetValueRefOrAddDefault(places, key, out _);
                    (texts ??= []).Add(text);
                }

                start += token.Length;
            }
        }

        var changed = false;
        foreach (var (key, all) in places.Where(p => p.Value.Count > 1).OrderByDescending(p => p.Value.Count).ThenBy(p => p.Value[0], StringComparer.Ordinal).ThenBy(p => p.Key.Index))
        {
            var texts = all.Where(groups.ContainsKey).ToArray();
            if (texts.Length < 2)
            {
                continue;
            }

            var tokens = groups[texts[0]].Tokens;
            texts = [.. texts.Where(text => AreAlike(groups[text].Tokens, tokens, key.Index))];
            var words = Array.ConvertAll(texts, text => groups[text].Tokens[key.Index]);
            if (!IsVariable(tokens, key.Index, words, known))
            {
                continue;
            }

            var members = texts.SelectMany(text => groups[text].Members).ToArray();
            foreach (var text in texts)
            {
                groups.Remove(text);
            }

            Join(groups, string.Concat([.. tokens[..key.Index], LineMask.Wildcard, .. tokens[(key.Index + 1)..]]), members);
            known.UnionWith(words.Where(word => word != LineMask.Wildcard));
            changed = true;
        }

        return changed;
    }

    private static bool IsVariable(string[] tokens, int index, string[] alternatives, HashSet<string> known)
    {
        var context = 0;
        for (var i = 0; i < tokens.Length; i++)
        {
            context += i != index && IsWord(tokens[i]) ? 1 : 0;
        }

        if (context < LeastContext)
        {
            return false;
        }

        var words = alternatives.Where(word => word != LineMask.Wildcard).ToArray();
        if (words.Length >= ManyWords || words.Length < alternatives.Length)
        {
            return true;
        }

        var familiar = words.Count(known.Contains);
        return !words.All(word => word.All(c => !char.IsLetter(c) || char.IsUpper(c)))
            && (familiar >= (IsBehindPreposition(tokens, index) ? 1 : 2) && (IsBehindPreposition(tokens, index) || 2 * familiar >= words.Length));
    }

    private static bool IsBehindPreposition(string[] tokens, int index) => tokens[..index].Where(token => IsWord(token) || token == LineMask.Wildcard).TakeLast(2)
        .Any(token => Prepositions.Contains(token, StringComparer.OrdinalIgnoreCase));

    /// <summary>The text with words in place of wildcards that have the same word in all lines that are there, or nothing where there never is anything.</summary>
    private static string WithConstants(string text, List<TemplateSample> members)
    {
        var pieces = text.Split(LineMask.Wildcard);
        var values = new string?[pieces.Length - 1];
        var differs = new bool[values.Length];
        var looked = 0;
        foreach (var line in members.OrderBy(m => m.Id).SelectMany(m => m.Lines.Take(LinesLookedAt)))
        {
            if (Values(text, line) is not { } found)
            {
                continue;
            }

            looked++;
            for (var i = 0; i < values.Length; i++)
            {
                values[i] ??= found[i];
                differs[i] |= values[i] != found[i];
            }
        }

        if (looked < LeastLines || (looked < ManyLines && looked < members.Sum(m => m.Count)))
        {
            return text;
        }

        return string.Concat(pieces.Select((piece, i) => i == 0 ? piece : (!differs[i - 1] && IsConstant(values[i - 1]!) ? values[i - 1] : LineMask.Wildcard) + piece)).TrimEnd();
    }

    /// <summary>Nothing, or a name with no more than one digit. Numbers and ids are values even when they did not change.</summary>
    private static bool IsConstant(string value) => value.Length == 0
        || (IsWord(value) && (char.IsAsciiLetter(value[0]) || value[0] == '_') && !value.Contains('/', StringComparison.Ordinal) && value.Count(char.IsAsciiDigit) <= 1);

    private static bool IsWord(string token) => IsWordCharacter(token[0]) && token != LineMask.Wildcard && token.AsSpan().ContainsAnyExcept(WithinWords);

    private static bool IsWordCharacter(char c) => char.IsLetterOrDigit(c) || WithinWords.Contains(c);

    /// <summary>Wildcards, words with what joins their parts (<c>db.example</c>, <c>./a</c>), and every other character for itself; together they are the text.</summary>
    private static string[] Tokens(string text)
    {
        var tokens = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            var end = at + 1;
            if (text.AsSpan(at).StartsWith(LineMask.Wildcard))
            {
                end = at + LineMask.Wildcard.Length;
            }
            else if (IsWordCharacter(text[at]))
            {
                while (end < text.Length && IsWordCharacter(text[end]))
                {
                    end++;
                }

                // Punctuation at the end belongs to the sentence, unless there is nothing else.
                var word = text.AsSpan(at, end - at).TrimEnd("./$@-").Length;
                end = word > 0 ? at + word : at + 1;
            }

            tokens.Add(text[at..end]);
            at = end;
        }

        return [.. tokens];
    }

    /// <summary>A hash of a text without a part of it.</summary>
    private static ulong Around(string text, int start, int length)
    {
        var hash = new StableHash();
        hash.Add(MemoryMarshal.AsBytes(text.AsSpan(0, start)));
        hash.Add([0, 0]);
        hash.Add(MemoryMarshal.AsBytes(text.AsSpan(start + length)));
        return hash.Value;
    }

    /// <summary>Whether all tokens but one are equal: equal hashes do not prove it.</summary>
    private static bool AreAlike(string[] some, string[] others, int except) =>
        some.AsSpan(0, except).SequenceEqual(others.AsSpan(0, except)) && some.AsSpan(except + 1).SequenceEqual(others.AsSpan(except + 1));

    private sealed record Group(string[] Tokens, List<TemplateSample> Members);
}
