using Clew.Storage;
using Clew.Telemetry;

namespace Clew.Server.Hosting;

/// <summary>The faces of one open store. Whoever opened it closes it, after the server has stopped.</summary>
public sealed record StorePorts(ITelemetryWriter Writer, ITelemetryReader Reader, IStoreAdministration Administration)
{
    /// <summary>Reads metrics by series; null when PromQL is not to be answered.</summary>
    public IMetricReader? Metrics { get; init; }

    /// <summary>Keeps sums per minute; null when nothing is to be rolled up.</summary>
    public ITelemetryRollup? Rollup { get; init; }

    /// <summary>Tells of the store's commits; null when it does not.</summary>
    public CommitFeed? Commits { get; init; }

    /// <summary>What sampling asks of the store; null when the store cannot.</summary>
    public ISamplingStore? Sampling { get; init; }

    /// <summary>Remembers what investigations found; null when nothing is to be remembered.</summary>
    public IInvestigationArchive? Investigations { get; init; }
}

/// <summary>Passes a store's commits on to the server that is started on it later.</summary>
public sealed class CommitFeed
{
    private volatile Action<CommitReport>? _listener;

    public void Tell(CommitReport report) => _listener?.Invoke(report);

    internal void Listen(Action<CommitReport> listener) => _listener = listener;
}
