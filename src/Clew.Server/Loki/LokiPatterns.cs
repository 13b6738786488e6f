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
        var stretches = await asking.Streams.TemplatesAsync(asking.Matchers(isRequired: true), range, TimeSpan.FromTicks(Math.Max(1, asking.Step(range) / 100)), asking.Cancellation);
        var frequent = stretches.GroupBy(stretch => stretch.Template).OrderByDescending(template => template.Sum(stretch => stretch.Entries)).ThenBy(template => template.Key).Take(Most).ToArray();
        var texts = (await asking.Store.GetLogTemplatesAsync(asking.Tenant, [.. frequent.Select(template => template.Key)], asking.Cancellation))
            .DistinctBy(template => template.Id).ToDictionary(template => template.Id, template => Pattern(template.Text));
        await LokiAnswer.WriteDataAsync(asking.Http, writer =>
        {
            writer.WriteStartArray();
            foreach (var template in frequent.Where(template => texts.ContainsKey(template.Key)))
            {
                writer.WriteStartObject();
                writer.WriteString("pattern"u8, texts[template.Key]);
                writer.WriteStartArray("samples"u8);
                foreach (var stretch in template.OrderBy(stretch => stretch.Start))
                {
                    writer.WriteStartArray();
                    writer.WriteNumberValue(stretch.Start.UnixNanoseconds / 1_000_000_000);
                    writer.WriteNumberValue(stretch.Entries);
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
