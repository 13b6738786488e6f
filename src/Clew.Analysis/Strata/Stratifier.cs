using Clew.Analysis.Statistics;

namespace Clew.Analysis.Strata;

/// <summary>
/// Finds what bad requests have in common that good ones have not: over every attribute, single values and pairs of them, missing as a value, numbers by size. Every
/// slice tried is tested (Fisher), the tests are corrected for their number (Benjamini and Hochberg), and slices that select the same requests are told once. Pure.
/// </summary>
public static class Stratifier
{
    /// <summary>Smallest slice that is judged.</summary>
    public const int MinRequests = 5;

    /// <summary>Fewest bad requests that are judged.</summary>
    public const int MinBad = 3;

    /// <summary>Least risk difference that matters, at the lower end of its interval; also against the same slice in the baseline.</summary>
    public const double MinDifference = 0.05;

    /// <summary>The slice goes wrong at least this many times as often as the rest.</summary>
    public const double MinRatio = 2;

    /// <summary>Rate of false discoveries that is accepted.</summary>
    public const double MaxFalseDiscoveryRate = 0.05;

    /// <summary>Of the requests of two slices together, the share both must select to be the same slice.</summary>
    private const double SameRequests = 0.9;

    /// <summary>Single slices that are tried in pairs.</summary>
    private const int MaxPaired = 24;

    /// <summary>A pair must go wrong so much more often than each of its halves, and coincide so much better; otherwise the half says it.</summary>
    private const double MinPairGain = 0.15;

    private const double MinPairAssociation = 0.05;

    /// <summary>Slices that are told.</summary>
    private const int MaxTold = 12;

    /// <summary>What may be told of two slices with the same requests: lower is preferred. What was changed says more than where it ran, and that more than whom it served.</summary>
    private static readonly (string Part, int Order)[] Preference =
    [
        ("service.version", 0), ("version", 1), ("cloud.region", 2), ("region", 2), ("availability_zone", 3), ("zone", 3), ("k8s.cluster", 3), ("k8s.node", 4), ("host.name", 5), ("k8s.pod", 6),
        ("service.instance", 6), ("tenant", 7), ("operation", 8), ("http.route", 8), ("user", 9), ("enduser", 9),
    ];

    /// <summary>Slices of bad requests, best first.</summary>
    /// <param name="columns">Attributes; every column has a code for every row. A later column of the same preference wins over an earlier one: put what lies deeper last.</param>
    /// <param name="rows">What became of each request.</param>
    public static IReadOnlyList<Slice> Find(IReadOnlyList<StratumColumn> columns, IReadOnlyList<StratumRow> rows)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Count(r => r == StratumRow.Bad) < MinBad || rows.Count(r => r == StratumRow.Good) < MinBad)
        {
            return [];
        }

        var tried = new List<Candidate>();
        for (var c = 0; c < columns.Count; c++)
        {
            Try(columns[c], c, rows, tried);
        }

        var singles = Believed(tried);
        foreach (var single in singles)
        {
            single.Select(columns, rows);
        }

        var distinct = Fold([.. singles.GroupBy(s => s.Ranges[0].Column).SelectMany(g => columns[g.Key].IsNumeric ? g.OrderByDescending(s => s.Association).Take(1) : g)]);
        var pairs = Pairs(columns, rows, distinct);
        return [.. Fold([.. distinct, .. pairs]).Take(MaxTold).Select(c => c.ToSlice())];
    }

    /// <summary>What sets a bad group of requests apart from a good one, best first.</summary>
    /// <param name="good">Attributes of each good request.</param>
    /// <param name="bad">Attributes of each bad one.</param>
    public static IReadOnlyList<Slice> Compare(IReadOnlyList<IReadOnlyDictionary<string, string>> good, IReadOnlyList<IReadOnlyDictionary<string, string>> bad)
    {
        ArgumentNullException.ThrowIfNull(good);
        ArgumentNullException.ThrowIfNull(bad);
        var all = good.Concat(bad).ToArray();
        var keys = all.SelectMany(r => r.Keys).GroupBy(k => k, StringComparer.Ordinal).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal)
            .Take(Limits.MaxStrataKeys).Select(g => g.Key).Order(StringComparer.Ordinal);
        var columns = keys.Select(key =>
        {
            var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
            var codes = all.Select(r => r.TryGetValue(key, out var value) ? numbers.TryGetValue(value, out var n) ? n : numbers[value] = numbers.Count : StratumColumn.Missing).ToArray();
            return StratumColumn.Of(key, [.. numbers.OrderBy(n => n.Value).Select(n => n.Key)], codes);
        }).ToArray();
        return Find(columns, [.. good.Select(_ => StratumRow.Good), .. bad.Select(_ => StratumRow.Bad)]);
    }

    private static void Try(StratumColumn column, int index, IReadOnlyList<StratumRow> rows, List<Candidate> tried)
    {
        // Per code: rows of each outcome. Place 0 is missing, code n is at n + 1.
        var counts = new int[column.Values.Count + 1, 5];
        for (var row = 0; row < rows.Count; row++)
        {
            var code = column.Codes[row];
            if (code >= StratumColumn.Missing)
            {
                counts[code + 1, (int)rows[row]]++;
            }
        }

        var total = Sum(counts, 0, column.Values.Count + 1);
        if (total.Window.Of < 2 * MinRequests || total.Window.Hits < MinBad)
        {
            return;
        }

        var present = Sum(counts, 1, column.Values.Count + 1);
        if (present.Window.Of == present.Window.Hits && present.Baseline.Of == 0)
        {
            // Nothing that went well ever carries it: it tells how it went wrong.
            return;
        }

        Add(0, 1, SliceCondition.MissingValue);
        for (var v = 0; v < column.Values.Count; v++)
        {
            if (!column.IsNumeric)
            {
                Add(v + 1, v + 2, column.Values[v]);
            }
            else if (v > 0)
            {
                Add(v + 1, column.Values.Count + 1, "≥ " + column.Values[v]);
                Add(1, v + 1, "< " + column.Values[v]);
            }
        }

        void Add(int from, int to, string value)
        {
            var (inside, baseline) = Sum(counts, from, to);
            if (inside.Of < MinRequests || inside.Of == total.Window.Of)
            {
                return;
            }

            tried.Add(new Candidate(
                [new Condition(index, from - 1, to - 1)], [new SliceCondition(index, column.Key, value)], inside,
                new Share(total.Window.Hits - inside.Hits, total.Window.Of - inside.Of), baseline,
                new Share(total.Baseline.Hits - baseline.Hits, total.Baseline.Of - baseline.Of)));
        }
    }

    private static (Share Window, Share Baseline) Sum(int[,] counts, int from, int to)
    {
        int good = 0, bad = 0, baselineGood = 0, baselineBad = 0;
        for (var i = from; i < to; i++)
        {
            good += counts[i, (int)StratumRow.Good];
            bad += counts[i, (int)StratumRow.Bad];
            baselineGood += counts[i, (int)StratumRow.BaselineGood];
            baselineBad += counts[i, (int)StratumRow.BaselineBad];
        }

        return (new Share(bad, good + bad), new Share(baselineBad, baselineGood + baselineBad));
    }

    private static List<Candidate> Believed(List<Candidate> tried)
    {
        var believed = new List<Candidate>();
        var rates = Proportions.FalseDiscoveryRates([.. tried.Select(t => Proportions.FisherGreater(t.Inside, t.Outside))]);
        for (var i = 0; i < tried.Count; i++)
        {
            tried[i].FalseDiscoveryRate = rates[i];
            if (rates[i] <= MaxFalseDiscoveryRate && Matters(tried[i]))
            {
                believed.Add(tried[i]);
            }
        }

        return believed;
    }

    private static bool Matters(Candidate c) =>
        c.Inside.Hits >= MinBad && c.Inside.Rate >= MinRatio * c.Outside.Rate && Proportions.Difference(c.Inside, c.Outside).Low >= MinDifference
        && (c.Baseline.Of < MinRequests
            || (c.Inside.Rate - c.Baseline.Rate >= MinDifference
                && c.Inside.Rate - c.Outside.Rate - (c.Baseline.Rate - c.BaselineOutside.Rate) >= MinDifference));

    private static List<Candidate> Pairs(IReadOnlyList<StratumColumn> columns, IReadOnlyList<StratumRow> rows, List<Candidate> singles)
    {
        var tried = new List<Candidate>();
        var top = singles.Take(MaxPaired).ToArray();
        for (var i = 0; i < top.Length; i++)
        {
            for (var j = i + 1; j < top.Length; j++)
            {
                var (first, second) = top[i].Ranges[0].Column < top[j].Ranges[0].Column ? (top[i], top[j]) : (top[j], top[i]);
                if (first.Ranges[0].Column != second.Ranges[0].Column && Pair(columns, rows, first, second) is { } pair)
                {
                    tried.Add(pair);
                }
            }
        }

        var believed = Believed(tried).Where(p =>
            p.Parents.All(h => p.Inside.Rate - h.Inside.Rate >= MinPairGain && p.Association - h.Association >= MinPairAssociation)).ToList();
        foreach (var pair in believed)
        {
            pair.Select(columns, rows);
        }

        return believed;
    }

    private static Candidate? Pair(IReadOnlyList<StratumColumn> columns, IReadOnlyList<StratumRow> rows, Candidate a, Candidate b)
    {
        Condition[] ranges = [a.Ranges[0], b.Ranges[0]];
        var counts = new int[2, 5];
        for (var row = 0; row < rows.Count; row++)
        {
            if (ranges.All(r => columns[r.Column].Codes[row] >= StratumColumn.Missing))
            {
                counts[ranges.All(r => r.Holds(columns, row)) ? 1 : 0, (int)rows[row]]++;
            }
        }

        var (inside, baseline) = Sum(counts, 1, 2);
        var (outside, baselineOutside) = Sum(counts, 0, 1);
        return inside.Of < MinRequests || outside.Of == 0
            ? null
            : new Candidate(ranges, [.. a.Conditions, .. b.Conditions], inside, outside, baseline, baselineOutside) { Parents = [a, b] };
    }

    /// <summary>Best first, each that selects the same requests as a better one folded into the one that says most.</summary>
    private static List<Candidate> Fold(List<Candidate> candidates)
    {
        var kept = new List<Candidate>();
        foreach (var candidate in candidates.OrderByDescending(c => c.Association).ThenBy(c => c.Conditions.Count).ThenBy(c => c.Name, StringComparer.Ordinal))
        {
            var same = kept.FindIndex(k => Same(k.Members, candidate.Members));
            if (same < 0)
            {
                kept.Add(candidate);
            }
            else if (candidate.Conditions.Count == kept[same].Conditions.Count && candidate.Association >= kept[same].Association - MinPairAssociation && SaysMore(candidate, kept[same]))
            {
                candidate.Folded.AddRange([kept[same].Name, .. kept[same].Folded]);
                kept[same] = candidate;
            }
            else
            {
                kept[same].Folded.Add(candidate.Name);
            }
        }

        return kept;
    }

    private static bool SaysMore(Candidate a, Candidate b)
    {
        var (first, second) = (Order(a), Order(b));
        return first < second || (first == second && a.Ranges[0].Column > b.Ranges[0].Column);
    }

    private static int Order(Candidate candidate) => candidate.Conditions.Max(c => c.Value == SliceCondition.MissingValue
        ? int.MaxValue
        : Preference.Where(p => c.Key.Contains(p.Part, StringComparison.OrdinalIgnoreCase)).Select(p => p.Order).DefaultIfEmpty(10).Min());

    private static bool Same(int[] a, int[] b)
    {
        if (Math.Min(a.Length, b.Length) < SameRequests * Math.Max(a.Length, b.Length))
        {
            return false;
        }

        int i = 0, j = 0, both = 0;
        while (i < a.Length && j < b.Length)
        {
            if (a[i] == b[j])
            {
                (i, j, both) = (i + 1, j + 1, both + 1);
            }
            else if (a[i] < b[j])
            {
                i++;
            }
            else
            {
                j++;
            }
        }

        return both >= SameRequests * (a.Length + b.Length - both);
    }

    /// <summary>Codes from <paramref name="From"/> (included) to <paramref name="To"/> (not included).</summary>
    private readonly record struct Condition(int Column, int From, int To)
    {
        public bool Holds(IReadOnlyList<StratumColumn> columns, int row)
        {
            var code = columns[Column].Codes[row];
            return code >= From && code < To;
        }
    }

    private sealed class Candidate(Condition[] ranges, IReadOnlyList<SliceCondition> conditions, Share inside, Share outside, Share baseline, Share baselineOutside)
    {
        public Condition[] Ranges { get; } = ranges;

        public IReadOnlyList<SliceCondition> Conditions { get; } = conditions;

        public Share Inside { get; } = inside;

        public Share Outside { get; } = outside;

        public Share Baseline { get; } = baseline;

        public Share BaselineOutside { get; } = baselineOutside;

        public double FalseDiscoveryRate { get; set; }

        public double Association { get; } = Proportions.Association(inside, outside);

        public Candidate[] Parents { get; init; } = [];

        public List<string> Folded { get; } = [];

        /// <summary>Rows of the window in the slice, ascending.</summary>
        public int[] Members { get; private set; } = [];

        public string Name { get; } = string.Join(" and ", conditions);

        private int[] BadRows { get; set; } = [];

        public void Select(IReadOnlyList<StratumColumn> columns, IReadOnlyList<StratumRow> rows)
        {
            Members = [.. Enumerable.Range(0, rows.Count).Where(r => rows[r] is StratumRow.Good or StratumRow.Bad && Ranges.All(c => c.Holds(columns, r)))];
            BadRows = [.. Members.Where(r => rows[r] == StratumRow.Bad)];
        }

        public Slice ToSlice() => new()
        {
            Conditions = Conditions,
            Inside = Inside,
            Outside = Outside,
            Baseline = Baseline,
            FalseDiscoveryRate = FalseDiscoveryRate,
            Folded = [.. Folded.Distinct(StringComparer.Ordinal).Take(MaxTold)],
            BadRows = BadRows,
        };
    }
}
