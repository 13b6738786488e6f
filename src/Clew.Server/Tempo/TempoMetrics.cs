using System.Text.Json;
using Clew.Query.TraceQL;
using Clew.Server.Api;
using Clew.Telemetry;

namespace Clew.Server.Tempo;

/// <summary><c>/api/metrics/query_range</c> and <c>/api/metrics/query</c>: metrics of spans by TraceQL.</summary>
internal static class TempoMetrics
{
    /// <summary>How far back a question goes that does not say.</summary>
    private static readonly TimeSpan DefaultLookback = TimeSpan.FromHours(1);

    /// <summary>Steps of an answer when the question does not say how long one is; they get a round length.</summary>
    private const int UsualSteps = 120;

    /// <summary>Seconds of a step when the question does not say.</summary>
    private static readonly int[] RoundSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400];

    private const int MostExemplars = 1_000;

    public static async Task QueryRangeAsync(TempoAsking asking)
    {
        var query = Query(asking);
        var range = Range(asking);
        var limits = new MetricsLimits { Exemplars = asking.Whole("exemplars", 0, MostExemplars) ?? 0 };
        var answer = await asking.Engine.MetricsAsync(query, StepGrid.Of(range, Step(asking, range)), limits, asking.Budget());
        await WriteAsync(asking, answer, (writer, series) =>
        {
            writer.WriteStartArray("samples"u8);
            for (var step = 0; step < series.Values.Length; step++)
            {
                if (double.IsNaN(series.Values[step]))
                {
                    continue;
                }

                writer.WriteStartObject();
                TempoJson.WriteLong(writer, "timestampMs"u8, answer.Grid.TimeOf(step) / 1_000_000);
                WriteValue(writer, series.Values[step]);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            WriteExemplars(writer, series);
        });
    }

    public static async Task QueryAsync(TempoAsking asking)
    {
        var answer = await asking.Engine.MetricsAsync(Query(asking), StepGrid.Whole(Range(asking)), new MetricsLimits(), asking.Budget());
        await WriteAsync(asking, answer with { Series = [.. answer.Series.Where(series => !double.IsNaN(series.Values[0]))] }, (writer, series) => WriteValue(writer, series.Values[0]));
    }

    private static Task WriteAsync(TempoAsking asking, MetricAnswer answer, Action<Utf8JsonWriter, MetricSeries> writeValues) => TempoAnswer.WriteAsync(asking.Http, async (writer, sendAsync) =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("series"u8);
        foreach (var series in answer.Series)
        {
            writer.WriteStartObject();
            writer.WriteStartArray("labels"u8);
            foreach (var (key, value) in series.Labels)
            {
                TempoJson.WriteKeyValue(writer, key, value);
            }

            writer.WriteEndArray();
            writeValues(writer, series);
            writer.WriteEndObject();
            await sendAsync();
        }

        writer.WriteEndArray();
        TempoJson.WriteMetrics(writer, traces: 0, isComplete: true);
        writer.WriteEndObject();
    });

    private static void WriteExemplars(Utf8JsonWriter writer, MetricSeries series)
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
            TempoJson.WriteKeyValue(writer, "trace:id", TraceValue.Of(exemplar.TraceId.ToString()));
            writer.WriteEndArray();
            WriteValue(writer, exemplar.Value);
            TempoJson.WriteLong(writer, "timestampMs"u8, exemplar.Time / 1_000_000);
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
