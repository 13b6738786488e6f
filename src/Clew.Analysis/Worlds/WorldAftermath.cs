using Clew.Analysis.Reports;
using Clew.Telemetry;

namespace Clew.Analysis.Worlds;

/// <summary>What is asked for once it is known who was hurt: the alerts around the window, and how the worst hit entry point fared until its end and after.</summary>
public sealed record WorldAftermath
{
    /// <summary>Alerts that fired from shortly before the window on, oldest first.</summary>
    public IReadOnlyList<AlertRecord> Alerts { get; init => field = value ?? []; } = [];

    /// <summary>The entry point's service; empty when nobody was seen to be hurt.</summary>
    public string Service { get; init => field = value ?? ""; } = "";

    public string Operation { get; init => field = value ?? ""; } = "";

    /// <summary>Its requests by steps, oldest first; steps without requests are left out.</summary>
    public IReadOnlyList<CoursePoint> Course { get; init => field = value ?? []; } = [];

    /// <summary>Earlier investigations like this one, most alike first.</summary>
    public IReadOnlyList<PastIncident> Similar { get; init => field = value ?? []; } = [];
}

/// <summary>An operation's requests in one step of time.</summary>
/// <param name="Time">Begin of the step, nanoseconds since the Unix epoch.</param>
/// <param name="P95">Nanoseconds.</param>
public readonly record struct CoursePoint(long Time, long Count, long Errors, double P95);
