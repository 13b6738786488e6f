using System.Runtime.CompilerServices;
using Clew.Storage.Native;
using Clew.Storage.Writing;

namespace Clew.Storage.Engine;

/// <summary>libchdb in this process: all connections are opened at the start, each lane has its own.</summary>
internal sealed class EmbeddedEngine : IStoreEngine
{
    /// <summary>
    /// One thread and no limit on rows per block, so that a commit becomes one part per day; no limit on days, because an import of old files
    /// may span many. The indexes of lines, and of the attributes of log records and of events, are left to
    /// merges; those by which the newest spans are searched are made at once, which costs next to nothing.
    /// </summary>
    private const string InsertSettings =
        "max_threads = 1, max_insert_threads = 1, input_format_parallel_parsing = 0, exclude_materialize_skip_indexes_on_insert = 'attribute_value_bloom, detail_bloom, body_trigrams', max_partitions_per_insert_block = 0, "
        + "min_insert_block_size_rows = 10000000, min_insert_block_size_bytes = 1073741824, optimize_on_insert = 0";

    /// <summary>Caches sized for a guest in somebody's process: the defaults are for a whole server.</summary>
    private static readonly string[] Arguments =
    [
        "--mark_cache_size=67108864",
        "--primary_index_cache_size=67108864",
        "--query_condition_cache_size=8388608",
        "--compiled_expression_cache_size=8388608",
    ];

    private readonly List<EngineConnection> _connections = [];
    private readonly Dictionary<EngineWork, EngineLane> _lanes = [];
    private long _statements;

    private EmbeddedEngine()
    {
    }

    /// <summary>Opens the engine's folder with all connections.</summary>
    /// <exception cref="StoreOpenException">It cannot be opened.</exception>
    public static EmbeddedEngine Open(string directory, StorageLimits limits)
    {
        var engine = new EmbeddedEngine();
        try
        {
            foreach (var work in Enum.GetValues<EngineWork>())
            {
                var connections = new List<EngineConnection>();
                for (var i = 0; i < (work == EngineWork.Read ? limits.ReadConnections : 1); i++)
                {
                    var connection = EngineConnection.Open(directory, Arguments);
                    engine._connections.Add(connection);
                    connections.Add(connection);
                }

                engine._lanes.Add(work, new EngineLane(work.ToString(), connections));
            }

            return engine;
        }
        catch
        {
            engine.Close();
            throw;
        }
    }

    public async Task<IReadOnlyList<NativeBlock>> QueryAsync(EngineWork lane, string sql, CancellationToken cancellation)
    {
        // The engine takes no query id from its callers, so a comment names the statement for the case that it has to be stopped.
        var mark = $"clew-statement-{Interlocked.Increment(ref _statements)}";
        var started = new StrongBox<bool>();
        await using var stop = cancellation.Register(() =>
        {
            if (Volatile.Read(ref started.Value))
            {
                Stop(mark);
            }
        });
        try
        {
            var answer = await _lanes[lane].RunAsync(
                connection =>
                {
                    Volatile.Write(ref started.Value, true);
                    return connection.Query($"/* {mark} */ {sql}");
                },
                cancellation);
            return NativeReader.Read(answer);
        }
        catch (EngineException error) when (error.Code == EngineErrorCodes.QueryWasCancelled && cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException("The asker went away.", error, cancellation);
        }
    }

    public Task InsertAsync(EngineWork lane, IReadOnlyList<IGrouping<TableColumns, EncodedRows>> tables) => _lanes[lane].RunAsync(
        connection =>
        {
            foreach (var table in tables)
            {
                Insert(connection, table);
            }

            return true;
        },
        CancellationToken.None);

    /// <summary>The allocator keeps what it once had, up to a hundred megabytes after a burst, until told to let go; so does the kernel with code.</summary>
    public async Task ReleaseMemoryAsync(CancellationToken cancellation)
    {
        await QueryAsync(EngineWork.Background, "SYSTEM JEMALLOC PURGE", cancellation);
        EngineImage.ReleasePages();
    }

    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    private static void Insert(EngineConnection connection, IGrouping<TableColumns, EncodedRows> rows)
    {
        using var file = new MemoryFile();
        foreach (var block in rows)
        {
            file.Write(block.Blocks.Written);
        }

        var table = rows.Key;
        var structure = table.Structure.Replace("'", "\\'", StringComparison.Ordinal);
        connection.Query(
            $"INSERT INTO {table.Table} ({table.Names}) SELECT {table.Names} FROM file('{file.Path}', Native, '{structure}') SETTINGS {InsertSettings}");
    }

    /// <summary>Stops a running statement, from the lane that nobody waits for.</summary>
    private void Stop(string mark) => _lanes[EngineWork.Background].RunAsync(
        connection => connection.Query($"KILL QUERY WHERE query LIKE '/* {mark} */%' ASYNC"),
        CancellationToken.None)
        .ContinueWith(task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    /// <summary>Ends the lanes, then closes the connections: leaving one open makes the process crash at its exit.</summary>
    private void Close()
    {
        foreach (var lane in _lanes.Values)
        {
            lane.Dispose();
        }

        foreach (var connection in _connections)
        {
            connection.Dispose();
        }

        _lanes.Clear();
        _connections.Clear();
    }
}
