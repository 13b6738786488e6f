namespace Clew.Telemetry;

/// <summary>Looks after the store: what it holds and how long it keeps it.</summary>
public interface IStoreAdministration
{
    /// <summary>Rows, bytes and parts of every table as of now; empty tables are listed too.</summary>
    Task<StoreStatistics> GetStatisticsAsync(CancellationToken cancellation);

    /// <summary>
    /// Deletes telemetry older than <see cref="RetentionPolicy.MaxAge"/>, then the oldest until the store is no larger than
    /// <see cref="RetentionPolicy.MaxBytes"/>. Works by whole days where it can.
    /// </summary>
    Task<RetentionResult> ApplyRetentionAsync(RetentionPolicy policy, Timestamp now, CancellationToken cancellation);

    /// <summary>Waits until background merges have nothing left to do. For measurements.</summary>
    Task SettleAsync(CancellationToken cancellation);

    /// <summary>
    /// Hands memory that is only kept for reuse back to the system. Slows the next writes and questions a little; for quiet periods.
    /// Questions and writes may go on meanwhile.
    /// </summary>
    Task ReleaseMemoryAsync(CancellationToken cancellation);
}

/// <summary>Rows and bytes on disk, per table.</summary>
public sealed record StoreStatistics(IReadOnlyList<TableStatistics> Tables)
{
    public long TotalBytes => Tables.Sum(table => table.BytesOnDisk);
}

/// <param name="Table">Name of the table.</param>
/// <param name="Rows">Rows in active parts.</param>
/// <param name="BytesOnDisk">Bytes of active parts, compressed, with marks and indexes.</param>
/// <param name="Parts">Active parts.</param>
public sealed record TableStatistics(string Table, long Rows, long BytesOnDisk, long Parts);

/// <param name="MaxAge">Null keeps everything.</param>
/// <param name="MaxBytes">Null sets no limit.</param>
public sealed record RetentionPolicy(TimeSpan? MaxAge, long? MaxBytes);

/// <param name="DeletedPartitions">How many day partitions were dropped.</param>
/// <param name="TrimmedBefore">Rows within a day that were older than this were deleted; null when none were.</param>
public sealed record RetentionResult(int DeletedPartitions, Timestamp? TrimmedBefore);
