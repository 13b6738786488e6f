using System.Globalization;
using System.Text.Json;
using Clew.Query.PromQL.Evaluation;
using Clew.Query.PromQL.Printing;
using Clew.Query.PromQL.Syntax;
using Clew.Server.Api;
using Microsoft.AspNetCore.Http;

namespace Clew.Server.Prometheus;

/// <summary><c>query</c>, <c>query_range</c>, <c>query_exemplars</c>, <c>format_query</c> and <c>parse_query</c>.</summary>
internal static class PromQlEndpoints
{
    public static async Task QueryAsync(PrometheusAsking asking)
    {
        var time = asking.Time("time") ?? asking.Now.UnixNanoseconds / 1_000_000;
        var result = await asking.Engine().InstantAsync(asking.Query(), time, asking.Budget);
        await WriteAsync(asking, result, time, 1);
    }

    public static async Task QueryRangeAsync(PrometheusAsking asking)
    {
        var (start, end) = (asking.RequiredTime("start"), asking.RequiredTime("end"));
        if (end < start)
        {
            throw PrometheusAsking.Invalid("end", "end timestamp must not be before start time");
        }

        var step = (long)(asking.Duration("step") ?? throw PrometheusAsking.Invalid("step", "cannot parse \"\" to a valid duration")).TotalMilliseconds;
        if (step <= 0)
        {
            throw PrometheusAsking.Invalid("step", "zero or negative query resolution step widths are not accepted. Try a positive integer");
        }

        if (((end - start) / step) + 1 > asking.Queries.Steps)
        {
            throw PeerRefusal.BadRequest(string.Create(
                CultureInfo.InvariantCulture, $"exceeded maximum resolution of {asking.Queries.Steps:N0} points per timeseries (limit query.steps). Try decreasing the query resolution (?step=XX)"));
        }

        var query = asking.Query();
        if (query.Type is not (ExpressionType.Scalar or ExpressionType.InstantVector))
        {
            throw PrometheusAsking.Invalid("query", $"invalid expression type \"{query.Type.Words()}\" for range query, must be Scalar or instant Vector");
        }

        await WriteAsync(asking, await asking.Engine().RangeAsync(query, start, end, step, asking.Budget), start, ((end - start) / step) + 1);
    }

    public static async Task ExemplarsAsync(PrometheusAsking asking)
    {
        var (start, end) = (asking.Time("start") ?? 0, asking.Time("end") ?? long.MaxValue);
        if (end < start)
        {
            throw PrometheusAsking.Invalid("end", "end timestamp must not be before start timestamp");
        }

        var found = new List<(Query.PromQL.Data.LabelSet Series, IReadOnlyList<Query.PromQL.Source.SeriesExemplar> Exemplars)>();
        var selectors = asking.Query().DescendantsAndSelf().OfType<VectorSelector>().DistinctBy(selector => string.Join(',', selector.Matchers)).ToArray();
        if (selectors.Length == 0)
        {
            asking.Http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        foreach (var selector in selectors)
        {
            var some = await asking.Catalogue.ExemplarsAsync(selector.Matchers, start, end, asking.Budget, asking.Cancellation);
            found.AddRange(some.Where(one => found.TrueForAll(known => known.Series != one.Series)));
        }

        await PrometheusAnswer.WriteAsync(asking.Http, async (writer, sendAsync) =>
        {
            writer.WriteStartArray();
            foreach (var (series, exemplars) in found)
            {
                writer.WriteStartObject();
                writer.WritePropertyName("seriesLabels"u8);
                SampleJson.WriteLabels(writer, series);
                writer.WriteStartArray("exemplars"u8);
                foreach (var exemplar in exemplars)
                {
                    writer.WriteStartObject();
                    writer.WritePropertyName("labels"u8);
                    SampleJson.WriteLabels(writer, exemplar.Labels);
                    writer.WriteString("value"u8, SampleJson.Number(exemplar.Value));
                    writer.WritePropertyName("timestamp"u8);
                    SampleJson.WriteTime(writer, exemplar.Time);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
                await sendAsync();
            }

            writer.WriteEndArray();
        });
    }

    public static Task FormatAsync(PrometheusAsking asking)
    {
        var text = PromQlLayout.Format(asking.Query());
        return PrometheusAnswer.WriteAsync(asking.Http, writer => writer.WriteStringValue(text));
    }

    public static Task ParseAsync(PrometheusAsking asking)
    {
        var query = asking.Query();
        return PrometheusAnswer.WriteAsync(asking.Http, writer => PromQlJson.Write(writer, query));
    }

    private static Task WriteAsync(PrometheusAsking asking, QueryResult result, long start, long steps)
    {
        var query = asking.Text("query") ?? string.Empty;
        var warnings = PrometheusAnswer.Remarks(result, AnnotationKind.Warning, query);
        if (asking.Limit < result.Series.Count && result.Type is ExpressionType.InstantVector or ExpressionType.RangeVector)
        {
            warnings.Add(PrometheusAnswer.Truncated);
        }

        return PrometheusAnswer.WriteAsync(
            asking.Http,
            async (writer, sendAsync) =>
            {
                writer.WriteStartObject();
                writer.WriteString("resultType"u8, TypeWord(result.Type));
                writer.WritePropertyName("result"u8);
                switch (result.Type)
                {
                    case ExpressionType.String:
                        writer.WriteStartArray();
                        SampleJson.WriteTime(writer, start);
                        writer.WriteStringValue(result.Text);
                        writer.WriteEndArray();
                        break;
                    case ExpressionType.Scalar:
                        SampleJson.Write(writer, result.Series[0].Samples[0]);
                        break;
                    default:
                        await WriteSeriesAsync(writer, result, asking.Limit ?? int.MaxValue, sendAsync);
                        break;
                }

                WriteStatistics(writer, asking, result, steps);
                writer.WriteEndObject();
            },
            warnings,
            PrometheusAnswer.Remarks(result, AnnotationKind.Info, query));
    }

    private static async Task WriteSeriesAsync(Utf8JsonWriter writer, QueryResult result, int limit, Func<Task> sendAsync)
    {
        const int Piece = 1 << 16;
        var isVector = result.Type == ExpressionType.InstantVector;
        writer.WriteStartArray();
        foreach (var series in result.Series.Take(limit))
        {
            writer.WriteStartObject();
            writer.WritePropertyName("metric"u8);
            SampleJson.WriteLabels(writer, series.Labels);
            if (isVector)
            {
                writer.WritePropertyName(series.Samples[0].Histogram is null ? "value"u8 : "histogram"u8);
                SampleJson.Write(writer, series.Samples[0]);
            }
            else
            {
                WriteSamples(writer, "values", series.Samples.Where(sample => sample.Histogram is null));
                WriteSamples(writer, "histograms", series.Samples.Where(sample => sample.Histogram is not null));
            }

            writer.WriteEndObject();
            if (writer.BytesPending > Piece)
            {
                await sendAsync();
            }
        }

        writer.WriteEndArray();
    }

    /// <summary>Nothing when there are none.</summary>
    private static void WriteSamples(Utf8JsonWriter writer, string name, IEnumerable<ResultSample> samples)
    {
        var isOpen = false;
        foreach (var sample in samples)
        {
            if (!isOpen)
            {
                writer.WriteStartArray(name);
                isOpen = true;
            }

            SampleJson.Write(writer, sample);
        }

        if (isOpen)
        {
            writer.WriteEndArray();
        }
    }

    /// <summary>What the request asked for by <c>stats</c>. Reading and computing are not told apart; samples are those that the query held.</summary>
    private static void WriteStatistics(Utf8JsonWriter writer, PrometheusAsking asking, QueryResult result, long steps)
    {
        if (asking.Text("stats") is not { } wanted)
        {
            return;
        }

        var seconds = asking.Budget.Elapsed.TotalSeconds;
        writer.WriteStartObject("stats"u8);
        writer.WriteStartObject("timings"u8);
        foreach (var name in (string[])["evalTotalTime", "resultSortTime", "queryPreparationTime", "innerEvalTime", "execQueueTime", "execTotalTime"])
        {
            writer.WriteNumber(name, name is "evalTotalTime" or "innerEvalTime" or "execTotalTime" ? seconds : 0);
        }

        writer.WriteEndObject();
        writer.WriteStartObject("samples"u8);
        writer.WriteNumber("totalQueryableSamples"u8, asking.Budget.SamplesTaken);
        writer.WriteNumber("peakSamples"u8, asking.Budget.SamplesTaken);
        if (wanted == "all")
        {
            // By the steps of the answer: what each of them has.
            writer.WriteStartArray("totalQueryableSamplesPerStep"u8);
            foreach (var step in result.Series.SelectMany(series => series.Samples).GroupBy(sample => sample.Time).OrderBy(step => step.Key).Take((int)Math.Min(int.MaxValue, steps)))
            {
                writer.WriteStartArray();
                SampleJson.WriteTime(writer, step.Key);
                writer.WriteNumberValue(step.Count());
                writer.WriteEndArray();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static ReadOnlySpan<byte> TypeWord(ExpressionType type) => type switch
    {
        ExpressionType.Scalar => "scalar"u8,
        ExpressionType.String => "string"u8,
        ExpressionType.RangeVector => "matrix"u8,
        _ => "vector"u8,
    };
}
