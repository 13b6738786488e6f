using System.Globalization;
using Clew.Telemetry;
using static Clew.Analysis.Doctor.DoctorWords;

namespace Clew.Analysis.Doctor;

/// <summary>Looks at a survey through every check of the catalogue.</summary>
public static class TracingDoctor
{
    /// <summary>A pure function: the same survey gives the same report.</summary>
    public static DoctorReport Examine(TelemetrySurvey survey)
    {
        ArgumentNullException.ThrowIfNull(survey);
        var findings = new List<(DoctorFinding Finding, int Place)>();
        var answers = new List<CheckAnswer>();
        foreach (var (place, check) in DoctorCatalogue.All.Index())
        {
            var result = check.Judge(survey);
            answers.Add(new CheckAnswer(
                check.Id,
                check.Title,
                result.UnknownBecause is not null ? CheckOutcome.Unknown : result.Signs.Count > 0 ? CheckOutcome.Found : CheckOutcome.Clean,
                result.UnknownBecause ?? string.Empty));
            foreach (var sign in result.Signs.Take(DoctorRules.SignsPerCheck))
            {
                findings.Add((Finding(check, sign, sign.Summary), place));
            }

            if (result.Signs.Count > DoctorRules.SignsPerCheck)
            {
                var rest = result.Signs.Skip(DoctorRules.SignsPerCheck).ToArray();
                var further = string.Create(CultureInfo.InvariantCulture, $"The same holds for {rest.Length} more, less often.");
                findings.Add((Finding(check, new Sign(string.Empty, further, rest.Sum(sign => sign.Count), 0, []), further), place));
            }
        }

        return new DoctorReport(
            new Timestamp(survey.Start).ToDateTimeOffset(), new Timestamp(survey.End).ToDateTimeOffset(), Basis(survey),
            [.. findings.OrderByDescending(item => item.Finding.Severity).ThenBy(item => item.Place).Select(item => item.Finding)],
            answers);
    }

    private static DoctorFinding Finding(DoctorCheck check, Sign sign, string summary) => new(
        check.Id, sign.Severity ?? check.Severity, sign.Subject, summary, sign.Count, sign.Of, sign.Traces, check.Cause, check.Fix);

    private static List<string> Basis(TelemetrySurvey survey)
    {
        var basis = new List<string>
        {
            $"{Number(survey.Services.Sum(service => service.Spans))} spans and {Number(survey.Services.Sum(service => service.Logs))} log records of {Number(survey.Services.Count)} services were counted.",
        };
        if (survey.Sample is { } sample)
        {
            basis.Add(sample.OneIn == 1
                ? $"{Number(sample.Traces)} traces with {Number(sample.Spans)} spans were read, which is all of them."
                : $"{Number(sample.Traces)} traces with {Number(sample.Spans)} spans were read, one trace in {Number(sample.OneIn)}.");
        }

        if (survey.Slice is { } slice)
        {
            basis.Add($"Of {Seconds((slice.End - slice.Start) / 1e9)} every span was read ({Number(slice.Spans)}), to see what happened side by side.");
        }

        if (survey.Server is { } server)
        {
            basis.Add($"Counts of what arrived are since the server started, {Seconds(server.UptimeSeconds)} ago.");
        }

        return basis;
    }
}
