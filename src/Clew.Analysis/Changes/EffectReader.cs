using System.Text.RegularExpressions;

namespace Clew.Analysis.Changes;

/// <summary>
/// Reads what a diff may do from its lines: by the vocabulary of programs in general, whatever the language. It understands little, and what it does not
/// understand is "some other logic".
/// </summary>
internal static partial class EffectReader
{
    private static readonly string[] TimeoutWords = ["timeout", "deadline", "budget"];
    private static readonly string[] RetryWords = ["retry", "retrie", "attempt", "backoff", "resend"];
    private static readonly string[] CapacityWords =
    [
        "max", "limit", "pool", "conn", "connection", "thread", "worker", "capacity", "quota", "replica", "memory", "heap", "cpu", "core", "queue", "buffer", "rate", "qps", "rps", "concurrency", "entrie", "entry", "cache", "burst",
        "parallelism", "ceiling", "slot",
    ];

    /// <summary>About when, not how much.</summary>
    private static readonly string[] RhythmWords = ["idle", "interval", "period", "refresh", "lifetime", "ttl", "delay", "jitter"];

    public static IReadOnlyList<ChangeEffect> Read(IReadOnlyList<DiffPart> parts)
    {
        var effects = new List<ChangeEffect>();
        var allAdded = string.Join('\n', parts.SelectMany(p => p.Added));
        foreach (var part in parts.Where(p => p.File.Length == 0 || ChangedFile.RoleOf(p.File) is not (FileRole.Inert or FileRole.Appearance)))
        {
            var before = effects.Count;
            if (part.File.Length > 0 && ChangedFile.RoleOf(part.File) == FileRole.Dependencies)
            {
                effects.Add(Effect(EffectKind.DependencyChanged, part, part.Added.Concat(part.Removed)));
                continue;
            }

            AddNumbers(part, effects);
            AddCalls(part, allAdded, effects);
            AddGrowth(part, allAdded, effects);
            AddWords(part, effects);
            if (effects.Count == before)
            {
                effects.Add(Effect(EffectKind.LogicChanged, part, part.Added.Concat(part.Removed)));
            }
        }

        return effects;
    }

    private static void AddNumbers(DiffPart part, List<ChangeEffect> effects)
    {
        var open = part.Added.ToList();
        foreach (var removed in part.Removed)
        {
            var old = Quantities.Of(removed);
            var match = old.Count == 0 ? null : open.Where(a => Quantities.Of(a).Count == old.Count).OrderByDescending(a => Likeness(removed, a)).FirstOrDefault();
            if (match is null || Likeness(removed, match) < 0.6)
            {
                continue;
            }

            open.Remove(match);
            var now = Quantities.Of(match);
            for (var i = 0; i < old.Count; i++)
            {
                if (old[i] != now[i] && KindOf(part, match, old[i], now[i]) is { } kind)
                {
                    effects.Add(new ChangeEffect(kind, WordsOf([match]), Shortened(match), old[i].Value, now[i].Value));
                }
            }
        }
    }

    private static EffectKind? KindOf(DiffPart part, string line, Quantity old, Quantity now)
    {
        var words = WordsOf([line]);
        bool Has(string[] any) => any.Any(words.Contains);
        var isLess = now.Value < old.Value;
        if (Has(RetryWords) || RetryWords.Any(w => part.File.Contains(w, StringComparison.OrdinalIgnoreCase)) && !Has(TimeoutWords))
        {
            // Fewer attempts or longer pauses burden nobody.
            return isLess == old.IsDuration ? EffectKind.RetriesRaised : null;
        }

        return true switch
        {
            _ when Has(TimeoutWords) => isLess ? EffectKind.TimeoutLowered : EffectKind.TimeoutRaised,
            _ when Has(RhythmWords) => null,
            _ when Has(CapacityWords) => isLess ? EffectKind.CapacityLowered : EffectKind.CapacityRaised,
            _ when old.IsDuration => isLess ? EffectKind.TimeoutLowered : EffectKind.TimeoutRaised,
            _ => null,
        };
    }

    private static void AddCalls(DiffPart part, string allAdded, List<ChangeEffect> effects)
    {
        var came = part.Added.SelectMany(Calls).ToList();
        foreach (var gone in part.Removed.SelectMany(Calls))
        {
            came.Remove(gone);
        }

        var outside = part.Added.Where(l => Calls(l).Any(c => came.Contains(c)) && (Outward().IsMatch(l) || Sql().IsMatch(l))).ToArray();
        var hasLoop = part.Added.Concat(part.Around).Any(l => Loop().IsMatch(l));
        if (outside.Length > 0)
        {
            // The statement that is sent may stand in another part of the change.
            effects.Add(new ChangeEffect(
                hasLoop ? EffectKind.CallInLoop : EffectKind.CallAdded, WordsOf([.. outside, .. allAdded.Split('\n').Where(l => Sql().IsMatch(l))]), Shortened(outside[0])));
        }

        if (part.Added.Count == 0 && part.Removed.Any(l => Calls(l).Any() && !Import().IsMatch(l)))
        {
            var lines = part.Removed.Where(l => Calls(l).Any()).ToArray();
            effects.Add(new ChangeEffect(EffectKind.CallRemoved, WordsOf(lines), Shortened(lines[0])));
        }

        var guards = part.Removed.Where(l => AbsentValue().IsMatch(l)).ToArray();
        if (guards.Length > 0 && !part.Added.Any(l => AbsentValue().IsMatch(l)))
        {
            effects.Add(new ChangeEffect(EffectKind.GuardRemoved, WordsOf([.. guards, part.Context]), Shortened(guards[0])));
        }

        var releases = part.Removed.Where(l => Release().IsMatch(l)).ToArray();
        if (releases.Length > 0 && !part.Added.Any(l => Release().IsMatch(l)))
        {
            effects.Add(new ChangeEffect(EffectKind.ReleaseRemoved, WordsOf(releases), Shortened(releases[0])));
        }
    }

    private static void AddGrowth(DiffPart part, string allAdded, List<ChangeEffect> effects)
    {
        foreach (var line in part.Added)
        {
            if (LongLived().Match(line) is { Success: true } held && !Bound().IsMatch(allAdded) && Grows(allAdded, held.Groups["name"].Value))
            {
                effects.Add(new ChangeEffect(EffectKind.GrowsWithoutBound, WordsOf([line]), Shortened(line)));
            }
        }
    }

    private static void AddWords(DiffPart part, List<ChangeEffect> effects)
    {
        var lines = part.Removed.Concat(part.Added).ToArray();
        if (ChangedFile.RoleOf(part.File) == FileRole.Schema || lines.Any(l => Ddl().IsMatch(l)))
        {
            effects.Add(Effect(EffectKind.SchemaChanged, part, lines));
        }

        if (part.Removed.Count > 0 && lines.Any(l => Access().IsMatch(l)))
        {
            effects.Add(Effect(EffectKind.AccessChanged, part, lines));
        }

        var (gone, come) = (part.Removed.SelectMany(Addresses).ToHashSet(StringComparer.Ordinal), part.Added.SelectMany(Addresses).ToHashSet(StringComparer.Ordinal));
        if (gone.Count > 0 && come.Count > 0 && !gone.SetEquals(come))
        {
            effects.Add(Effect(EffectKind.AddressChanged, part, lines));
        }
    }

    private static bool Grows(string text, string name) =>
        Regex.IsMatch(text, $@"\b{Regex.Escape(name)}\s*=\s*append\(\s*{Regex.Escape(name)}\b|\b{Regex.Escape(name)}\.(append|push|push_back|add|put|set|enqueue|insert|offer|Add|Push|Enqueue|TryAdd|Insert)\s*\(|\b{Regex.Escape(name)}\[[^\]]+\]\s*=", RegexOptions.None, TimeSpan.FromSeconds(1));

    private static ChangeEffect Effect(EffectKind kind, DiffPart part, IEnumerable<string> lines)
    {
        var all = lines.ToArray();
        return new ChangeEffect(kind, WordsOf([.. all, part.Context]), all.Length > 0 ? Shortened(all[0]) : part.File);
    }

    private static HashSet<string> WordsOf(IEnumerable<string> lines) => lines.SelectMany(Words.Of).ToHashSet(StringComparer.Ordinal);

    private static IEnumerable<string> Calls(string line) => Call().Matches(line).Select(m => m.Groups["name"].Value).Where(n => !NoCall().IsMatch(n));

    private static IEnumerable<string> Addresses(string line) => Address().Matches(line).Select(m => m.Value);

    /// <summary>Share of the words of two lines, numbers left out, that they have in common.</summary>
    private static double Likeness(string a, string b)
    {
        var first = Token().Matches(Quantities.Masked(a)).Select(m => m.Value).ToHashSet(StringComparer.Ordinal);
        var second = Token().Matches(Quantities.Masked(b)).Select(m => m.Value).ToHashSet(StringComparer.Ordinal);
        var together = first.Count(second.Contains);
        return first.Count + second.Count == 0 ? 0 : 2.0 * together / (first.Count + second.Count);
    }

    private static string Shortened(string line)
    {
        var text = line.Trim();
        return text.Length <= 100 ? text : text[..99] + "…";
    }

    [GeneratedRegex(@"(?<name>[A-Za-z_]\w*)\s*(\[[^\]]*\])?\(", RegexOptions.ExplicitCapture)]
    private static partial Regex Call();

    [GeneratedRegex(@"^(if|for|while|switch|return|func|function|def|catch|except|sizeof|typeof|new|and|or|not|in|elif|when|match|with|range|len|make|append|string|int|len|print|printf|println|format|fmt|require|import|Error|Errorf)$")]
    private static partial Regex NoCall();

    [GeneratedRegex(@"\b(await |ctx\b|context\b)|\.(Get|get|Fetch|fetch|Find|find|Load|load|Query|query|Select|Exec|exec|Execute|execute|Read|Call|call|Request|request|Lookup|lookup|Send|send|Post|post|Put|Invoke|invoke|List|Search|search)\w*\s*\(")]
    private static partial Regex Outward();

    [GeneratedRegex(@"\b(select\b.+\bfrom|insert into|update\b.+\bset|delete from)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Sql();

    [GeneratedRegex(@"\b(for|foreach|while|until)\b|\.(map|forEach|each|flatMap|ForEach|Select)\s*[\({]|\beach do\b")]
    private static partial Regex Loop();

    [GeneratedRegex(@"^\s*(import|from|using|require|include|#include|package)\b")]
    private static partial Regex Import();

    [GeneratedRegex(@"(?<!\berr(or)?\s?)(==|!=|===|!==|\bis\b|\bis not\b)\s*(nil|null|None|undefined|nullptr|NULL)\b|\?\.\w|\.isPresent\(|\.is_none\(|\.is_some\(|requireNonNull|ThrowIfNull", RegexOptions.ExplicitCapture)]
    private static partial Regex AbsentValue();

    [GeneratedRegex(@"\b(defer\s+\S*[Cc]lose|close\(|Close\(|dispose|Dispose|release|Release|unlock|Unlock|evict|Evict|removeListener|unsubscribe|Unsubscribe|clearInterval|clearTimeout|free\(|finally\b)")]
    private static partial Regex Release();

    [GeneratedRegex(@"^(export\s+)?(var|let|const|static|private static|public static|internal static|global|private static readonly|private readonly static|private static final|public static final)\s+([\w<>,\[\]\.\? ]+\s+)?(?<name>\w+)\s*(:?=|:|\[\]|map\[|$)|^(?<name>[A-Za-z_]\w*)\s*(:\s*[\w\[\], ]+)?=\s*(\[\]|\{\}|list\(|dict\(|set\(|defaultdict\(|new Map|new Set|new Array)|^\s+(private |public |internal )?static\s+(readonly |final )?[\w<>, \.]*(List|Map|Dictionary|Queue|Set|Bag|Collection)\w*<[^=]*>\s+(?<name>\w+)|^var\s+(?<name>\w+)\s+(\[\]|map\[)", RegexOptions.ExplicitCapture)]
    private static partial Regex LongLived();

    [GeneratedRegex(@"\b(lru|evict\w*|capacity|bounded|ring|expire\w*|ttl|trim|maxsize|max_size|popleft|shift\(|RemoveAt|delete\(|\.clear\(|\.Clear\()|\w*[Mm]ax[A-Z_]\w*|\bmax_\w+|\w+Max\b", RegexOptions.CultureInvariant)]
    private static partial Regex Bound();

    [GeneratedRegex(@"\b(alter|drop|create|rename)\s+(table|index|column|unique index|view)\b|\b(add|drop|rename)_(column|index|table)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Ddl();

    [GeneratedRegex(@"\b(secret|password|credential|api[_-]?key|token|certificate|cert|tls|ssl|role|rbac|permission|scope|policy|principal|issuer|audience)\w*\b", RegexOptions.IgnoreCase)]
    private static partial Regex Access();

    [GeneratedRegex(@"\b\d{1,3}(\.\d{1,3}){3}(:\d+)?\b|\b[a-z][a-z0-9+.-]*://[^\s""']+|\b([a-z0-9-]+\.){2,}[a-z]{2,}\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Address();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Token();
}
