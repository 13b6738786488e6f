namespace Clew.Analysis.Doctor;

/// <summary>How much a finding matters.</summary>
public enum DoctorSeverity
{
    /// <summary>Costs money or attention; nothing is lost.</summary>
    Note,

    /// <summary>Answers are incomplete or misleading in places.</summary>
    Warning,

    /// <summary>What happened cannot be found out, or should not be seen by those who can.</summary>
    Problem,
}

/// <summary>What became of a check.</summary>
public enum CheckOutcome
{
    Clean,
    Found,

    /// <summary>There is not enough to judge by; the reason says what is missing.</summary>
    Unknown,
}

/// <summary>What the doctor found in a window.</summary>
/// <param name="Start">Begin of the window, included.</param>
/// <param name="End">End of the window, not included.</param>
/// <param name="Basis">What was read, in sentences.</param>
/// <param name="Findings">The most severe first.</param>
/// <param name="Checks">Every check of the catalogue, in its order.</param>
public sealed record DoctorReport(
    DateTimeOffset Start, DateTimeOffset End, IReadOnlyList<string> Basis, IReadOnlyList<DoctorFinding> Findings, IReadOnlyList<CheckAnswer> Checks);

/// <summary>One thing that is wrong with the telemetry.</summary>
/// <param name="Check">Id of the check; docs/doctor.md has a row for it.</param>
/// <param name="Subject">The service, pair of services or attribute it is about; empty when it is about everything.</param>
/// <param name="Summary">One sentence with the numbers.</param>
/// <param name="Count">How many.</param>
/// <param name="Of">Of how many; 0 when there is no such number.</param>
/// <param name="Traces">Ids of traces that show it.</param>
public sealed record DoctorFinding(
    string Check, DoctorSeverity Severity, string Subject, string Summary, long Count, long Of, IReadOnlyList<string> Traces, string Cause, string Fix);

/// <param name="Reason">Why nothing could be said; empty otherwise.</param>
public sealed record CheckAnswer(string Check, string Title, CheckOutcome Outcome, string Reason);
