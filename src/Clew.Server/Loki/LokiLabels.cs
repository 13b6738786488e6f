using Clew.Query.LogQL.Parsing;
using Clew.Query.LogQL.Stored;
using Clew.Query.PromQL.Syntax;
using Clew.Server.Api;
using Microsoft.AspNetCore.Routing;

namespace Clew.Server.Loki;

/// <summary><c>labels</c>, <c>label/{name}/values</c>, <c>series</c> and <c>detected_labels</c>: the streams there are and the labels they have.</summary>
internal static class LokiLabels
{
    private static readonly TimeSpan UsualRange = TimeSpan.FromHours(6);

    public static async Task NamesAsync(LokiAsking asking) => await LokiAnswer.WriteNamesAsync(asking.Http, await NamesOfAsync(asking));

    public static async Task ValuesAsync(LokiAsking asking) => await LokiAnswer.WriteNamesAsync(asking.Http, await ValuesOfAsync(asking));

    /// <summary>The names of labels that the streams asked about have, in order.</summary>
    public static async Task<IEnumerable<string>> NamesOfAsync(LokiAsking asking)
    {
        var streams = await StreamsAsync(asking, Selectors(asking));
        return streams.SelectMany(stream => stream.Labels.Pairs).Select(label => label.Key).Distinct().Order(StringComparer.Ordinal);
    }

    /// <summary>The values that the label in the path has in the streams asked about, in order.</summary>
    public static async Task<IEnumerable<string>> ValuesOfAsync(LokiAsking asking)
    {
        var name = (string)asking.Http.GetRouteValue("name")!;
        var streams = await StreamsAsync(asking, Selectors(asking));
        return streams.Select(stream => stream.Labels[name]).Where(value => value.Length > 0).Distinct().Order(StringComparer.Ordinal);
    }

    public static async Task SeriesAsync(LokiAsking asking)
    {
        var selectors = asking.Values("match[]").Concat(asking.Values("match")).ToArray();
        if (selectors.Length == 0)
        {
            throw PeerRefusal.BadRequest("0 matcher groups supplied: a selector such as {app=\"shop\"} is needed in match[]");
        }

        var matchers = selectors.Select(selector => selector == "{}" ? [] : LokiAsking.Parsed(selector, LogQlParser.ParseMatchers)).ToArray();
        var streams = await StreamsAsync(asking, matchers);
        await LokiAnswer.WriteDataAsync(asking.Http, writer =>
        {
            writer.WriteStartArray();
            foreach (var stream in streams)
            {
                LokiJson.WriteLabels(writer, stream.Labels);
            }

            writer.WriteEndArray();
        });
    }

    public static async Task DetectedAsync(LokiAsking asking)
    {
        var streams = await StreamsAsync(asking, Selectors(asking));
        await LokiAnswer.WriteAsync(asking.Http, writer =>
        {
            writer.WriteStartArray("detectedLabels"u8);
            foreach (var label in streams.SelectMany(stream => stream.Labels.Pairs).GroupBy(label => label.Key).OrderBy(label => label.Key, StringComparer.Ordinal))
            {
                writer.WriteStartObject();
                writer.WriteString("label"u8, label.Key);
                writer.WriteNumber("cardinality"u8, label.Select(pair => pair.Value).Distinct().Count());
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static IReadOnlyList<IReadOnlyList<LabelMatcher>> Selectors(LokiAsking asking) => asking.Matchers(isRequired: false) is { Count: > 0 } matchers ? [matchers] : [];

    private static Task<IReadOnlyList<StreamVolume>> StreamsAsync(LokiAsking asking, IReadOnlyList<IReadOnlyList<LabelMatcher>> selectors) =>
        asking.Streams.VolumesAsync(selectors, asking.Range(UsualRange), withBytes: false);
}
