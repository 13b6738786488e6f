using System.Globalization;

namespace Clew.Analysis.Doctor;

/// <summary>One thing that can be wrong with telemetry, and how to tell: a pure function of a survey.</summary>
/// <param name="Id">Stable; people script against it.</param>
/// <param name="Title">What is wrong when it is found.</param>
/// <param name="Covers">The failure modes and mistakes it stands for, as docs/doctor.md numbers them.</param>
/// <param name="Cause">The likely cause, one sentence.</param>
/// <param name="Fix">What to do, one sentence.</param>
/// <param name="Judge">Looks at a survey.</param>
public sealed record DoctorCheck(
    string Id, string Title, string Covers, DoctorSeverity Severity, string Cause, string Fix, Func<TelemetrySurvey, CheckResult> Judge);

/// <summary>What a check says: what it found, or why it cannot tell.</summary>
public sealed class CheckResult
{
    private CheckResult(IReadOnlyList<Sign> signs, string? reason)
    {
        Signs = signs;
        UnknownBecause = reason;
    }

    /// <summary>What was found, the worst first.</summary>
    public IReadOnlyList<Sign> Signs { get; }

    /// <summary>Null when the check could judge.</summary>
    public string? UnknownBecause { get; }

    public static CheckResult Of(IEnumerable<Sign> signs) => new([.. signs], null);

    public static CheckResult Unknown(string because) => new([], because);
}

/// <summary>A finding in the making.</summary>
public sealed record Sign(string Subject, string Summary, long Count, long Of, IReadOnlyList<string> Traces)
{
    /// <summary>Null for the check's own severity.</summary>
    public DoctorSeverity? Severity { get; init; }
}

/// <summary>Numbers in sentences.</summary>
internal static class DoctorWords
{
    /// <summary>A share as per cent; never 0 or 100 when it is neither.</summary>
    public static string Percent(long count, long of)
    {
        var share = of == 0 ? 0 : 100.0 * count / of;
        return share switch
        {
            0 => "0 %",
            < 0.1 => "<0.1 %",
            < 10 => string.Create(CultureInfo.InvariantCulture, $"{share:0.0} %"),
            > 99 and < 100 => ">99 %",
            _ => string.Create(CultureInfo.InvariantCulture, $"{share:0} %"),
        };
    }

    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Seconds(double seconds) => seconds switch
    {
        < 0.0995 => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1e3:0.###} ms"),
        < 120 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.##} s"),
        < 7_200 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0} min"),
        < 172_800 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3_600:0.#} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 86_400:0.#} days"),
    };

    public static string Bytes(double bytes) => bytes switch
    {
        < 1e6 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.#} kB"),
        < 1e9 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.#} MB"),
        < 1e12 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.#} GB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e12:0.#} TB"),
    };

    public static string OfAll(long count, long of) => $"{Number(count)} of {Number(of)} ({Percent(count, of)})";
}
