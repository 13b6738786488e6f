using System.Globalization;

namespace Clew.Server.Tests.Storage;

[Collection(EmbeddedEngineCollection.Name)]
public sealed class ReleaseMemoryTests
{
    [Fact]
    public async Task The_store_lets_go_of_memory_and_goes_on_working()
    {
        await using var store = await TemporaryStore.OpenAsync();
        await store.Writer.WriteAsync(LogSamples.EveryField(), default);
        var before = FileBackedKilobytes();

        await store.Administration.ReleaseMemoryAsync(default);

        if (OperatingSystem.IsLinux())
        {
            FileBackedKilobytes().ShouldBeLessThan(before - (50 * 1024), "the engine's start alone touches more than 100 MB of its code");
        }

        await store.Writer.WriteAsync(LogSamples.EveryField(), default);
        var statistics = await store.Administration.GetStatisticsAsync(default);
        statistics.Tables.Single(table => table.Table == "logs").Rows.ShouldBe(2 * LogSamples.EveryField().Count);
    }

    private static long FileBackedKilobytes() => !OperatingSystem.IsLinux() ? 0 : long.Parse(
        File.ReadLines("/proc/self/status").Single(line => line.StartsWith("RssFile:", StringComparison.Ordinal)).AsSpan("RssFile:".Length).TrimEnd("kB ").Trim(),
        CultureInfo.InvariantCulture);
}
