using Clew.Storage;
using Clew.Telemetry;

namespace Clew.Server.Tests.Storage;

/// <summary>The contract on the embedded engine. The engine holds one directory per process at a time, so these tests run one after the other.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class EmbeddedStoreTests : StoreContract
{
    protected override async Task<ITestStore> OpenAsync() => await TemporaryStore.OpenAsync();
}

[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class EmbeddedEngineCollection
{
    public const string Name = "embedded engine";
}

/// <summary>An embedded store in a folder that is deleted with it.</summary>
internal sealed class TemporaryStore(EmbeddedStore opened, DirectoryInfo folder) : ITestStore
{
    private EmbeddedStore _store = opened;

    public ITelemetryWriter Writer => _store.Writer;

    public ITelemetryReader Reader => _store.Reader;

    public IStoreAdministration Administration => _store.Administration;

    public IMetricReader Metrics => _store.Metrics;

    public ITelemetryRollup Rollup => _store.Rollup;

    public ISamplingStore Sampling => _store.Sampling;

    public IInvestigationArchive Investigations => _store.Investigations;

    public DirectoryInfo Folder => folder;

    /// <param name="limits">The usual ones unless given.</param>
    public static async Task<TemporaryStore> OpenAsync(StorageLimits? limits = null)
    {
        var folder = Directory.CreateTempSubdirectory("clew-store-");
        return new TemporaryStore(await EmbeddedStore.OpenAsync(new StoreOptions(folder.FullName, TimeProvider.System) { Limits = limits ?? StorageLimits.Default }, default), folder);
    }

    /// <summary>Closes the store and opens the same directory again.</summary>
    public async Task ReopenAsync()
    {
        await _store.DisposeAsync();
        _store = await EmbeddedStore.OpenAsync(new StoreOptions(folder.FullName, TimeProvider.System), default);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        folder.Delete(recursive: true);
    }
}
