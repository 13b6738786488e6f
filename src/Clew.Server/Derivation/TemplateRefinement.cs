using System.Text;
using Clew.Analysis.LogTemplates;
using Clew.Telemetry;

namespace Clew.Server.Derivation;

/// <summary>Compares the templates of a time with each other and with some of their lines (<see cref="TemplateRefiner"/>). What is stored stays as it is.</summary>
internal static class TemplateRefinement
{
    /// <summary>Templates compared, the most frequent ones. Comparing so many takes some hundredths of a second; what is rarer is not listed.</summary>
    public const int MostTemplates = 2_000;

    /// <summary>Lines are read of so many parts of the time, so that no single minute speaks for all.</summary>
    private const int Parts = 4;

    /// <summary>Lines read of each part, the newest ones. A template with few lines among them keeps the text that one line alone gives.</summary>
    private const int LinesOfPart = 1_000;

    /// <param name="templates">Ids and how many records have them.</param>
    /// <param name="where">Which records were counted.</param>
    /// <param name="range">From the first to the last of them.</param>
    /// <returns>The one with the most records first.</returns>
    public static async Task<IReadOnlyList<Refined>> RefineAsync(
        ITelemetryReader store, Tenant tenant, IReadOnlyList<(ulong Id, long Count)> templates, Predicate? where, TimeRange range, CancellationToken cancellation)
    {
        var known = (await store.GetLogTemplatesAsync(tenant, [.. templates.Select(template => template.Id)], cancellation)).ToDictionary(template => template.Id);
        var lines = templates.Count == 0 ? [] : await LinesAsync(store, tenant, where, range, cancellation);
        var samples = templates.Where(template => known.ContainsKey(template.Id))
            .Select(template => new TemplateSample(template.Id, known[template.Id].Text, template.Count, lines.GetValueOrDefault(template.Id) ?? []));

        // The text of an id may be gone, as after a disk was lost: such records are counted without one.
        var textless = templates.Where(template => !known.ContainsKey(template.Id))
            .Select(template => new Refined(new RefinedTemplate(string.Empty, [new TemplateSample(template.Id, string.Empty, template.Count, [])]), null));
        return [.. TemplateRefiner.Refine([.. samples])
            .Select(template => new Refined(template, template.Members.Min(member => known[member.Id].FirstSeen)))
            .Concat(textless)
            .OrderByDescending(refined => refined.Template.Members.Sum(member => member.Count)).ThenBy(refined => refined.Template.Members[0].Id)];
    }

    private static async Task<Dictionary<ulong, List<string>>> LinesAsync(ITelemetryReader store, Tenant tenant, Predicate? where, TimeRange range, CancellationToken cancellation)
    {
        var lines = new Dictionary<ulong, List<string>>();
        var templater = new LogTemplater();
        var length = range.End.UnixNanoseconds - range.Start.UnixNanoseconds;
        for (var part = 0; part < Parts; part++)
        {
            var from = new Timestamp(range.Start.UnixNanoseconds + (length / Parts * part));
            var to = part == Parts - 1 ? range.End : new Timestamp(range.Start.UnixNanoseconds + (length / Parts * (part + 1)));
            if (from >= to)
            {
                continue;
            }

            var batch = await store.FindLogsAsync(new RecordQuery(tenant, new TimeRange(from, to), where, LinesOfPart) { Parts = RecordParts.Core }, cancellation);
            for (var row = 0; row < batch.Count; row++)
            {
                if (!lines.TryGetValue(batch.Templates[row], out var some))
                {
                    lines.Add(batch.Templates[row], some = []);
                }

                if (some.Count < TemplateRefiner.LinesLookedAt)
                {
                    some.Add(Encoding.UTF8.GetString(templater.LineOf(batch.Arena.Get(batch.Bodies[row]))));
                }
            }
        }

        return lines;
    }

    /// <param name="FirstSeen">When the first of its templates came first of all.</param>
    internal sealed record Refined(RefinedTemplate Template, Timestamp? FirstSeen);
}
