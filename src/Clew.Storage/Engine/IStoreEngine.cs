using Clew.Storage.Native;
using Clew.Storage.Writing;

namespace Clew.Storage.Engine;

/// <summary>
/// Where SQL runs. The embedded engine is one; a ClickHouse server is another. Everything above speaks the same SQL and the same blocks.
/// </summary>
internal interface IStoreEngine : IAsyncDisposable
{
    /// <summary>Runs a statement in a lane and gives its answer.</summary>
    /// <exception cref="EngineException">The engine's own error.</exception>
    Task<IReadOnlyList<NativeBlock>> QueryAsync(EngineWork lane, string sql, CancellationToken cancellation);

    /// <summary>Inserts rows, table after table in the order given; complete when they are on disk.</summary>
    /// <exception cref="EngineException">The engine's own error.</exception>
    Task InsertAsync(EngineWork lane, IReadOnlyList<IGrouping<TableColumns, EncodedRows>> tables);

    /// <summary>Hands the engine's unused memory back to the system this process shares with it; nothing to do for an engine elsewhere.</summary>
    Task ReleaseMemoryAsync(CancellationToken cancellation);
}

/// <summary>Kinds of work that must not wait for each other.</summary>
internal enum EngineWork
{
    WriteSpans,
    WriteLogs,
    WriteMetrics,

    /// <summary>Questions somebody waits for.</summary>
    Read,

    /// <summary>Roll-ups: long, and nobody waits for them.</summary>
    Derive,

    /// <summary>Retention, statistics, migrations.</summary>
    Background,

    /// <summary>Deciding over stored traces: statements that may take minutes, one after the other.</summary>
    Sampling,
}
