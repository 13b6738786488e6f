using System.Text.Json;
using Clew.Query.LogQL;
using Clew.Query.PromQL.Data;

namespace Clew.Server.Loki;

/// <summary><c>/loki/api/v1/query</c> and <c>/loki/api/v1/query_range</c>: LogQL at a moment or over a range.</summary>
internal static class LokiQueries
{
    /// <summary>Streams or series between two pieces of an answer.</summary>
    private const int Piece = 50;

    private static readonly TimeSpan UsualRange = TimeSpan.FromHours(1);

    public static async Task QueryAsync(LokiAsking asking)
    {
        var query = asking.Query();
        asking.Limit();
        asking.Direction();
        var source = asking.Source();
        var budget = asking.Budget();
        var answer = await new LogQlEngine(source.Lines, asking.Clock).InstantAsync(query, (asking.Time("time") ?? asking.Now).UnixNanoseconds, budget);
        await WriteAsync(asking, answer, source.BytesRead, budget.Elapsed);
    }

    public static async Task QueryRangeAsync(LokiAsking asking)
    {
        var query = asking.Query();
        var range = asking.Range(UsualRange);
        var request = new LogQlRequest(range.Start.UnixNanoseconds, range.End.UnixNanoseconds, query.Metric is null ? 1 : asking.Step(range))
        {
            Limit = asking.Limit(),
            Direction = asking.Direction(),
            Interval = asking.Duration("interval") ?? 0,
        };
        var source = asking.Source();
        var budget = asking.Budget();
        var answer = await new LogQlEngine(source.Lines, asking.Clock).RangeAsync(query, request, budget);
        await WriteAsync(asking, answer, source.BytesRead, budget.Elapsed);
    }

    private static Task WriteAsync(LokiAsking asking, LogQlResult answer, long bytes, TimeSpan elapsed) => LokiAnswer.WriteAsync(asking.Http, async (writer, sendAsync) =>
    {
        writer.WriteString("status"u8, "success"u8);
        writer.WriteStartObject("data"u8);
        writer.WriteString("resultType"u8, answer.Type switch
        {
            LogQlResultType.Streams => "streams"u8,
            LogQlResultType.Vector => "vector"u8,
            LogQlResultType.Matrix => "matrix"u8,
            _ => "scalar"u8,
        });
        if (answer.Type == LogQlResultType.Streams && asking.Categorizes)
        {
            writer.WriteStartArray("encodingFlags"u8);
            writer.WriteStringValue("categorize-labels"u8);
            writer.WriteEndArray();
        }

        writer.WritePropertyName("result"u8);
        if (answer.Type == LogQlResultType.Scalar)
        {
            LokiJson.WriteSample(writer, answer.Series[0].Samples[0].Time, answer.Series[0].Samples[0].Value);
        }
        else if (answer.Type == LogQlResultType.Streams)
        {
            await WriteStreamsAsync(writer, sendAsync, answer.Lines, asking.Categorizes);
        }
        else
        {
            await WriteSeriesAsync(writer, sendAsync, answer);
        }

        LokiJson.WriteStats(writer, answer.EntriesRead, bytes, answer.Lines.Count, elapsed);
        writer.WriteEndObject();
    });

    private static async Task WriteSeriesAsync(Utf8JsonWriter writer, Func<Task> sendAsync, LogQlResult answer)
    {
        writer.WriteStartArray();
        for (var i = 0; i < answer.Series.Count; i++)
        {
            LokiJson.WriteSeries(writer, answer.Series[i].Labels, answer.Series[i].Samples, answer.Type == LogQlResultType.Vector);
            if (i % Piece == Piece - 1)
            {
                await sendAsync();
            }
        }

        writer.WriteEndArray();
    }

    /// <summary>Lines under their labels, streams by labels, lines in the order asked for.</summary>
    internal static async Task WriteStreamsAsync(Utf8JsonWriter writer, Func<Task> sendAsync, IReadOnlyList<LogQlResultLine> lines, bool categorizes)
    {
        writer.WriteStartArray();
        foreach (var stream in lines.GroupBy(line => categorizes ? line.Labels.Stream : line.Labels.All).OrderBy(stream => stream.Key))
        {
            WriteStream(writer, stream.Key, stream, categorizes);
            await sendAsync();
        }

        writer.WriteEndArray();
    }

    private static void WriteStream(Utf8JsonWriter writer, LabelSet labels, IEnumerable<LogQlResultLine> lines, bool categorizes)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("stream"u8);
        LokiJson.WriteLabels(writer, labels);
        writer.WriteStartArray("values"u8);
        foreach (var line in lines)
        {
            LokiJson.WriteLine(writer, line, categorizes);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
