using System.Globalization;
using Clew.Telemetry;

namespace Clew.Analysis.Doctor;

/// <summary>The measures of the tracing itself over a window; docs/doctor.md defines them.</summary>
/// <param name="Start">Begin of the window, included.</param>
/// <param name="End">End of the window, not included.</param>
public sealed record TracingMeasures(DateTimeOffset Start, DateTimeOffset End, IReadOnlyList<TracingMeasure> Measures)
{
    /// <summary>Computes every measure from a survey; what cannot be computed has no value and says why.</summary>
    public static TracingMeasures Of(TelemetrySurvey survey)
    {
        ArgumentNullException.ThrowIfNull(survey);
        var seconds = (survey.End - survey.Start) / 1e9;
        var spans = survey.Services.Sum(service => service.Spans);
        var sample = survey.Sample is { Traces: > 0 } some ? some : null;
        var server = survey.Server;
        const string NoTraces = "No traces in the window.";
        const string NoServer = "The server's own counts are not part of this survey.";
        return new TracingMeasures(
            new Timestamp(survey.Start).ToDateTimeOffset(),
            new Timestamp(survey.End).ToDateTimeOffset(),
            [
                Make("M1", "ingest_rate", "{span}/s", seconds > 0 ? spans / seconds : null, "No window.", "baseline of production"),
                Make("M2", "trace_error_ratio", "1", sample is null ? null : (double)sample.ErrorTraces / sample.Traces, NoTraces, "below the service's own objective"),
                Make("M3", "trace_duration_p95", "s", sample?.P95Duration / 1e9, NoTraces, "the service's own objective, such as 0.5 s"),
                Make("M4", "retained_spans", "{span}", server?.SpanRows, NoServer, "within the budget for storage"),
                Make("M4", "retained_bytes", "By", server?.StoreBytes, NoServer, "within the budget for storage"),
                Make("M5", "sampling_ratio", "1", sample is { RequestsPerSampledTrace: > 0 } ? 1 / sample.RequestsPerSampledTrace : null,
                    sample is null ? NoTraces : "No span says how it was sampled (tracestate ot=th, sampler.param).", "0.01 to 0.1 overall, 1 for errors"),
                Make("M6", "partial_trace_ratio", "1", sample is null ? null : (double)sample.PartialTraces / sample.Traces, NoTraces, "below 0.05", value => value < 0.05),
                Make("M7", "arrival_delay_p95", "s", server?.ArrivalP95Seconds, server is null ? NoServer : "No spans arrived within the window while this server ran.", "below 10 s", value => value < 10),
                Make("M8", "query_duration_p95", "s", server is { Queries: > 0 } ? server.QueryP95 : null, server is null ? NoServer : "Nobody has asked anything since the start.", "below 2 s", value => value < 2),
                Make("M9", "million_spans_cpu", "s", server is { AcceptedSpans: >= 10_000 } ? server.CpuSeconds / server.AcceptedSpans * 1e6 : null,
                    server is null ? NoServer : "Fewer than 10,000 spans since the start.", "10 s or less; times the price of a CPU second", value => value <= 10),
                Make("M9", "million_spans_stored", "By", server is { SpanRows: > 0 } ? (double)server.SpanBytes / server.SpanRows * 1e6 : null,
                    server is null ? NoServer : "No spans are stored.", "60 MB or less; times the price of a stored byte", value => value <= 60e6),
                Make("M10", "error_capture_ratio", "1", survey.Capture is { Traces: > 0 } capture ? 1 - ((double)capture.Missing / capture.Traces) : null,
                    "No error log with a trace id in the window.", "near 1", value => value >= 0.95),
            ]);
    }

    private static TracingMeasure Make(string id, string name, string unit, double? value, string unknown, string target, Func<double, bool>? isGood = null) => new(
        id, name, unit,
        value is { } number && double.IsFinite(number) ? double.Parse(number.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : null,
        target,
        value is { } judged && isGood is not null ? isGood(judged) : null,
        value is null ? unknown : null);
}

/// <param name="Id">M1 to M10 as the tracing guide counts them; some have two numbers.</param>
/// <param name="Name">Name of the metric in <c>/metrics</c>, after <c>clew_tracing_</c>.</param>
/// <param name="Unit">UCUM; 1 for a ratio from 0 to 1.</param>
/// <param name="Value">Six significant digits; null when it cannot be computed.</param>
/// <param name="Target">What to aim at.</param>
/// <param name="OnTarget">Null when the target is the reader's own.</param>
/// <param name="Unknown">Why there is no value.</param>
public sealed record TracingMeasure(string Id, string Name, string Unit, double? Value, string Target, bool? OnTarget, string? Unknown);
