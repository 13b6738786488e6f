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
internal sealed class TemporaryStore(EmbeddedStore store, DirectoryInfo folder) : ITestStore
{
    public ITelemetryWriter Writer => store.Writer;

    public ITelemetryReader Reader => store.Reader;

    public IStoreAdministration Administration => store.Administration;

    public ISamplingStore Sampling => store.Sampling;

    public static async Task<TemporaryStore> OpenAsync()
    {
        var folder = Directory.CreateTempSubdirectory("clew-store-");
        return new TemporaryStore(await EmbeddedStore.OpenAsync(new StoreOptions(folder.FullName, TimeProvider.System), default), folder);
    }

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        folder.Delete(recursive: true);
    }
}
