using Clew.Storage.Derivation;
using Clew.Storage.Engine;
using Clew.Storage.Investigations;
using Clew.Storage.Reading;
using Clew.Storage.Sampling;
using Clew.Storage.Schema;
using Clew.Storage.Writing;

namespace Clew.Storage;

/// <summary>
/// The store in this process: a data directory with the embedded engine in it. One process owns the directory at a time. Dispose it before the
/// process exits; the engine does not survive an exit without.
/// </summary>
/// <remarks>Layout of the directory: <c>clew.lock</c> (held while open) and <c>engine/</c> (the engine's own).</remarks>
public sealed class EmbeddedStore : IAsyncDisposable
{
    private const string LockName = "clew.lock";
    private const string EngineFolder = "engine";

    private readonly FileStream _lock;
    private readonly EmbeddedEngine _engine;
    private readonly StoreWriter _writer;
    private readonly StoreRollup _rollup;

    private EmbeddedStore(FileStream directoryLock, EmbeddedEngine engine, ArrayNames arrays, StoreOptions options)
    {
        _lock = directoryLock;
        _engine = engine;
        var changed = new ChangedMinutes();
        _writer = new StoreWriter(engine, options.Limits, options.Time, changed, arrays, (lane, rows, took) => options.OnCommit?.Invoke(new CommitReport(Signal(lane), rows, took)));
        Reader = new StoreReader(engine, options.Limits, changed, arrays);
        Metrics = new MetricStore(engine, options.Limits);
        Rollup = _rollup = new StoreRollup(engine, options.Limits, changed, options.Time);
        Administration = new StoreAdministration(engine, _writer);
        Sampling = new SamplingStore(engine, options.Limits);
        Investigations = new InvestigationStore(engine, _writer);
    }

    public ITelemetryWriter Writer => _writer;

    public ITelemetryReader Reader { get; }

    public IMetricReader Metrics { get; }

    public IStoreAdministration Administration { get; }

    public ISamplingStore Sampling { get; }

    public IInvestigationArchive Investigations { get; }

    public ITelemetryRollup Rollup { get; }

    /// <summary>Version of the schema that this program reads and writes.</summary>
    public static int SchemaVersion => Migrations.Latest;

    /// <summary>Opens a data directory, making it if it does not exist, and brings its schema up to date.</summary>
    /// <exception cref="StoreOpenException">In use by another process, newer schema, not writable, or the engine does not start.</exception>
    public static async Task<EmbeddedStore> OpenAsync(StoreOptions options, CancellationToken cancellation)
    {
        var directoryLock = Lock(options.Directory);
        EmbeddedEngine? engine = null;
        try
        {
            // Signal handlers are put back on the thread that connects; the engine itself does not care which one it is.
            // It takes a relative path for one below its own folder when it writes, so it gets a full one.
            engine = await Task.Run(() => EmbeddedEngine.Open(Path.GetFullPath(Path.Combine(options.Directory, EngineFolder)), options.Limits), cancellation);
            await Migrations.ApplyAsync(engine, options.Time, cancellation);
            return new EmbeddedStore(directoryLock, engine, await ArrayNames.LoadAsync(engine, options.Limits, cancellation), options);
        }
        catch (Exception error)
        {
            if (engine is not null)
            {
                await engine.DisposeAsync();
            }

            await directoryLock.DisposeAsync();
            throw error is EngineException ? new StoreOpenException($"The data directory '{options.Directory}' cannot be opened: {error.Message}", error) : error;
        }
    }

    /// <summary>Commits what is waiting, then closes the engine and lets go of the directory.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        await _engine.DisposeAsync();
        _rollup.Dispose();
        await _lock.DisposeAsync();
    }

    private static FileStream Lock(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
            return new FileStream(Path.Combine(directory, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (File.Exists(Path.Combine(directory, LockName)))
        {
            throw new StoreOpenException($"The data directory '{directory}' is in use by another process. Stop it, or use another directory.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StoreOpenException($"The data directory '{directory}' cannot be used: {error.Message}", error);
        }
    }

    private static string Signal(EngineWork lane) => lane switch
    {
        EngineWork.WriteSpans => "traces",
        EngineWork.WriteLogs => "logs",
        EngineWork.WriteMetrics => "metrics",
        _ => throw new ArgumentOutOfRangeException(nameof(lane), lane, "Only writing lanes commit."),
    };
}

/// <param name="Directory">The data directory.</param>
/// <param name="OnCommit">Told after each commit, on the committing thread; null when nobody listens.</param>
public sealed record StoreOptions(string Directory, TimeProvider Time, Action<CommitReport>? OnCommit = null)
{
    public StorageLimits Limits { get; init; } = StorageLimits.Default;
}

/// <param name="Signal">traces, logs or metrics.</param>
/// <param name="Rows">Rows of all tables.</param>
/// <param name="Took">From the start of the insert until it was on disk.</param>
public sealed record CommitReport(string Signal, int Rows, TimeSpan Took);
