using System.Globalization;
using static Clew.Analysis.Doctor.Checks.SurveyParts;
using static Clew.Analysis.Doctor.DoctorRules;
using static Clew.Analysis.Doctor.DoctorWords;

namespace Clew.Analysis.Doctor.Checks;

/// <summary>Does what is sent get in, and are answers quick and for those who may ask?</summary>
public static class ServerChecks
{
    public static DoctorCheck RefusedData { get; } = new(
        "refused-data",
        "Data is refused or left out",
        "F8 · 11",
        DoctorSeverity.Problem,
        "More arrives at once than can be written, the disk is full, or senders make records that break a rule.",
        "By the reason: more room (limits.in_flight_bytes, disk, retention), senders that retry with a queue, or the sender that makes the broken records (its partial success names them).",
        survey => OfServer(survey, server => CheckResult.Of(
            [
            .. server.Refused
                .Where(symptom => symptom.Count >= FewestToSay && symptom.Count >= RefusedShare * symptom.Of)
                .OrderByDescending(symptom => symptom.Count)
                .Select(symptom => new Sign(symptom.Subject, $"{OfAll(symptom.Count, symptom.Of)} requests were refused since the start: {symptom.Subject}.", symptom.Count, symptom.Of, [])),
            .. server.Dropped
                .Where(symptom => symptom.Count >= FewestToSay)
                .OrderByDescending(symptom => symptom.Count)
                .Select(symptom => new Sign(symptom.Subject, $"{Number(symptom.Count)} items were left out of good requests since the start: {symptom.Subject}.", symptom.Count, 0, []) { Severity = DoctorSeverity.Warning }),
            ])));

    public static DoctorCheck SynchronousExport { get; } = new(
        "synchronous-export",
        "Spans are sent one by one",
        "F4 · 16",
        DoctorSeverity.Warning,
        "A simple span processor exports every span when it ends, on the thread that serves the request.",
        "Use the batch span processor (the default of most SDKs; OTEL_BSP_*), or put a collector with a batch processor on the way.",
        survey => OfServer(survey, server => server.TraceRequests < ManyRequests
            ? CheckResult.Unknown(string.Create(CultureInfo.InvariantCulture, $"fewer than {ManyRequests} requests with traces since the start"))
            : CheckResult.Of(server.AcceptedSpans >= SpansPerRequest * server.TraceRequests
                ? []
                :
                [
                    new Sign(
                        string.Empty,
                        string.Create(CultureInfo.InvariantCulture, $"{Number(server.TraceRequests)} requests carried {Number(server.AcceptedSpans)} spans, {(double)server.AcceptedSpans / server.TraceRequests:0.0} each."),
                        server.TraceRequests, 0, []),
                ])));

    public static DoctorCheck ExporterTraced { get; } = new(
        "exporter-traced",
        "The exporter traces itself",
        "F4 · 16",
        DoctorSeverity.Warning,
        "The HTTP or gRPC client's instrumentation also sees the exporter's requests, and every export makes spans to export.",
        "Leave the exporter's endpoint out of the client's instrumentation (most SDKs suppress it; a self-made exporter must do so itself).",
        survey => OfSpans(survey, sample => CheckResult.Of(sample.ExporterSpans
            .Where(symptom => symptom.Count >= FewestToSay)
            .OrderByDescending(symptom => symptom.Count)
            .Select(symptom => new Sign(symptom.Subject, $"{OfAll(symptom.Count, symptom.Of)} spans of {symptom.Subject} are requests of its own exporter.", symptom.Count, symptom.Of, symptom.Traces)))));

    public static DoctorCheck SlowQueries { get; } = new(
        "slow-queries",
        "Answers take long",
        "5, 20",
        DoctorSeverity.Warning,
        "Questions over long times, attributes with a value of its own on every span, or a machine that is busy with writing.",
        "Ask for shorter times and with a service, drop attributes that high-cardinality-attributes names, look at clew_store_query_duration_seconds by kind of question.",
        survey => OfServer(survey, server => server.Queries < 20
            ? CheckResult.Unknown("fewer than 20 questions since the start")
            : CheckResult.Of(server.QueryP95 < SlowQuerySeconds
                ? []
                :
                [
                    new Sign(
                        string.Empty, $"Of {Number(server.Queries)} questions half took up to {Seconds(server.QueryP50)}, 5 % longer than {Seconds(server.QueryP95)}.", server.Queries / 20, server.Queries, []),
                ])));

    public static DoctorCheck ExposedServer { get; } = new(
        "exposed-server",
        "Anybody on the network can read",
        "F10 · 21",
        DoctorSeverity.Problem,
        "The server listens on an address that other machines reach, and asks nobody who they are.",
        "Listen on 127.0.0.1 (the default), or put a reverse proxy with TLS and authentication in front; open only the ingest ports to the network.",
        survey => OfServer(survey, server => CheckResult.Of(server.RequiresLogin
            ? []
            : server.OpenDoors.Select(door => new Sign(door, $"{door} can be reached from other machines without a login.", 1, 0, [])))));

    public static DoctorCheck UnboundedStorage { get; } = new(
        "unbounded-storage",
        "The disk will be full soon",
        "F2 · 3",
        DoctorSeverity.Problem,
        "No retention is set, and the store grows by more than the disk has room for.",
        "Set retention.max_age or retention.max_bytes, and sample what nobody looks at.",
        survey => survey.Server is not { FreeBytes: { } free } server
            ? CheckResult.Unknown("the free space of the disk is not known")
            : server.HasRetention || server.SpanRows == 0 || survey.End <= survey.Start
                ? CheckResult.Of([])
                : CheckResult.Of(Growth(survey, server) is var perDay && perDay > 0 && free / perDay < DaysToFull
                    ?
                    [
                        new Sign(
                            string.Empty,
                            $"At {Bytes(perDay)} of spans a day the {Bytes(free)} that are free last {Seconds(free / perDay * 86_400)}, and nothing is ever deleted.",
                            (long)perDay, free, []),
                    ]
                    : []));

    /// <summary>Bytes of spans a day, at the rate of the window.</summary>
    private static double Growth(TelemetrySurvey survey, ServerState server) =>
        survey.Services.Sum(service => service.Spans) * ((double)server.SpanBytes / server.SpanRows) / ((survey.End - survey.Start) / 86_400e9);
}
