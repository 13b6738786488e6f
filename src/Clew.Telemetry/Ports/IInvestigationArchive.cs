namespace Clew.Telemetry;

/// <summary>
/// Remembers what investigations found.
/// </summary>
/// <remarks>
/// <para>Durability: what was written is on disk when the task completes. One with the time and id of an earlier one replaces it.</para>
/// <para>Retention: 400 days after the begin of its window, whatever the retention of telemetry; the store forgets it by itself.</para>
/// <para>Errors: <see cref="StoreUnavailableException"/>, <see cref="QueryLimitException"/>; <see cref="OperationCanceledException"/> when the asker went away.</para>
/// </remarks>
public interface IInvestigationArchive
{
    /// <summary>Keeps one.</summary>
    Task WriteAsync(Tenant tenant, PastInvestigation investigation, CancellationToken cancellation);

    /// <summary>Those whose window begins within the range, the latest first, without their reports.</summary>
    /// <param name="limit">At most this many.</param>
    Task<IReadOnlyList<PastInvestigation>> ListAsync(Tenant tenant, TimeRange range, int limit, CancellationToken cancellation);

    /// <summary>The one of that id, with its report; null when there is none.</summary>
    Task<PastInvestigation?> FindAsync(Tenant tenant, string id, CancellationToken cancellation);
}
