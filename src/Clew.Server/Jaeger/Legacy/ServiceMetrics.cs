using System.Text.Json;
using Clew.Server.Api;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Clew.Server.Jaeger.Legacy;

/// <summary>What Jaeger's page "Monitor" shows of services and their operations.</summary>
internal enum ServiceMetricKind
{
    /// <summary>Spans per second.</summary>
    Calls,

    /// <summary>The part of the spans that has status error, from 0 to 1.</summary>
    Errors,

    /// <summary>A quantile of durations, in milliseconds.</summary>
    Latencies,
}

/// <summary>
/// <c>/api/metrics/…</c>, computed from the spans themselves: calls, errors and latencies over the window before each point. Quantiles are estimated as
/// Prometheus does from a histogram, with bounds a factor of √2 apart: an estimate lies in the bucket of the true value.
/// </summary>
internal static class ServiceMetrics
{
    private const string Bucket = "bucket";
    private const string Count = "count";
    private const string Failed = "failed";
    private const double NanosecondsPerMillisecond = 1e6;
    private const double NanosecondsPerSecond = 1e9;

    /// <summary>Rows that are read from the store for one answer: groups times steps. About 500 bytes each. Beyond: 422.</summary>
    private const int MostRows = 200_000;

    /// <summary>Smallest step that makes sense to ask for, in milliseconds.</summary>
    private const int LeastStep = 1;

    private static readonly Field Service = Field.Intrinsic(Intrinsics.Service);
    private static readonly Field Name = Field.Intrinsic(Intrinsics.Name);

    /// <summary>Upper bounds in nanoseconds, from 64 µs to about 18 minutes.</summary>
    private static readonly long[] Bounds = [.. Enumerable.Range(0, 49).Select(i => (long)Math.Round(64_000 * Math.Pow(2, i / 2.0)))];

    public static async Task AnswerAsync(PeerAsking asking, ServiceMetricKind kind)
    {
        var parameters = ServiceMetricsParameters.Read(asking, hasQuantile: kind == ServiceMetricKind.Latencies);
        var table = await asking.Store.ReadAsync(Plan(asking.Tenant, parameters, kind), asking.Cancellation);
        if (table.RowCount > MostRows)
        {
            throw new QueryLimitException("jaeger.metric_rows", $"The answer is made of more than {MostRows} numbers (limit jaeger.metric_rows); ask for fewer services, a longer step or less time.");
        }

        await JsonAnswer.WriteAsync(asking.Http, StatusCodes.Status200OK, "application/json", isIndented: false, (writer, sendAsync) => WriteAsync(writer, sendAsync, table, parameters, kind));
    }

    /// <summary>The smallest step in milliseconds, in the usual wrapping.</summary>
    public static Task AnswerLeastStepAsync(PeerAsking asking) => LegacyAnswer.WriteAsync(asking, total: 0, static writer => writer.WriteNumberValue(LeastStep));

    private static ReadPlan Plan(Tenant tenant, ServiceMetricsParameters parameters, ServiceMetricKind kind) => new(tenant, Dataset.Spans, parameters.Range)
    {
        Where = Predicate.AllOf(
            new InPredicate(Service, [.. parameters.Services.Select(Literal.String)]),
            new InPredicate(Field.Intrinsic(Intrinsics.Kind), [.. parameters.Kinds.Select(one => Literal.Int((int)one))])),
        GroupBy = parameters.ByOperation ? [Service, Name] : [Service],
        Step = TimeSpan.FromTicks(parameters.Step / 100),
        Aggregates = kind switch
        {
            ServiceMetricKind.Calls => [Aggregate.Count(Count)],
            ServiceMetricKind.Errors =>
            [
                Aggregate.Count(Count),
                new Aggregate(AggregateFunction.CountIf, Failed, If: Predicate.Equal(Field.Intrinsic(Intrinsics.Status), Literal.Int((int)SpanStatus.Error))),
            ],
            _ =>
            [
                Aggregate.Count(Count),
                .. Bounds.Select((bound, i) => new Aggregate(
                    AggregateFunction.CountIf, BoundName(i), If: Predicate.Compare(Field.Intrinsic(Intrinsics.Duration), ComparisonOperator.LessOrEqual, Literal.Int(bound)))),
            ],
        },
        Limit = MostRows + 1,
    };

    private static string BoundName(int i) => FormattableString.Invariant($"le{i}");

    private static async Task WriteAsync(Utf8JsonWriter writer, Func<Task> sendAsync, ResultTable table, ServiceMetricsParameters parameters, ServiceMetricKind kind)
    {
        var (name, help) = kind switch
        {
            ServiceMetricKind.Calls => ("call_rate", "calls/sec, grouped by service"),
            ServiceMetricKind.Errors => ("error_rate", "error rate, computed as a fraction of errors/sec over calls/sec, grouped by service"),
            _ => ("latencies", FormattableString.Invariant($"{parameters.Quantile:0.00##} quantile latency, grouped by service")),
        };
        writer.WriteStartObject();
        writer.WriteString("name"u8, (parameters.ByOperation ? "service_operation_" : "service_") + name);
        writer.WriteString("type"u8, "GAUGE"u8);
        writer.WriteString("help"u8, parameters.ByOperation ? help + " & operation" : help);
        writer.WriteStartArray("metrics"u8);
        foreach (var group in Groups(table, parameters))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("labels"u8);
            if (group.Operation is { } operation)
            {
                WriteLabel(writer, "operation", operation);
            }

            WriteLabel(writer, "service_name", group.Service);
            writer.WriteEndArray();
            writer.WriteStartArray("metricPoints"u8);
            WritePoints(writer, table, parameters, kind, group.Rows);
            writer.WriteEndArray();
            writer.WriteEndObject();
            await sendAsync();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static IEnumerable<(string Service, string? Operation, IReadOnlyList<int> Rows)> Groups(ResultTable table, ServiceMetricsParameters parameters)
    {
        var services = table.Texts(Service.ToString());
        var operations = parameters.ByOperation ? table.Texts(Name.ToString()) : null;
        return Enumerable.Range(0, table.RowCount)
            .GroupBy(row => (Service: services[row], Operation: operations?[row]))
            .OrderBy(group => group.Key.Service, StringComparer.Ordinal)
            .ThenBy(group => group.Key.Operation, StringComparer.Ordinal)
            .Select(group => (group.Key.Service, group.Key.Operation, (IReadOnlyList<int>)[.. group]));
    }

    /// <summary>Points without a call in their window are left out: there is nothing to say of them.</summary>
    private static void WritePoints(Utf8JsonWriter writer, ResultTable table, ServiceMetricsParameters parameters, ServiceMetricKind kind, IReadOnlyList<int> rows)
    {
        var buckets = table.Longs(Bucket);
        var counts = Sums(Count);
        var failed = kind == ServiceMetricKind.Errors ? Sums(Failed) : [];
        var histogram = kind == ServiceMetricKind.Latencies ? Bounds.Select((_, i) => Sums(BoundName(i))).ToArray() : [];
        for (var point = 0; point < parameters.Points; point++)
        {
            var calls = counts[point];
            if (calls == 0)
            {
                continue;
            }

            writer.WriteStartObject();
            writer.WriteStartObject("gaugeValue"u8);
            writer.WriteNumber("doubleValue"u8, kind switch
            {
                ServiceMetricKind.Calls => calls / (parameters.Step * parameters.Window / NanosecondsPerSecond),
                ServiceMetricKind.Errors => (double)failed[point] / calls,
                _ => Quantile(parameters.Quantile, calls, i => histogram[i][point]) / NanosecondsPerMillisecond,
            });
            writer.WriteEndObject();
            writer.WriteString("timestamp"u8, new Timestamp(parameters.First + (point * parameters.Step)).ToString());
            writer.WriteEndObject();
        }

        // Of each point the sum over the steps of its window, which ends where the point is.
        long[] Sums(string column)
        {
            var values = table.Longs(column);
            var steps = new long[parameters.Points + parameters.Window];
            foreach (var row in rows)
            {
                steps[(buckets[row] - parameters.Range.Start.UnixNanoseconds) / parameters.Step] += values[row];
            }

            var sums = new long[parameters.Points];
            var sum = steps.Take(parameters.Window).Sum();
            for (var point = 0; point < sums.Length; point++)
            {
                sums[point] = sum;
                sum += steps[point + parameters.Window] - steps[point];
            }

            return sums;
        }
    }

    /// <summary>The duration in nanoseconds below which this part of the calls lies, as if they were spread evenly in each bucket; the largest bound beyond it.</summary>
    /// <param name="below">How many last up to the bound of this index.</param>
    private static double Quantile(double quantile, long calls, Func<int, long> below)
    {
        var rank = quantile * calls;
        for (var i = 0; i < Bounds.Length; i++)
        {
            var upTo = below(i);
            if (upTo >= rank && upTo > 0)
            {
                var (from, before) = i == 0 ? (0L, 0L) : (Bounds[i - 1], below(i - 1));
                return upTo == before ? from : from + ((Bounds[i] - from) * ((rank - before) / (upTo - before)));
            }
        }

        return Bounds[^1];
    }

    private static void WriteLabel(Utf8JsonWriter writer, string name, string value)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, name);
        writer.WriteString("value"u8, value);
        writer.WriteEndObject();
    }
}
