using System.Text.Json;
using Clew.Query.Language;
using Clew.Query.LogQL;
using Clew.Query.LogQL.Parsing;
using Clew.Server.Api;

namespace Clew.Server.Loki;

/// <summary>
/// What Loki answered under <c>/api/prom</c> before it had an API of its own version, and older scripts still ask for (grafana.com/docs/loki, HTTP API, "Deprecated endpoints"):
/// lines with their labels in one text, and names without an envelope.
/// </summary>
internal static class LokiOlderApi
{
    private static readonly TimeSpan UsualRange = TimeSpan.FromHours(1);

    /// <summary><c>query</c>: lines over a range; <c>regexp</c> leaves out those that do not match.</summary>
    public static async Task QueryAsync(LokiAsking asking)
    {
        var text = asking.Value("query") ?? throw PeerRefusal.BadRequest("parse error : syntax error: unexpected $end");
        var query = LokiAsking.Parsed(asking.Value("regexp") is { } pattern ? $"{text} |~ {QuotedText.Quote(pattern)}" : text, LogQlParser.Parse);
        if (query.Logs is null)
        {
            throw PeerRefusal.BadRequest("legacy endpoints only support streams result type: a query that makes numbers is answered at /loki/api/v1/query_range");
        }

        var range = asking.Range(UsualRange);
        var request = new LogQlRequest(range.Start.UnixNanoseconds, range.End.UnixNanoseconds, 1) { Limit = asking.Limit(), Direction = asking.Direction() };
        var source = asking.Source();
        var budget = asking.Budget();
        var answer = await new LogQlEngine(source.Lines, asking.Clock).RangeAsync(query, request, budget);
        await LokiAnswer.WriteAsync(asking.Http, async (writer, sendAsync) =>
        {
            writer.WritePropertyName("streams"u8);
            await WriteStreamsAsync(writer, sendAsync, answer.Lines);
            LokiJson.WriteStats(writer, answer.EntriesRead, source.BytesRead, answer.Lines.Count, budget.Elapsed);
        });
    }

    /// <summary>Lines under their labels, which are one text; streams by labels, lines in the order asked for.</summary>
    internal static async Task WriteStreamsAsync(Utf8JsonWriter writer, Func<Task> sendAsync, IReadOnlyList<LogQlResultLine> lines)
    {
        writer.WriteStartArray();
        foreach (var stream in lines.GroupBy(line => line.Labels.All).OrderBy(stream => stream.Key))
        {
            writer.WriteStartObject();
            writer.WriteString("labels"u8, stream.Key.ToString());
            writer.WriteStartArray("entries"u8);
            foreach (var line in stream)
            {
                writer.WriteStartObject();
                writer.WriteString("ts"u8, new Telemetry.Timestamp(line.Time).ToString());
                writer.WriteString("line"u8, line.Line);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
            await sendAsync();
        }

        writer.WriteEndArray();
    }

    public static async Task NamesAsync(LokiAsking asking) => await WriteAsync(asking, await LokiLabels.NamesOfAsync(asking));

    public static async Task ValuesAsync(LokiAsking asking) => await WriteAsync(asking, await LokiLabels.ValuesOfAsync(asking));

    private static Task WriteAsync(LokiAsking asking, IEnumerable<string> names) => LokiAnswer.WriteAsync(asking.Http, writer =>
    {
        writer.WriteStartArray("values"u8);
        foreach (var name in names)
        {
            writer.WriteStringValue(name);
        }

        writer.WriteEndArray();
    });
}
