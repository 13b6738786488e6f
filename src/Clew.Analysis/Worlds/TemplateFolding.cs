using Clew.Analysis.LogTemplates;

namespace Clew.Analysis.Worlds;

/// <summary>
/// Makes one template of those that are one statement by the same comparison as lists of log templates use (<see cref="TemplateRefiner"/>): mined line by line, "login of alice
/// failed" and "login of bob failed" are two. Statements that records place in the code at different lines, and errors and others, are never made one.
/// </summary>
internal static class TemplateFolding
{
    public static World Apply(World world)
    {
        var counts = new long[world.Templates.Count];
        foreach (var rate in world.LogRates)
        {
            counts[rate.Template] += rate.Counts.Sum(c => (long)c);
        }

        var texts = new Dictionary<int, (string Text, int[] Members)>();
        foreach (var alike in Enumerable.Range(0, world.Templates.Count).GroupBy(t => (world.Templates[t].Location, world.Templates[t].IsError)))
        {
            foreach (var refined in TemplateRefiner.Refine([.. alike.Select(t => new TemplateSample((ulong)t, world.Templates[t].Text, counts[t], []))]).Where(r => r.Members.Count > 1))
            {
                int[] members = [.. refined.Members.Select(m => (int)m.Id).Order()];
                texts[members[0]] = (refined.Text, members);
            }
        }

        return texts.Count == 0 ? world : Folded(world, texts);
    }

    private static World Folded(World world, Dictionary<int, (string Text, int[] Members)> folds)
    {
        var gone = folds.SelectMany(f => f.Value.Members.Skip(1).Select(m => (Member: m, Kept: f.Key))).ToDictionary(m => m.Member, m => m.Kept);
        var numbers = new int[world.Templates.Count];
        var templates = new List<WorldTemplate>();
        for (var t = 0; t < numbers.Length; t++)
        {
            if (!gone.ContainsKey(t))
            {
                numbers[t] = templates.Count;
                templates.Add(folds.TryGetValue(t, out var fold) ? Joined(fold.Text, [.. fold.Members.Select(m => world.Templates[m])]) : world.Templates[t]);
            }
        }

        foreach (var (member, kept) in gone)
        {
            numbers[member] = numbers[kept];
        }

        return world with
        {
            Templates = templates,
            Traces = [.. world.Traces.Select(t => t.Logs.Count == 0 ? t : t with { Logs = [.. t.Logs.Select(l => l with { Template = numbers[l.Template] })] })],
            LogRates = [.. world.LogRates.GroupBy(r => (r.Service, Template: numbers[r.Template])).OrderBy(g => g.Key).Select(g => Sum(g.Key.Service, g.Key.Template, [.. g]))],
            LogNumbers = [.. world.LogNumbers.GroupBy(n => (n.Service, Template: numbers[n.Template], n.Name)).Select(g =>
                new WorldLogNumber(g.Key.Service, g.Key.Template, g.Key.Name, Thinned([.. g.SelectMany(n => n.Window)]), Thinned([.. g.SelectMany(n => n.Baseline)])))],
            Fullness = [.. world.Fullness.Select(f => f with { Template = numbers[f.Template] })],
            LogEvents = [.. world.LogEvents.Select(e => e with { Template = numbers[e.Template] })],
        };
    }

    private static WorldTemplate Joined(string text, WorldTemplate[] members) => members[0] with
    {
        Text = text,
        Severity = members.Max(m => m.Severity),
        Example = members.Select(m => m.Example).FirstOrDefault(e => e.Length > 0, ""),
        Clues = [.. members.SelectMany(m => m.Clues).Distinct(StringComparer.Ordinal).Take(Limits.MaxClues)],
    };

    private static WorldLogRate Sum(int service, int template, WorldLogRate[] rates) => rates.Length == 1
        ? rates[0] with { Template = template }
        : new WorldLogRate(
            service, template, [.. Enumerable.Range(0, rates[0].Counts.Count).Select(i => rates.Sum(r => r.Counts[i]))],
            rates.Select(r => r.FirstInWindow).Where(f => f > 0).DefaultIfEmpty(0).Min());

    private static double[] Thinned(double[] values) => values.Length <= Limits.MaxSampledNumbers
        ? values
        : [.. Enumerable.Range(0, Limits.MaxSampledNumbers).Select(i => values[(int)((long)i * values.Length / Limits.MaxSampledNumbers)])];
}
