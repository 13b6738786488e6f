using System.Threading.Channels;
using Clew.Storage.Engine;

namespace Clew.Storage.Writing;

/// <summary>
/// Joins the writes of many callers into one insert per table, so that each fsync serves all of them. While one commit runs the next one
/// gathers; on an idle store a write is committed at once.
/// </summary>
internal sealed class GroupCommit : IAsyncDisposable
{
    private readonly Channel<PendingWrite> _queue = Channel.CreateUnbounded<PendingWrite>(new UnboundedChannelOptions { SingleReader = true });
    private readonly IStoreEngine _engine;
    private readonly EngineWork _lane;
    private readonly StorageLimits _limits;
    private readonly TimeProvider _time;
    private readonly Action<EngineWork, int, TimeSpan> _onCommit;
    private readonly Task _loop;

    /// <param name="onCommit">Told after each commit: which lane, rows, how long it took.</param>
    public GroupCommit(IStoreEngine engine, EngineWork lane, StorageLimits limits, TimeProvider time, Action<EngineWork, int, TimeSpan> onCommit)
    {
        _engine = engine;
        _lane = lane;
        _limits = limits;
        _time = time;
        _onCommit = onCommit;
        _loop = Task.Run(RunAsync);
    }

    /// <returns>A task that completes when the rows are on disk.</returns>
    /// <exception cref="StoreUnavailableException">The store is closing.</exception>
    public Task AddAsync(PendingWrite write)
    {
        if (!_queue.Writer.TryWrite(write))
        {
            throw new StoreUnavailableException("The store is closing.", TimeSpan.FromSeconds(5));
        }

        return write.Completion;
    }

    /// <summary>Commits what is waiting, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
    }

    private async Task RunAsync()
    {
        var group = new List<PendingWrite>();
        var lastEnd = long.MinValue;
        while (await _queue.Reader.WaitToReadAsync())
        {
            if (lastEnd != long.MinValue && _time.GetElapsedTime(lastEnd) < _limits.CommitBusyWindow)
            {
                // Callers that were just answered are about to send again: a short wait makes one commit of theirs instead of two.
                await Task.Delay(_limits.CommitGatherTime, _time);
            }

            Gather(group);
            var started = _time.GetTimestamp();
            await CommitAsync(group);
            _onCommit(_lane, group.Sum(write => write.Rows), _time.GetElapsedTime(started));
            lastEnd = _time.GetTimestamp();
            group.Clear();
        }
    }

    private void Gather(List<PendingWrite> group)
    {
        var rows = 0L;
        var bytes = 0L;
        while (rows < _limits.CommitMaxRows && bytes < _limits.CommitMaxBytes && _queue.Reader.TryRead(out var write))
        {
            group.Add(write);
            rows += write.Rows;
            bytes += write.Bytes;
        }
    }

    private async Task CommitAsync(List<PendingWrite> group)
    {
        try
        {
            await InsertAsync(group);
        }
        catch (EngineException) when (group.Count > 1)
        {
            // One caller's rows may be what the engine refuses; the others must not suffer for it.
            foreach (var write in group)
            {
                await CommitAsync([write]);
            }

            return;
        }
        catch (Exception error)
        {
            foreach (var write in group)
            {
                write.Failed(StoreErrors.Translate(error));
            }

            return;
        }

        foreach (var write in group)
        {
            write.Committed();
        }
    }

    /// <summary>Tables in the order of first mention, which every caller keeps: contents before the rows that point to them.</summary>
    private Task InsertAsync(IReadOnlyList<PendingWrite> group) => _engine.InsertAsync(
        _lane, [.. group.SelectMany(write => write.Tables).Where(rows => rows.Rows > 0).GroupBy(rows => rows.Table)]);
}
