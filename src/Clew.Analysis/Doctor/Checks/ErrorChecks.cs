using static Clew.Analysis.Doctor.Checks.SurveyParts;
using static Clew.Analysis.Doctor.DoctorRules;
using static Clew.Analysis.Doctor.DoctorWords;

namespace Clew.Analysis.Doctor.Checks;

/// <summary>Are failures seen as such, and do traces and logs of them find each other?</summary>
public static class ErrorChecks
{
    public static DoctorCheck UnmarkedErrors { get; } = new(
        "unmarked-errors",
        "Failures are not marked as errors",
        "4",
        DoctorSeverity.Problem,
        "The code catches the exception and answers, but does not set the span's status; or the instrumentation leaves the status to the application.",
        "Set the status to error where the failure is known (5xx on a server span, an exception that ends the operation), and record the exception on the same span.",
        survey => OfSpans(survey, sample => CheckResult.Of(sample.UnmarkedErrors
            .Where(symptom => symptom.Count >= FewestToSay && symptom.Count >= UnmarkedShare * symptom.Of)
            .OrderByDescending(symptom => symptom.Count)
            .Select(symptom => new Sign(
                symptom.Subject, $"{OfAll(symptom.Count, symptom.Of)} failed spans of {symptom.Subject} do not have the status error ({symptom.Detail}).", symptom.Count, symptom.Of, symptom.Traces)))));

    public static DoctorCheck UncapturedErrors { get; } = new(
        "uncaptured-errors",
        "Traces of failures are not kept",
        "F7 · 10",
        DoctorSeverity.Problem,
        "Traces are sampled at their beginning, before anybody knows that they fail.",
        "Send everything and let the store decide over whole traces (keep errors and slow ones always), or use tail sampling in the collector.",
        survey => survey.Capture is not { Traces: >= 20 } capture
            ? CheckResult.Unknown("fewer than 20 error logs with a trace id in the window")
            : CheckResult.Of(capture.Missing < FewestToSay || capture.Missing < UncapturedShare * capture.Traces
                ? []
                :
                [
                    new Sign(
                        string.Join(", ", capture.Services.Take(3)),
                        $"Of {OfAll(capture.Missing, capture.Traces)} traces that error logs point to, no span is stored.",
                        capture.Missing, capture.Traces, capture.Examples),
                ]));

    public static DoctorCheck ChronicErrors { get; } = new(
        "chronic-errors",
        "Failing is the normal state",
        "8",
        DoctorSeverity.Note,
        "Something expected is reported as an error (a lookup that finds nothing, a cancelled request), or it has been broken for long and nobody minds.",
        "Do not set the status error for what callers expect (4xx on server spans, not found); alert on a rate that changes, not on errors as such.",
        survey => survey.Services.All(service => service.Spans < FewestToJudge)
            ? CheckResult.Unknown("no service has 50 spans in the window")
            : CheckResult.Of(survey.Services
                .Where(service => service.Spans >= FewestToJudge && service.Errors > ChronicShare * service.Spans)
                .OrderByDescending(service => service.Errors)
                .Select(service => new Sign(
                    service.Name, $"{OfAll(service.Errors, service.Spans)} spans of {service.Name} failed over the whole window: an alert on them never ends.", service.Errors, service.Spans, []))));

    public static DoctorCheck LogsWithoutTrace { get; } = new(
        "logs-without-trace",
        "Logs do not say to which trace they belong",
        "15",
        DoctorSeverity.Warning,
        "The logging library does not put the current trace and span id into its records.",
        "Use the SDK's log appender or bridge, or add trace_id and span_id to the log format and let the collector read them; until then: clew correlate.",
        survey =>
        {
            var both = survey.Services.Where(service => service.Spans >= FewestToJudge && service.Logs >= FewestToJudge).ToArray();
            return both.Length == 0
                ? CheckResult.Unknown("no service sent both spans and logs")
                : CheckResult.Of(both
                    .Select(service => (Service: service, Loose: service.Logs - service.LogsWithTrace))
                    .Where(item => item.Loose > UncorrelatedShare * item.Service.Logs)
                    .OrderByDescending(item => item.Loose)
                    .Select(item => new Sign(
                        item.Service.Name, $"{OfAll(item.Loose, item.Service.Logs)} log records of {item.Service.Name} have no trace id, although it has traces.", item.Loose, item.Service.Logs, [])));
        });

    public static DoctorCheck ServicesWithoutTraces { get; } = new(
        "services-without-traces",
        "A service sends logs or metrics and no traces",
        "13",
        DoctorSeverity.Warning,
        "It is not instrumented for tracing, its framework is unknown to the automatic instrumentation, or its traces go elsewhere.",
        "Add the SDK or agent to it and send its traces here; for a framework that no instrumentation knows, start the server span by hand.",
        survey => survey.Services.Count == 0
            ? CheckResult.Unknown("nothing was sent in the window")
            : survey.Services.All(service => service.Spans == 0)
                ? CheckResult.Unknown("no service sends traces")
                : CheckResult.Of(survey.Services
                    .Where(service => service.Spans == 0 && service.Logs + service.MetricPoints >= FewestToJudge)
                    .OrderByDescending(service => service.Logs + service.MetricPoints)
                    .Select(service => new Sign(
                        service.Name, $"{service.Name} sent {Number(service.Logs)} log records and {Number(service.MetricPoints)} data points, and no span.", service.Logs + service.MetricPoints, 0, []))));

    public static DoctorCheck TracingStopped { get; } = new(
        "tracing-stopped",
        "A service stopped sending traces",
        "23",
        DoctorSeverity.Problem,
        "Tracing was switched off with a deploy or a setting (OTEL_SDK_DISABLED, OTEL_TRACES_SAMPLER=always_off), or its exporter fails; the service itself goes on.",
        "Compare its environment and version with before; look for errors of the exporter in its logs. Recorded changes: clew change list.",
        survey =>
        {
            var length = survey.End - survey.Start;
            var last = survey.Services.Max(service => (long?)service.LastSpan) ?? 0;
            if (length <= 0 || last == 0 || !survey.Services.Any(service => service.Spans >= FewestToJudge))
            {
                return CheckResult.Unknown("no service has 50 spans in the window");
            }

            return CheckResult.Of(survey.Services
                .Where(service => service.Spans >= FewestToJudge && service.LastLog - service.LastSpan > SilentShare * length && service.Logs >= FewestToSay)
                .OrderBy(service => service.LastSpan)
                .Select(service => new Sign(
                    service.Name,
                    $"{service.Name} sent {Number(service.Spans)} spans and then none for {Seconds((service.LastLog - service.LastSpan) / 1e9)}, while its logs went on.",
                    service.Spans, 0, [])));
        });
}
