using System.Globalization;
using System.Text;
using Clew.Query.Language;
using Clew.Server.Api;

namespace Clew.Server.Prometheus;

/// <summary><c>series</c>, <c>labels</c>, <c>label/{name}/values</c> and <c>metadata</c>.</summary>
internal static class SeriesEndpoints
{
    public static async Task ListAsync(PrometheusAsking asking)
    {
        var series = await asking.Catalogue.SeriesAsync(asking.Selections(isRequired: true), asking.Active(), asking.Budget, asking.Cancellation);
        await PrometheusAnswer.WriteAsync(
            asking.Http,
            async (writer, sendAsync) =>
            {
                writer.WriteStartArray();
                foreach (var labels in asking.Limit is { } limit ? series.Take(limit) : series)
                {
                    SampleJson.WriteLabels(writer, labels);
                    if (writer.BytesPending > 1 << 16)
                    {
                        await sendAsync();
                    }
                }

                writer.WriteEndArray();
            },
            asking.Limit < series.Count ? [PrometheusAnswer.Truncated] : null);
    }

    public static async Task LabelsAsync(PrometheusAsking asking) => await PrometheusAnswer.WriteTextsAsync(
        asking, await asking.Catalogue.LabelNamesAsync(asking.Selections(isRequired: false), asking.Active(), asking.Budget, asking.Cancellation));

    public static async Task LabelValuesAsync(PrometheusAsking asking)
    {
        var name = Unescaped(asking.Http.Request.RouteValues["name"] as string ?? string.Empty);
        if (name.Length == 0 || !QuotedText.IsValid(name))
        {
            throw PeerRefusal.BadRequest($"invalid label name: {QuotedText.Quote(name)}");
        }

        await PrometheusAnswer.WriteTextsAsync(asking, await asking.Catalogue.LabelValuesAsync(name, asking.Selections(isRequired: false), asking.Active(), asking.Budget, asking.Cancellation));
    }

    public static async Task MetadataAsync(PrometheusAsking asking)
    {
        var (limit, perMetric) = (Count(asking, "limit"), Count(asking, "limit_per_metric"));
        var known = await asking.Catalogue.MetadataAsync(asking.Cancellation);
        var wanted = asking.Text("metric") is { } metric ? known.Where(pair => pair.Key == metric) : known;
        await PrometheusAnswer.WriteAsync(asking.Http, async (writer, sendAsync) =>
        {
            writer.WriteStartObject();
            foreach (var (name, all) in limit is { } most ? wanted.Take(most) : wanted)
            {
                writer.WriteStartArray(name);
                foreach (var one in perMetric is { } some ? all.Take(some) : all)
                {
                    writer.WriteStartObject();
                    writer.WriteString("type"u8, one.Type);
                    writer.WriteString("help"u8, one.Help);
                    writer.WriteString("unit"u8, one.Unit);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                if (writer.BytesPending > 1 << 16)
                {
                    await sendAsync();
                }
            }

            writer.WriteEndObject();
        });
    }

    /// <summary>Zero and negative numbers set no limit.</summary>
    private static int? Count(PrometheusAsking asking, string name) => asking.Text(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count) ? count > 0 ? count : null
        : throw PeerRefusal.BadRequest($"{name} must be a number");

    /// <summary>
    /// A label's name in a path. Names that a path cannot carry are written as <c>U__</c> and the name with <c>__</c> for an underscore and <c>_1f600_</c> for any other
    /// character that is no letter or digit (Prometheus, "UTF-8 escaping schemes").
    /// </summary>
    private static string Unescaped(string name)
    {
        if (!name.StartsWith("U__", StringComparison.Ordinal))
        {
            return name;
        }

        var text = new StringBuilder();
        for (var i = 3; i < name.Length; i++)
        {
            if (name[i] != '_')
            {
                text.Append(name[i]);
                continue;
            }

            var end = name.IndexOf('_', i + 1);
            if (end == i + 1)
            {
                text.Append('_');
            }
            else if (end > 0 && int.TryParse(name.AsSpan(i + 1, end - i - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) && Rune.IsValid(code))
            {
                text.Append(new Rune(code).ToString());
            }
            else
            {
                return name;
            }

            i = end;
        }

        return text.ToString();
    }
}
