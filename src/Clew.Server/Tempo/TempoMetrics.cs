using System.Text.Json;
using Clew.Protocols.Tempo;
using Clew.Query.TraceQL;
using Clew.Server.Api;
using Clew.Telemetry;

namespace Clew.Server.Tempo;

/// <summary><c>/api/metrics/query_range</c> and <c>/api/metrics/query</c>: metrics of spans by TraceQL; and the same as streams over gRPC.</summary>
internal static class TempoMetrics
{
    /// <summary>How far back a question goes that does not say.</summary>
    private static readonly TimeSpan DefaultLookback = TimeSpan.FromHours(1);

    /// <summary>Steps of an answer when the question does not say how long one is; they get a round length.</summary>
    private const int UsualSteps = 120;

    /// <summary>Seconds of a step when the question does not say.</summary>
    private static readonly int[] RoundSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400];

    /// <summary>As many exemplars a question gets that asks for more.</summary>
    private const int MostExemplars = 1_000;

    /// <summary>Series of one message of a stream: with the longest of grids they stay below what clients take.</summary>
    private const int SeriesOfMessage = 10;

    private const long NanosecondsPerMillisecond = 1_000_000;

    public static async Task QueryRangeAsync(TempoAsking asking)
    {
        var (query, grid, limits) = RangeQuestion(asking);
        var answer = await asking.Engine.MetricsAsync(query, grid, limits, asking.Budget());
        await WriteAsync(asking, ToSeries(answer), (writer, series) =>
        {
            writer.WriteStartArray("samples"u8);
            foreach (var (milliseconds, value) in series.Samples)
            {
                writer.WriteStartObject();
                TempoJson.WriteLong(writer, "timestampMs"u8, milliseconds);
                WriteValue(writer, value);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            WriteExemplars(writer, series);
        });
    }

    public static async Task QueryAsync(TempoAsking asking)
    {
        var (query, grid, limits) = InstantQuestion(asking);
        var answer = await asking.Engine.MetricsAsync(query, grid, limits, asking.Budget());
        await WriteAsync(asking, ToInstants(answer), (writer, series) => WriteValue(writer, series.Samples[0].Value));
    }

    /// <summary>Sends the series as far as they are known, again and again, and the whole answer last.</summary>
    /// <param name="send">Takes a <c>QueryRangeResponse</c>.</param>
    public static async Task StreamRangeAsync(TempoAsking asking, Func<byte[], Task> send)
    {
        var (query, grid, limits) = RangeQuestion(asking);
        await foreach (var answer in asking.Engine.MetricsInPortionsAsync(query, grid, limits, asking.Budget()))
        {
            foreach (var part in ToSeries(answer).Chunk(SeriesOfMessage).DefaultIfEmpty([]))
            {
                await send(TempoMessageWriter.Range(part, new TempoWork(0, answer.IsComplete)));
            }
        }
    }

    /// <summary>As <see cref="StreamRangeAsync"/>, of one number each.</summary>
    /// <param name="send">Takes a <c>QueryInstantResponse</c>.</param>
    public static async Task StreamInstantAsync(TempoAsking asking, Func<byte[], Task> send)
    {
        var (query, grid, limits) = InstantQuestion(asking);
        await foreach (var answer in asking.Engine.MetricsInPortionsAsync(query, grid, limits, asking.Budget()))
        {
            foreach (var part in ToInstants(answer).Chunk(SeriesOfMessage).DefaultIfEmpty([]))
            {
                await send(TempoMessageWriter.Instant(part, new TempoWork(0, answer.IsComplete)));
            }
        }
    }

    private static (TraceQlQuery Query, StepGrid Grid, MetricsLimits Limits) RangeQuestion(TempoAsking asking)
    {
        var query = Query(asking);
        var range = Range(asking);
        return (query, StepGrid.Of(range, Step(asking, range)), asking.Limits.TraceQlMetrics with { Exemplars = Math.Min(asking.Whole("exemplars", 0, int.MaxValue) ?? 0, MostExemplars) });
    }

    private static (TraceQlQuery Query, StepGrid Grid, MetricsLimits Limits) InstantQuestion(TempoAsking asking) => (Query(asking), StepGrid.Whole(Range(asking)), asking.Limits.TraceQlMetrics);

    private static IEnumerable<TempoSeries> ToSeries(MetricAnswer answer) => answer.Series.Select(series => new TempoSeries(
        TempoJson.ToLabels(series.Labels),
        [.. Enumerable.Range(0, series.Values.Length).Where(step => !double.IsNaN(series.Values[step])).Select(step => (answer.Grid.TimeOf(step) / NanosecondsPerMillisecond, series.Values[step]))],
        [
            .. series.Exemplars.Select(exemplar => new TempoExemplar(
                [new TempoLabel("trace:id", TempoValue.Of(exemplar.TraceId.ToString()))], exemplar.Value, exemplar.Time / NanosecondsPerMillisecond)),
        ]));

    private static IEnumerable<TempoSeries> ToInstants(MetricAnswer answer) => ToSeries(answer).Where(series => series.Samples.Count > 0);

    private static Task WriteAsync(TempoAsking asking, IEnumerable<TempoSeries> answer, Action<Utf8JsonWriter, TempoSeries> writeValues) => TempoAnswer.WriteAsync(asking.Http, async (writer, sendAsync) =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("series"u8);
        foreach (var series in answer)
        {
            writer.WriteStartObject();
            writer.WriteStartArray("labels"u8);
            TempoJson.WriteLabels(writer, series.Labels);
            writer.WriteEndArray();
            writeValues(writer, series);
            writer.WriteEndObject();
            await sendAsync();
        }

        writer.WriteEndArray();
        TempoJson.WriteWork(writer, new TempoWork(0, IsComplete: true));
        writer.WriteEndObject();
    });

    private static void WriteExemplars(Utf8JsonWriter writer, TempoSeries series)
    {
        if (series.Exemplars.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("exemplars"u8);
        foreach (var exemplar in series.Exemplars)
        {
            writer.WriteStartObject();
            writer.WriteStartArray("labels"u8);
            TempoJson.WriteLabels(writer, exemplar.Labels);
            writer.WriteEndArray();
            WriteValue(writer, exemplar.Value);
            TempoJson.WriteLong(writer, "timestampMs"u8, exemplar.Milliseconds);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>Zero is left out, as every default is.</summary>
    private static void WriteValue(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value) && value != 0)
        {
            writer.WriteNumber("value"u8, value);
        }
        else if (double.IsInfinity(value))
        {
            writer.WriteString("value"u8, value > 0 ? "Infinity"u8 : "-Infinity"u8);
        }
    }

    private static TraceQlQuery Query(TempoAsking asking) => TempoAsking.Parse(asking.Text("q") ?? asking.Text("query") ?? throw PeerRefusal.BadRequest("invalid q: a TraceQL metrics query is required"));

    /// <summary><c>start</c> and <c>end</c>, or <c>since</c> until now.</summary>
    private static TimeRange Range(TempoAsking asking)
    {
        var end = asking.Time("end") ?? asking.Now;
        var since = asking.Duration("since") is { } nanoseconds ? TimeSpan.FromTicks(nanoseconds / 100) : DefaultLookback;
        var start = asking.Time("start") ?? end - since;
        return start < end ? new TimeRange(start, end) : throw PeerRefusal.BadRequest("invalid start: it must be before end");
    }

    private static TimeSpan Step(TempoAsking asking, TimeRange range)
    {
        if (asking.Text("step") is not { } text)
        {
            var seconds = range.Length.TotalSeconds / UsualSteps;
            return TimeSpan.FromSeconds(RoundSteps.FirstOrDefault(round => round >= seconds, RoundSteps[^1]));
        }

        if (double.TryParse(text, System.Globalization.NumberStyles.AllowDecimalPoint, System.Globalization.CultureInfo.InvariantCulture, out var number) && number is > 0 and < 1e9)
        {
            return TimeSpan.FromSeconds(number);
        }

        return asking.Duration("step") is > 0 and var length ? TimeSpan.FromTicks(Math.Max(1, length / 100)) : throw PeerRefusal.BadRequest("invalid step: it must be longer than 0");
    }
}
