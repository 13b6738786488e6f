using System.Globalization;
using static Clew.Analysis.Doctor.DoctorRules;

namespace Clew.Analysis.Doctor.Checks;

/// <summary>Judges by a part of a survey, or says that the part is missing or too small.</summary>
internal static class SurveyParts
{
    /// <summary>What checks of whole traces say without any.</summary>
    public const string NoTraces = "no traces in the window";

    private const string NotRunning = "the server's own counts are not part of this survey";

    /// <summary>By a sample of enough spans.</summary>
    public static CheckResult OfSample(TelemetrySurvey survey, Func<TraceSample, CheckResult> judge) =>
        survey.Sample is { Spans: >= FewestToJudge } sample ? judge(sample) : CheckResult.Unknown(TooFew(survey));

    /// <summary>By a sample of any spans: what is found is wrong however rare it is.</summary>
    public static CheckResult OfSpans(TelemetrySurvey survey, Func<TraceSample, CheckResult> judge) =>
        survey.Sample is { Spans: > 0 } sample ? judge(sample) : CheckResult.Unknown(NoTraces);

    /// <summary>By a sample of enough traces.</summary>
    public static CheckResult OfTraces(TelemetrySurvey survey, Func<TraceSample, CheckResult> judge) =>
        survey.Sample is { Traces: >= FewestToJudge } sample ? judge(sample) : CheckResult.Unknown(TooFew(survey));

    /// <summary>By what the server knows of itself.</summary>
    public static CheckResult OfServer(TelemetrySurvey survey, Func<ServerState, CheckResult> judge) =>
        survey.Server is { } server ? judge(server) : CheckResult.Unknown(NotRunning);

    /// <summary>By the symptoms whose share of enough cases is large enough.</summary>
    public static CheckResult Shares(IReadOnlyList<Symptom>? symptoms, double share, Func<Symptom, string> say) => symptoms is null
        ? CheckResult.Unknown(NoTraces)
        : CheckResult.Of(symptoms
            .Where(symptom => symptom.Of >= FewestToJudge && symptom.Count >= FewestToSay && symptom.Count >= share * symptom.Of)
            .OrderByDescending(symptom => symptom.Count)
            .Select(symptom => new Sign(symptom.Subject, say(symptom), symptom.Count, symptom.Of, symptom.Traces)));

    public static string TooFew(TelemetrySurvey survey) => survey.Sample is null or { Traces: 0 }
        ? NoTraces
        : string.Create(CultureInfo.InvariantCulture, $"only {survey.Sample.Traces} traces were read; {FewestToJudge} are needed to judge");
}
