using System.Text.Json.Serialization;
using Clew.Load.Asking;
using Clew.Load.Measuring;

namespace Clew.Load.Reporting;

/// <summary>The outcome of a run; written as JSON with these names in snake case.</summary>
internal sealed record Report
{
    public required RunParameters Run { get; init; }

    public SendingReport? Sending { get; init; }

    public ServerReport? Server { get; init; }

    public IReadOnlyList<Answer>? Queries { get; init; }

    public CheckResult? Check { get; init; }
}

/// <param name="Items">Spans, log records and data points acknowledged.</param>
/// <param name="Spans">Spans acknowledged.</param>
/// <param name="Logs">Log records acknowledged.</param>
/// <param name="Points">Data points acknowledged.</param>
/// <param name="ItemsPerSecond">Acknowledged items over the time from the first request to the last answer.</param>
/// <param name="Seconds">That time.</param>
/// <param name="Megabytes">Encoded, before compression, retries included.</param>
/// <param name="Requests">Attempts.</param>
/// <param name="Retries">Attempts that ended busy or broken and were made again.</param>
/// <param name="Rejected">Items refused by partial successes.</param>
/// <param name="Refused">Items in requests answered with an error that must not be retried.</param>
/// <param name="Failed">Items in requests that were given up.</param>
/// <param name="LatencyMs">Of acknowledged attempts.</param>
/// <param name="GeneratorCpuSeconds">Processor time of this program while sending; the server did not have it.</param>
/// <param name="Messages">The server's words and how often.</param>
internal sealed record SendingReport(
    long Items, long Spans, long Logs, long Points, double ItemsPerSecond, double Seconds, double Megabytes, long Requests, long Retries,
    long Rejected, long Refused, long Failed, Percentiles LatencyMs, double GeneratorCpuSeconds, IReadOnlyDictionary<string, long> Messages);

/// <param name="CpuSecondsWhileSending">From the first request to the last answer.</param>
/// <param name="CpuSecondsSettled">From the first request until flushes and merges were done.</param>
/// <param name="CpuSecondsPerMillion">The settled figure per million acknowledged items.</param>
/// <param name="SettleSeconds">How long settling took after the last answer.</param>
/// <param name="Settled">False: still busy after the longest wait; the figures are not final.</param>
/// <param name="PeakMegabytes">Most resident memory ever (VmHWM).</param>
/// <param name="IdleMegabytes">Resident memory after settling and <see cref="Limits.IdleSeconds"/> of idleness (VmRSS).</param>
/// <param name="DiskMegabytes">Growth of the data directory.</param>
/// <param name="DiskBytesPerItem">That per acknowledged item.</param>
internal sealed record ServerReport(
    double CpuSecondsWhileSending, double CpuSecondsSettled, double CpuSecondsPerMillion, double SettleSeconds, bool Settled,
    double PeakMegabytes, double IdleMegabytes, double? DiskMegabytes, double? DiskBytesPerItem);

[JsonSourceGenerationOptions(WriteIndented = true, UseStringEnumConverter = true, IgnoreReadOnlyProperties = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Report))]
internal sealed partial class ReportJson : JsonSerializerContext;
