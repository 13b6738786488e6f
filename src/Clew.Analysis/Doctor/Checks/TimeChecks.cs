using System.Globalization;
using static Clew.Analysis.Doctor.Checks.SurveyParts;
using static Clew.Analysis.Doctor.DoctorRules;
using static Clew.Analysis.Doctor.DoctorWords;

namespace Clew.Analysis.Doctor.Checks;

/// <summary>Can the times be trusted, and does everything arrive once and soon?</summary>
public static class TimeChecks
{
    public static DoctorCheck ClockSkew { get; } = new(
        "clock-skew",
        "Clocks of two hosts disagree",
        "F3 · 2",
        DoctorSeverity.Warning,
        "A host's clock is not kept in step with the network's time.",
        "Run chrony or another NTP client on the host (containers take their node's clock) and watch its offset; until then ask for adjusted times: clew trace ID --adjust.",
        survey => survey.Sample is not { Traces: > 0 } sample
            ? CheckResult.Unknown(NoTraces)
            : sample.Clocks.Count == 0
                ? CheckResult.Unknown("no calls between spans of different hosts were read")
                : CheckResult.Of(sample.Clocks
                    .Where(clock => clock.IsApart)
                    .GroupBy(clock => clock.Host, StringComparer.Ordinal)
                    .Select(host => host.MaxBy(clock => clock.Calls)!)
                    .OrderByDescending(clock => Math.Abs(clock.Offset))
                    .Select(clock => new Sign(
                        clock.Host,
                        string.Create(CultureInfo.InvariantCulture,
                            $"The clock of {clock.Host} is {Seconds(Math.Abs(clock.Offset) / 1e9)} {(clock.Offset > 0 ? "ahead of" : "behind")} that of {clock.Reference}, ± {Seconds(clock.Spread / 1e9)}: {OfAll(clock.Impossible, clock.Calls)} calls between them cannot have happened as recorded."),
                        clock.Impossible, clock.Calls, clock.Traces))));

    public static DoctorCheck NegativeDurations { get; } = new(
        "negative-durations",
        "Spans end before they start",
        "F3 · 2",
        DoctorSeverity.Warning,
        "The clock was set back while the span ran, or start and end are taken from different clocks.",
        "Let the NTP client slew instead of step (chronyd without makestep after boot), and take durations from a monotonic clock, as SDKs do unless told times explicitly.",
        survey => survey.Services.All(service => service.Spans == 0)
            ? CheckResult.Unknown("no spans in the window")
            : CheckResult.Of(survey.Services
                .Where(service => service.NegativeDurations > 0)
                .OrderByDescending(service => service.NegativeDurations)
                .Select(service => new Sign(
                    service.Name, $"{OfAll(service.NegativeDurations, service.Spans)} spans of {service.Name} end before they start.", service.NegativeDurations, service.Spans, []))));

    public static DoctorCheck LateSpans { get; } = new(
        "late-spans",
        "Spans arrive late",
        "18",
        DoctorSeverity.Warning,
        "Something on the way holds them back: a collector that retries, an exporter with a long delay, a queue that is behind.",
        "Look at the collector's queue length and retries, shorten the batch processor's delay (OTEL_BSP_SCHEDULE_DELAY), and give the collector room to keep up.",
        survey => survey.Server?.Arrivals is not { Count: > 0 } arrivals
            ? CheckResult.Unknown("no spans arrived within the window while this server ran")
            : CheckResult.Of(arrivals
                .Where(arrival => arrival.Spans >= FewestToJudge && arrival.Late >= FewestToSay && arrival.Late > LateShare * arrival.Spans && arrival.P50Seconds < ImportSeconds)
                .OrderByDescending(arrival => arrival.Late)
                .Select(arrival => new Sign(
                    arrival.Service,
                    string.Create(CultureInfo.InvariantCulture,
                        $"{OfAll(arrival.Late, arrival.Spans)} spans of {arrival.Service} came more than {LateSeconds} s after their end; half within {Seconds(arrival.P50Seconds)}, 95 % within {Seconds(arrival.P95Seconds)}."),
                    arrival.Late, arrival.Spans, []))));

    public static DoctorCheck Duplicates { get; } = new(
        "duplicates",
        "Spans arrive twice",
        "3",
        DoctorSeverity.Note,
        "Two pipelines send the same spans (an agent and a collector, two exporters), or a sender repeats what was already acknowledged.",
        "Leave one way from each service to the store; in collectors look for two pipelines with the same exporter.",
        survey => Shares(
            survey.Sample?.Copies, CopyShare, symptom => $"{OfAll(symptom.Count, symptom.Of)} spans of {symptom.Subject} are copies of others, equal in every field."));
}
