using Clew.Server.Configuration;
using Clew.Storage;
using Clew.Telemetry;

namespace Clew.Server.Hosting;

/// <summary>
/// A server from its start to its end, on the embedded store.
/// </summary>
/// <remarks>
/// <code>
///  1 open the store      before any door: the engine connects while nobody is served
///  2 open the doors      and say so, in one line
///  3 wait                until asked to stop
///  4 close the doors     requests in flight are answered first
///  5 close the store     what waits is committed; the engine does not survive an exit without
/// </code>
/// </remarks>
public static class ServerProcess
{
    /// <param name="output">Gets one line when data is accepted.</param>
    /// <param name="stop">Cancelled when the server shall stop.</param>
    /// <exception cref="StoreOpenException">The data directory cannot be used.</exception>
    /// <exception cref="DoorClosedException">A port cannot be listened on.</exception>
    public static async Task RunAsync(ServerOptions options, TextWriter output, TimeProvider time, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(output);

        // 1 open the store
        var commits = new CommitFeed();
        await using var store = await EmbeddedStore.OpenAsync(new StoreOptions(options.DataDirectory, time, commits.Tell) { Limits = options.Store }, stop);

        // 2 open the doors
        var ports = new StorePorts(store.Writer, store.Reader, store.Administration) { Commits = commits, Sampling = store.Sampling, Investigations = store.Investigations, Rollup = store.Rollup, Metrics = store.Metrics };
        await using var server = await ClewServer.StartAsync(options, ports, time, stop);
        await output.WriteLineAsync($"clew is ready: {server.DescribeAddresses()} data={Path.GetFullPath(options.DataDirectory)}");
        await output.FlushAsync(CancellationToken.None);

        // 3 wait
        await Task.Delay(Timeout.InfiniteTimeSpan, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // 4 close the doors
        await server.StopAsync();

        // 5 close the store: by its disposal, which is the last
    }
}
