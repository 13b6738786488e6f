using System.Globalization;
using static Clew.Analysis.Doctor.Checks.SurveyParts;
using static Clew.Analysis.Doctor.DoctorRules;
using static Clew.Analysis.Doctor.DoctorWords;

namespace Clew.Analysis.Doctor.Checks;

/// <summary>Does the context of a trace reach everybody who works on a request?</summary>
public static class PropagationChecks
{
    public static DoctorCheck BrokenPropagation { get; } = new(
        "broken-propagation",
        "Traces break between two services",
        "F1 · 1, 19",
        DoctorSeverity.Problem,
        "The caller does not send the trace context, a proxy between them drops the header, or the callee reads another format of it.",
        "Let both sides use W3C traceparent (OTEL_PROPAGATORS=tracecontext,baggage), and let proxies and gateways between them pass traceparent, tracestate, b3 and x-b3-* through.",
        survey => survey.Slice is not { Spans: > 0 } slice
            ? CheckResult.Unknown("no stretch of time was read whole")
            : CheckResult.Of(slice.Broken
                .Where(link => link.Within >= FewestToSay && link.Within >= BrokenShare * link.Roots && (link.Named || link.Within >= TimesChance * link.ByChance))
                .OrderByDescending(link => link.Within)
                .Select(link => new Sign(
                    $"{link.Caller} → {link.Callee}",
                    string.Create(CultureInfo.InvariantCulture,
                        $"{OfAll(link.Within, link.Roots)} traces that begin at {link.Callee} do so while a call of {link.Caller} waits for an answer that has no span{(link.Named ? $"; the calls name {link.Callee} as their peer" : $"; {link.ByChance:0.#} would by chance")}."),
                    link.Within, link.Roots, link.Traces))));

    public static DoctorCheck SingleSpanTraces { get; } = new(
        "single-span-traces",
        "Traces consist of one span",
        "F1 · 1",
        DoctorSeverity.Warning,
        "Context is lost on the way in and on the way out of the service, or nothing beside its entry is instrumented.",
        "Instrument the service's clients (HTTP, database, queue), and check that its framework's instrumentation reads the incoming traceparent header.",
        survey => Shares(
            // A service alone in the store may well be one that calls nobody.
            survey.Sample is not null && survey.Services.Count(service => service.Spans > 0) == 1 ? [] : survey.Sample?.SingleSpanTraces, SingleSpanShare,
            symptom => $"{OfAll(symptom.Count, symptom.Of)} traces that begin at {symptom.Subject} end there: one span, no parent, no child."));

    public static DoctorCheck MixedContextFormats { get; } = new(
        "mixed-context-formats",
        "Trace ids have 64 bits in some places and 128 in others",
        "F1 · 19",
        DoctorSeverity.Warning,
        "Some services use an older format (B3 with 64 bits, a vendor's own header) and cut or widen ids at the border.",
        "Turn on 128-bit ids where the old library allows it, and put one service at the border that reads both formats: OTEL_PROPAGATORS=tracecontext,b3multi.",
        survey => OfTraces(survey, sample =>
        {
            // Everybody short is a choice; some short are a border.
            var all = sample.ShortTraceIds.Sum(symptom => symptom.Count);
            return CheckResult.Of(all > 0.95 * sample.Traces ? [] : sample.ShortTraceIds.Where(symptom => symptom.Count >= FewestToSay).Select(symptom => new Sign(
                symptom.Subject, $"{OfAll(symptom.Count, symptom.Of)} traces that begin at {symptom.Subject} have ids of 64 bits, while most others have 128.",
                symptom.Count, symptom.Of, symptom.Traces)));
        }));

    public static DoctorCheck BrokenMessaging { get; } = new(
        "broken-messaging",
        "Traces end at a queue",
        "F1 · 7",
        DoctorSeverity.Problem,
        "The producer does not put the trace context into the message's headers, or the consumer does not read it there.",
        "Use the instrumentation of the messaging client on both sides; where there is none, inject traceparent into the message's headers and start the consumer's span with it as parent or link.",
        survey => survey.Sample is null || survey.Services.Sum(service => service.ConsumerSpans) == 0
            ? CheckResult.Unknown("no consumer spans in the window")
            : CheckResult.Of(survey.Sample.LooseConsumers
                .Where(symptom => symptom.Count >= FewestToSay && symptom.Count >= BrokenShare * symptom.Of)
                .Select(symptom => new Sign(
                    symptom.Subject, $"{OfAll(symptom.Count, symptom.Of)} messages are worked on in a trace of their own that neither has a parent nor links to the producer.",
                    symptom.Count, symptom.Of, symptom.Traces))));

    public static DoctorCheck PartialTraces { get; } = new(
        "partial-traces",
        "Spans are missing from traces",
        "F8 · 7",
        DoctorSeverity.Problem,
        "The service that holds the missing parent lost spans on the way (a full exporter queue, a collector that dropped, a process killed before its last export), samples by itself, or is not instrumented but passes headers on.",
        "Find the parents' service above the orphans; there enlarge the batch processor's queue, flush at shutdown, let the collector retry and persist, and sample by parent (parentbased_*).",
        survey => OfTraces(survey, sample =>
        {
            if (sample.PartialTraces < PartialShare * sample.Traces)
            {
                return CheckResult.Of([]);
            }

            var where = sample.Orphans.OrderByDescending(symptom => symptom.Count).FirstOrDefault();
            return CheckResult.Of(
            [
                new Sign(
                    where?.Subject ?? string.Empty,
                    $"{OfAll(sample.PartialTraces, sample.Traces)} traces are partial{(where is null ? "; their roots have not arrived" : $"; most spans without their parent are of {where.Subject} ({OfAll(where.Count, where.Of)})")}.",
                    sample.PartialTraces, sample.Traces, where?.Traces ?? []),
            ]);
        }));

    public static DoctorCheck LostInProcess { get; } = new(
        "lost-in-process",
        "Inner work begins traces of its own",
        "F1 · 1",
        DoctorSeverity.Warning,
        "The context is lost inside the process: a thread pool, a callback or a queue in memory that does not carry it, or work that really starts by itself (timers, warm-up).",
        "Carry the context along: wrap executors and callbacks, await instead of fire and forget; give scheduled work a span of its own as root.",
        survey =>
        {
            var services = survey.Services.Where(service => service.Spans >= FewestToJudge).ToArray();
            return services.Length == 0
                ? CheckResult.Unknown(survey.Services.Any(service => service.Spans > 0) ? "no service has 50 spans in the window" : "no spans in the window")
                : CheckResult.Of(services
                    .Select(service => (Service: service, Inner: service.Spans - service.ServerSpans - service.ConsumerSpans))
                    .Where(item => item.Service.ServerSpans > 0 && item.Service.InnerRoots >= FewestToJudge && item.Service.InnerRoots > InnerRootShare * item.Inner)
                    .OrderByDescending(item => item.Service.InnerRoots)
                    .Select(item => new Sign(
                        item.Service.Name,
                        $"{OfAll(item.Service.InnerRoots, item.Inner)} client, producer and internal spans of {item.Service.Name} have no parent, although it serves requests.",
                        item.Service.InnerRoots, item.Inner, [])));
        });

    public static DoctorCheck UninstrumentedCallee { get; } = new(
        "uninstrumented-callee",
        "Calls go to something that sends no spans",
        "13, 25",
        DoctorSeverity.Note,
        "The peer is not instrumented, its spans go elsewhere, or it is somebody else's.",
        "Instrument the peer if it is yours (auto-instrumentation often does not know self-made frameworks: add a server span by hand); if it is not, nothing is wrong.",
        survey => survey.Sample is null
            ? CheckResult.Unknown(NoTraces)
            : CheckResult.Of(survey.Sample.UnansweredCalls
                .Where(symptom => symptom.Count >= FewestToJudge && symptom.Count >= UnansweredShare * symptom.Of)
                .OrderByDescending(symptom => symptom.Count)
                .Select(symptom => new Sign(
                    symptom.Subject, $"{OfAll(symptom.Count, symptom.Of)} calls have no span of the side that was called; the service map ends here.", symptom.Count, symptom.Of, symptom.Traces))));
}
