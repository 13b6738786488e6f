using System.Globalization;
using Clew.Telemetry;
using static Clew.Analysis.Doctor.Checks.SurveyParts;
using static Clew.Analysis.Doctor.DoctorRules;
using static Clew.Analysis.Doctor.DoctorWords;

namespace Clew.Analysis.Doctor.Checks;

/// <summary>Do names, kinds and attributes say what they should, and no more?</summary>
public static class ContentChecks
{
    public static DoctorCheck ServiceNames { get; } = new(
        "service-names",
        "Services have no name, or several",
        "6",
        DoctorSeverity.Problem,
        "service.name is not set, or set differently in different places (case, separators, the name of a pod).",
        "Set OTEL_SERVICE_NAME for every process, the same for all instances of a service; put what differs into service.instance.id, service.version, deployment.environment.name.",
        survey =>
        {
            if (survey.Services.Count == 0)
            {
                return CheckResult.Unknown("nothing was sent in the window");
            }

            var nameless = survey.Services
                .Where(service => service.Name is "unknown_service" or "" || service.Name.StartsWith("unknown_service:", StringComparison.Ordinal))
                .Select(service => new Sign(
                    service.Name, $"{Number(service.Spans)} spans and {Number(service.Logs)} log records came without a service name.", service.Spans + service.Logs, 0, []));
            var twice = survey.Services
                .GroupBy(service => Letters(service.Name), StringComparer.Ordinal)
                .Where(group => group.Key.Length > 0 && group.Count() > 1)
                .Select(group => (Names: string.Join(", ", group.Select(service => service.Name).Order(StringComparer.Ordinal)), Spans: group.Sum(service => service.Spans + service.Logs)))
                .Select(group => new Sign(group.Names, $"{group.Names} differ only in case, separators or a pod's suffix: they look like one service.", group.Spans, 0, []) { Severity = DoctorSeverity.Warning });
            return CheckResult.Of([.. nameless, .. twice]);
        });

    public static DoctorCheck UnstableNames { get; } = new(
        "unstable-span-names",
        "Span names contain ids",
        "F6 · 24",
        DoctorSeverity.Warning,
        "The span is named after the request (a path with ids, a statement) instead of the route or the operation.",
        "Name spans after the route (GET /orders/{id}) and put the path into url.path; signatures, metrics and lists by operation need a small set of names.",
        survey => OfSample(survey, sample => CheckResult.Of(sample.NamesWithIds
            .Where(symptom => symptom.Count >= ManyNames)
            .OrderByDescending(symptom => symptom.Count)
            .Select(symptom => new Sign(
                symptom.Subject, $"{OfAll(symptom.Count, symptom.Of)} span names of {symptom.Subject} differ only in numbers or ids, such as {symptom.Detail}.", symptom.Count, symptom.Of, symptom.Traces)))));

    public static DoctorCheck HighCardinality { get; } = new(
        "high-cardinality-attributes",
        "An attribute has a value of its own on every span",
        "F6 · 5",
        DoctorSeverity.Note,
        "Ids of users, requests or messages are recorded as attributes. Clew finds single values of them quickly, but they fill the disk, and most other systems slow down on them.",
        "Keep those that people search by; drop the others, or record them on the root span only. Never make them labels of metrics.",
        survey => OfSample(survey, sample => CheckResult.Of(sample.Attributes
            .Where(use => use.Spans >= 4 * FewestToJudge && use.Distinct > UniqueShare * use.Spans)
            .OrderByDescending(use => use.Bytes)
            .Select(use => new Sign($"{use.Service}: {use.Key}", $"{use.Key} has {OfAll(use.Distinct, use.Spans)} different values on spans of {use.Service}, {Bytes(use.Bytes)} in the sample.", use.Distinct, use.Spans, [])))));

    public static DoctorCheck SchemaDrift { get; } = new(
        "schema-drift",
        "The same thing has different names",
        "F9 · 14",
        DoctorSeverity.Note,
        "SDKs and instrumentation of different ages: OpenTelemetry renamed the attributes.",
        "Upgrade the older side, or set OTEL_SEMCONV_STABILITY_OPT_IN=http,database; agree on a list of attribute names.",
        survey =>
        {
            if (survey.Sample is not { Spans: >= FewestToJudge } && survey.Schemas is not { Count: > 0 })
            {
                return CheckResult.Unknown(TooFew(survey));
            }

            var sampled = (survey.Sample?.Attributes ?? []).Where(use => use.Spans >= FewestToSay).Select(use => (use.Key, use.Service));
            var noted = (survey.Schemas ?? []).SelectMany(schema => schema.RenamedKeys.Select(key => (Key: key, schema.Service)));
            var services = sampled.Concat(noted).Distinct().ToLookup(use => use.Key, use => use.Service, StringComparer.Ordinal);
            return CheckResult.Of(RenamedAttributes.All
                .Where(renamed => services.Contains(renamed.OldName) && services.Contains(renamed.NewName))
                .OrderBy(renamed => renamed.OldName, StringComparer.Ordinal)
                .Select(renamed => (Old: renamed.OldName, Now: renamed.NewName, Before: Ordered(services[renamed.OldName]), After: Ordered(services[renamed.NewName])))
                .Where(pair => pair.Before.Except(pair.After, StringComparer.Ordinal).Any())
                .Select(pair => new Sign(
                    $"{pair.Old} / {pair.Now}", $"{Names(pair.Before)} {(pair.Before.Length == 1 ? "says" : "say")} {pair.Old}, {Names(pair.After)} {(pair.After.Length == 1 ? "says" : "say")} {pair.Now}.", pair.Before.Length, 0, [])));

            static string[] Ordered(IEnumerable<string> names) => [.. names.Order(StringComparer.Ordinal)];
        });

    public static DoctorCheck MixedTypes { get; } = new(
        "mixed-attribute-types",
        "An attribute has values of several types",
        "F9 · 14",
        DoctorSeverity.Note,
        "Two places of a service record the same key in different ways (a status code as number and as text), or two libraries mean different things by it.",
        "Settle on one type per key: conditions on numbers (>= 500) do not see values that are texts, and in metrics each type is a series of its own.",
        survey => survey.Schemas is not { Count: > 0 } schemas
            ? CheckResult.Unknown("nothing has been sent since this server started")
            : CheckResult.Of(schemas
                .SelectMany(schema => schema.MixedTypes.Select(mixed => (schema.Service, mixed.Key, mixed.Types)))
                .GroupBy(mixed => mixed.Key, StringComparer.Ordinal)
                .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => new Sign(
                    group.Key,
                    $"{group.Key} comes as {string.Join(" and as ", group.SelectMany(mixed => mixed.Types).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))} from {Names([.. group.Select(mixed => mixed.Service)])}.",
                    group.Count(), 0, []))));

    public static DoctorCheck CappedCardinality { get; } = new(
        "capped-cardinality",
        "A limit on names, keys or series is reached",
        "F6 · 5, 24",
        DoctorSeverity.Warning,
        "Values are put where names belong: span names or attribute keys made of ids, labels of metrics with a value per user or request, log messages or exceptions that never repeat.",
        "Move what varies into attribute values, which are not limited; if the names are meant, raise the limit that is named. GET /api/limits lists examples.",
        survey => survey.Capped is not { } capped
            ? CheckResult.Unknown("the limits' own counts are not part of this survey")
            : CheckResult.Of(capped
                .OrderByDescending(one => one.Refused)
                .Select(one => new Sign(
                    one.Metric.Length == 0 ? one.Service : $"{one.Service}: {one.Metric}",
                    $"{one.Service} reached {one.Setting} = {Number(one.Limit)}{(one.Metric.Length == 0 ? string.Empty : $" with {one.Metric}")}: {Number(one.Refused)} times something new was left out{(one.Example.Length == 0 ? string.Empty : $", such as {one.Example}")}.",
                    one.Refused, 0, []))));

    public static DoctorCheck KindMistakes { get; } = new(
        "kind-mistakes",
        "Span kinds contradict what the spans are",
        "6",
        DoctorSeverity.Warning,
        "Spans made by hand keep the default kind internal, or copy the kind of their neighbour.",
        "Give requests that come in the kind server (or consumer), requests that go out client (or producer), and everything else internal: the service map, RED metrics and skew rest on it.",
        survey => OfSample(survey, sample => CheckResult.Of(sample.WrongKinds
            .Where(symptom => symptom.Count >= FewestToSay && symptom.Count > 0.1 * symptom.Of)
            .OrderByDescending(symptom => symptom.Count)
            .Select(symptom => new Sign(symptom.Subject, $"{OfAll(symptom.Count, symptom.Of)} such spans of {symptom.Subject}.", symptom.Count, symptom.Of, symptom.Traces)))));

    public static DoctorCheck ForeignInstrumentation { get; } = new(
        "foreign-instrumentation",
        "Spans are made by something other than OpenTelemetry",
        "12",
        DoctorSeverity.Note,
        "A vendor's or an older library (OpenTracing, OpenCensus, Zipkin, a vendor's agent) makes the spans; code is tied to it.",
        "Move to OpenTelemetry's API service by service; its shims for OpenTracing and OpenCensus let both live side by side. Data of both kinds is treated alike here.",
        survey => OfSample(survey, sample =>
        {
            // Without any word of an SDK (imports, converted data) there is nothing to compare with.
            var known = sample.Instrumentation.Where(symptom => symptom.Detail.Length > 0).ToArray();
            return known.Length == 0
                ? CheckResult.Unknown("no resource says what made its spans (telemetry.sdk.name)")
                : CheckResult.Of(known
                    .Where(symptom => symptom.Detail != "opentelemetry" && symptom.Count >= FewestToSay)
                    .OrderByDescending(symptom => symptom.Count)
                    .Select(symptom => new Sign(symptom.Subject, $"{Number(symptom.Count)} spans of {symptom.Subject} were made by {symptom.Detail}.", symptom.Count, 0, symptom.Traces)));
        }));

    public static DoctorCheck SensitiveData { get; } = new(
        "sensitive-data",
        "Secrets or personal data are in spans",
        "F5 · 9",
        DoctorSeverity.Problem,
        "Headers, statements, URLs or messages are recorded whole.",
        "Leave the attribute out at the source, and let redaction mask it before it is stored; what is stored already stays until retention deletes it.",
        survey => OfSpans(survey, sample => CheckResult.Of(sample.SensitiveValues
            .OrderByDescending(symptom => symptom.Count)
            .Select(symptom => new Sign(symptom.Subject, $"{Number(symptom.Count)} values of {symptom.Subject}.", symptom.Count, symptom.Of, symptom.Traces)))));

    public static DoctorCheck SpanExplosion { get; } = new(
        "span-explosion",
        "Traces have more spans than anybody can read",
        "F2 · 3",
        DoctorSeverity.Warning,
        "A loop makes a span for every turn (a query per row, a call per item), or a trace never ends (a worker under one root).",
        "Make one span with a count around the loop, or one call for all items; give every unit of work of a long runner a trace of its own, linked to the other.",
        survey => OfSpans(survey, sample => CheckResult.Of(sample.Explosions
            .Where(symptom => symptom.Count >= (symptom.Detail.Length == 0 ? HugeTrace : ManyEqualChildren))
            .OrderByDescending(symptom => symptom.Count)
            .Select(symptom => new Sign(
                symptom.Subject,
                symptom.Detail.Length == 0
                    ? string.Create(CultureInfo.InvariantCulture, $"A trace of {symptom.Subject} has {symptom.Count:N0} spans.")
                    : string.Create(CultureInfo.InvariantCulture, $"{symptom.Count:N0} spans {symptom.Detail} stand under one parent, in {symptom.Of:N0} {(symptom.Of == 1 ? "place" : "places")} of the sample."),
                symptom.Count, 0, symptom.Traces)))));

    public static DoctorCheck ConstantAttributes { get; } = new(
        "constant-attributes",
        "Attributes never vary",
        "F2 · 3",
        DoctorSeverity.Note,
        "What holds for the whole process (version, region, framework) is put on every span instead of on the resource.",
        "Move it to the resource (OTEL_RESOURCE_ATTRIBUTES): there it is sent once per request and stored once.",
        survey =>
        {
            if (survey.Sample is not { Spans: >= FewestToJudge } sample || survey.End <= survey.Start)
            {
                return CheckResult.Unknown(TooFew(survey));
            }

            // From the sample to a whole day.
            var days = (survey.End - survey.Start) / 86_400e9;
            return CheckResult.Of(sample.Attributes
                .Where(use => use.Of >= 4 * FewestToJudge && use.Distinct == 1 && use.Spans >= ConstantShare * use.Of)
                .GroupBy(use => use.Service, StringComparer.Ordinal)
                .Select(group => (Service: group.Key, Keys: group.OrderByDescending(use => use.Bytes).ToArray(), PerDay: group.Sum(use => use.Bytes + ((long)use.Spans * use.Key.Length)) * sample.OneIn / days))
                .Where(group => group.PerDay >= ConstantBytesPerDay)
                .OrderByDescending(group => group.PerDay)
                .Select(group => new Sign(
                    group.Service,
                    $"{string.Join(", ", group.Keys.Take(3).Select(use => $"{use.Key}={use.Example}"))}{(group.Keys.Length > 3 ? string.Create(CultureInfo.InvariantCulture, $" and {group.Keys.Length - 3} more") : string.Empty)} {(group.Keys.Length == 1 ? "is" : "are")} the same on every span of {group.Service}: {Bytes(group.PerDay)} a day before compression.",
                    group.Keys.Length, 0, [])));
        });

    public static DoctorCheck DebugLogs { get; } = new(
        "debug-logs",
        "Debug logs make up most of the volume",
        "F2 · 3",
        DoctorSeverity.Note,
        "The log level is debug or trace where nobody is debugging.",
        "Set the level to info, or filter in the collector (filter processor on severity_number < 9), and turn it up for one service when needed.",
        survey => survey.Services.All(service => service.Logs == 0)
            ? CheckResult.Unknown("no logs in the window")
            : CheckResult.Of(survey.Services
                .Where(service => service.Logs >= ManyLogs && service.DebugLogs > DebugShare * service.Logs)
                .OrderByDescending(service => service.DebugLogs)
                .Select(service => new Sign(service.Name, $"{OfAll(service.DebugLogs, service.Logs)} log records of {service.Name} are below INFO.", service.DebugLogs, service.Logs, []))));

    private static string Names(string[] services) => services.Length <= 3
        ? string.Join(", ", services)
        : string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", services.Take(3))} and {services.Length - 3} more");

    /// <summary>A name without case and separators, and without what a deployment appends to the names of its pods.</summary>
    private static string Letters(string name)
    {
        // A ReplicaSet appends "-" and up to ten letters and digits, its pods five more.
        var parts = name.Split('-');
        if (parts.Length >= 3 && parts[^1].Length == 5 && parts[^2].Length is >= 8 and <= 10 && parts[^2].Any(char.IsAsciiDigit))
        {
            name = string.Join('-', parts[..^2]);
        }

        return string.Concat(name.Where(char.IsLetterOrDigit)).ToUpperInvariant();
    }
}
