using System.Globalization;
using static Clew.Analysis.Doctor.Checks.SurveyParts;
using static Clew.Analysis.Doctor.DoctorRules;
using static Clew.Analysis.Doctor.DoctorWords;

namespace Clew.Analysis.Doctor.Checks;

/// <summary>Is what is kept a fair picture?</summary>
public static class SamplingChecks
{
    public static DoctorCheck InconsistentSampling { get; } = new(
        "inconsistent-sampling",
        "Services decide about sampling one by one",
        "F7 · 22",
        DoctorSeverity.Warning,
        "Several places sample with rules of their own, so that parts of a trace are kept and others not.",
        "Decide in one place: parentbased_traceidratio in every SDK with the same ratio, or no sampling in SDKs and one policy at the end.",
        survey => survey.Sample is not { Traces: > 0 } sample
            ? CheckResult.Unknown(NoTraces)
            : CheckResult.Of(
            [
                .. sample.UnsampledSpans
                    .Where(symptom => symptom.Count >= FewestToSay)
                    .Select(symptom => new Sign(
                        symptom.Subject, $"{OfAll(symptom.Count, symptom.Of)} spans of {symptom.Subject} say that their trace is not sampled, and were sent all the same.", symptom.Count, symptom.Of, symptom.Traces)),
                .. sample.MixedThresholds
                    .Where(symptom => symptom.Count >= FewestToSay)
                    .Select(symptom => new Sign(
                        symptom.Subject, $"In {Number(symptom.Count)} traces spans of {symptom.Subject} name different sampling thresholds: they cannot be counted back to requests.", symptom.Count, symptom.Of, symptom.Traces)),
            ]));

    public static DoctorCheck ThinData { get; } = new(
        "thin-data",
        "There are too few traces to compare with",
        "17",
        DoctorSeverity.Note,
        "Little traffic, a short window, or a sampling rate that leaves next to nothing.",
        "Ask for a longer window (--since), raise the sampling rate of quiet services, or add synthetic requests; investigations of so little say that they are inconclusive.",
        survey => survey.Sample is not { Traces: > 0 } sample
            ? CheckResult.Unknown(NoTraces)
            : CheckResult.Of((long)sample.Traces * sample.OneIn >= ThinTraces
                ? []
                : [new Sign(string.Empty, string.Create(CultureInfo.InvariantCulture, $"{sample.Traces} traces in the whole window; {ThinTraces} are little."), sample.Traces, 0, [])]));
}
