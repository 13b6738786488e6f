namespace Clew.Analysis.LogTemplates;

/// <summary>
/// Groups log lines by the statement that wrote them, seeing each line once: a fixed-depth tree over the first words, then the most similar
/// known template (the idea of Drain, He et al. 2017). Differs from it where statements print lists: lines of different length can share a
/// template when their beginnings agree. Deterministic for an order of lines; not safe for concurrent use. Memory is bounded by
/// <see cref="Limits.MaxTemplates"/>.
/// </summary>
public sealed class TemplateMiner
{
    /// <summary>Leading words that must agree: enough to keep "order created" and "order failed" apart, few enough for names in front.</summary>
    private const int TreeDepth = 3;

    /// <summary>Share of equal words from which a line belongs to a template.</summary>
    private const double MinSimilarity = 0.6;

    /// <summary>What a different number of words costs in similarity.</summary>
    private const double LengthPenalty = 0.1;

    private const int MaxRemembered = 50_000;

    private readonly Dictionary<Key, List<int>> _leaves = [];
    private readonly List<string[]> _templates = [];
    private readonly Dictionary<string, int> _remembered = [];

    /// <summary>Templates so far.</summary>
    public int Count => _templates.Count;

    /// <summary>Finds or makes the template of a line.</summary>
    /// <param name="body">The line as logged; further lines of it do not count.</param>
    /// <returns>The template's number; -1 when the miner is full and no template fits.</returns>
    public int Add(ReadOnlySpan<char> body)
    {
        var line = LineMask.Apply(body);
        if (_remembered.TryGetValue(line, out var known))
        {
            return known;
        }

        var words = line.Split(' ', Limits.MaxTemplateWords + 1, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length > Limits.MaxTemplateWords)
        {
            words = words[..Limits.MaxTemplateWords];
        }

        var template = Match(words);
        if (_remembered.Count >= MaxRemembered)
        {
            _remembered.Clear();
        }

        _remembered[line] = template;
        return template;
    }

    /// <summary>The template's text.</summary>
    public string Text(int template) => string.Join(' ', _templates[template]);

    private static string Generalised(string word) =>
        word.Contains('#', StringComparison.Ordinal) || !word.AsSpan().ContainsAnyInRange('0', '9') ? word : LineMask.Wildcard;

    private int Match(string[] words)
    {
        var key = Key.Of(words);
        if (!_leaves.TryGetValue(key, out var leaf))
        {
            if (_templates.Count >= Limits.MaxTemplates)
            {
                return -1;
            }

            _leaves[key] = leaf = [];
        }

        var best = -1;
        var bestSimilarity = 0.0;
        foreach (var candidate in leaf)
        {
            var similarity = Similarity(_templates[candidate], words);
            if (similarity > bestSimilarity)
            {
                (best, bestSimilarity) = (candidate, similarity);
            }
        }

        if (bestSimilarity >= MinSimilarity)
        {
            Generalise(best, words);
            return best;
        }

        if (_templates.Count >= Limits.MaxTemplates || leaf.Count >= Limits.MaxTemplateCandidates)
        {
            return -1;
        }

        _templates.Add(words);
        leaf.Add(_templates.Count - 1);
        return _templates.Count - 1;
    }

    private static double Similarity(string[] template, string[] words)
    {
        var shorter = Math.Min(template.Length, words.Length);
        var difference = Math.Abs(template.Length - words.Length);
        if (shorter == 0)
        {
            return difference == 0 ? 1 : 0;
        }

        if (difference > shorter / 2)
        {
            return 0;
        }

        var equal = 0;
        for (var i = 0; i < shorter; i++)
        {
            equal += template[i] == words[i] ? 1 : 0;
        }

        return ((double)equal / shorter) - (difference > 0 ? LengthPenalty : 0);
    }

    private void Generalise(int template, string[] words)
    {
        var old = _templates[template];
        var length = Math.Min(old.Length, words.Length);
        var merged = new string[length];
        for (var i = 0; i < length; i++)
        {
            merged[i] = old[i] == words[i] ? old[i] : LineMask.Wildcard;
        }

        if (old.Length != words.Length)
        {
            merged[^1] = LineMask.Wildcard;
        }

        _templates[template] = merged;
    }

    private readonly record struct Key(string First, string Second, string Third)
    {
        public static Key Of(string[] words) => new(At(words, 0), At(words, 1), At(words, TreeDepth - 1));

        private static string At(string[] words, int index) => index < words.Length ? Generalised(words[index]) : string.Empty;
    }
}
