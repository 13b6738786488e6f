using Clew.Telemetry;

namespace Clew.Server.PostgreSql;

/// <summary>What one look at a PostgreSQL server saw. Counters are totals since the server's statistics were reset.</summary>
/// <param name="Statements">Null when the extension pg_stat_statements is not there.</param>
internal sealed record PostgreSqlSample(
    Timestamp Time,
    Timestamp StartedAt,
    string Version,
    int MaxConnections,
    IReadOnlyList<DatabaseCounters> Databases,
    IReadOnlyList<ConnectionCount> Connections,
    IReadOnlyList<LockCount> Locks,
    IReadOnlyList<SessionState> Sessions,
    IReadOnlyDictionary<StatementKey, StatementCounters>? Statements);

/// <param name="SizeBytes">Null when the role may not see it.</param>
internal sealed record DatabaseCounters(
    string Name, long Commits, long Rollbacks, long BlocksRead, long BlocksHit, long RowsReturned, long RowsFetched, long RowsInserted, long RowsUpdated,
    long RowsDeleted, long Conflicts, long TempFiles, long TempBytes, long Deadlocks, long? SizeBytes);

/// <param name="State">active, idle, idle in transaction, …</param>
/// <param name="WaitEventType">What they wait for: Lock, IO, Client, …; empty for nothing.</param>
internal sealed record ConnectionCount(string Database, string State, string WaitEventType, long Count);

internal sealed record LockCount(string Type, string Mode, bool Granted, long Count);

/// <summary>A session worth telling of: it waits for a lock, keeps others waiting, or has been at it for long.</summary>
/// <param name="StatementSeconds">Since its statement began, or since it fell idle within a transaction.</param>
/// <param name="BlockedBy">Process ids.</param>
internal sealed record SessionState(
    int Pid, string Database, string User, string Application, string Client, string State, string WaitEventType, string WaitEvent, double StatementSeconds,
    double TransactionSeconds, IReadOnlyList<int> BlockedBy, bool BlocksOthers, string Query);

internal readonly record struct StatementKey(string Database, string User, long QueryId, bool TopLevel);

/// <param name="TotalMilliseconds">Executing, without planning.</param>
/// <param name="IoMilliseconds">Reading and writing blocks; 0 when track_io_timing is off.</param>
internal sealed record StatementCounters(
    string Query, long Calls, double TotalMilliseconds, long Rows, long SharedBlocksHit, long SharedBlocksRead, long TempBlocksWritten, double IoMilliseconds)
{
    /// <summary>What was added since an earlier look; all of it after a reset.</summary>
    public StatementCounters Since(StatementCounters? before) => before is null || before.Calls > Calls
        ? this
        : this with
        {
            Calls = Calls - before.Calls,
            TotalMilliseconds = Math.Max(0, TotalMilliseconds - before.TotalMilliseconds),
            Rows = Math.Max(0, Rows - before.Rows),
            SharedBlocksHit = Math.Max(0, SharedBlocksHit - before.SharedBlocksHit),
            SharedBlocksRead = Math.Max(0, SharedBlocksRead - before.SharedBlocksRead),
            TempBlocksWritten = Math.Max(0, TempBlocksWritten - before.TempBlocksWritten),
            IoMilliseconds = Math.Max(0, IoMilliseconds - before.IoMilliseconds),
        };
}
