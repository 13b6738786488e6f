using Clew.Analysis.LogTemplates;
using Clew.Server.Derivation;

namespace Clew.Server.Loki;

/// <summary><c>patterns</c>: the templates that Clew found in the logs, in Loki's spelling, with their counts over time.</summary>
internal static class LokiPatterns
{
    /// <summary>Patterns of an answer, the most frequent ones. A screen shows no more.</summary>
    private const int Most = 300;

    private const string Placeholder = "<_>";

    private static readonly TimeSpan UsualRange = TimeSpan.FromHours(1);

    public static async Task FindAsync(LokiAsking asking)
    {
        var range = asking.Range(UsualRange);
        var stretches = await asking.Streams.TemplatesAsync(asking.Matchers(isRequired: true), range, TimeSpan.FromTicks(Math.Max(1, asking.Step(range) / 100)));
        var counts = stretches.GroupBy(stretch => stretch.Template).ToDictionary(template => template.Key, template => template.Sum(stretch => stretch.Entries));
        var compared = counts.OrderByDescending(template => template.Value).ThenBy(template => template.Key).Take(TemplateRefinement.MostTemplates).Select(template => template.Key).ToArray();
        var known = new List<Telemetry.LogTemplate>();
        foreach (var tenant in asking.Tenants)
        {
            known.AddRange(await asking.Store.GetLogTemplatesAsync(tenant, compared, asking.Cancellation));
        }

        var patterns = TemplateRefiner.Refine([.. known.DistinctBy(template => template.Id).Select(template => new TemplateSample(template.Id, template.Text, counts[template.Id], []))]);
        var entries = stretches.ToLookup(stretch => stretch.Template);
        await LokiAnswer.WriteDataAsync(asking.Http, writer =>
        {
            writer.WriteStartArray();
            foreach (var pattern in patterns.Take(Most))
            {
                writer.WriteStartObject();
                writer.WriteString("pattern"u8, Pattern(pattern.Text));
                writer.WriteStartArray("samples"u8);
                foreach (var stretch in pattern.Members.SelectMany(member => entries[member.Id]).GroupBy(stretch => stretch.Start).OrderBy(stretch => stretch.Key))
                {
                    writer.WriteStartArray();
                    writer.WriteNumberValue(stretch.Key.UnixNanoseconds / 1_000_000_000);
                    writer.WriteNumberValue(stretch.Sum(one => one.Entries));
                    writer.WriteEndArray();
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    /// <summary>Two placeholders side by side are one: a pattern may not have them.</summary>
    private static string Pattern(string template)
    {
        var pattern = template.Replace("<*>", Placeholder, StringComparison.Ordinal);
        while (pattern.Contains(Placeholder + Placeholder, StringComparison.Ordinal))
        {
            pattern = pattern.Replace(Placeholder + Placeholder, Placeholder, StringComparison.Ordinal);
        }

        return pattern;
    }
}
