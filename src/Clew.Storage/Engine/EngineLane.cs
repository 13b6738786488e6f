using System.Collections.Concurrent;

namespace Clew.Storage.Engine;

/// <summary>
/// Connections that do one kind of work, each with its own thread, because the engine's calls block. Work waits in one queue in front of them,
/// so that a long question in one lane never holds up another lane.
/// </summary>
internal sealed class EngineLane : IDisposable
{
    private readonly BlockingCollection<Action<EngineConnection>> _queue = [];
    private readonly Thread[] _threads;

    public EngineLane(string name, IReadOnlyList<EngineConnection> connections)
    {
        _threads = new Thread[connections.Count];
        for (var i = 0; i < connections.Count; i++)
        {
            var connection = connections[i];
            _threads[i] = new Thread(() => Work(connection)) { IsBackground = true, Name = $"engine {name} {i}" };
            _threads[i].Start();
        }
    }

    /// <summary>Runs the work on the next free connection. Cancelling before it starts takes it out of the queue; afterwards it runs to its end.</summary>
    public Task<T> RunAsync<T>(Func<EngineConnection, T> work, CancellationToken cancellation)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var registration = cancellation.Register(() => completion.TrySetCanceled(cancellation));
        try
        {
            _queue.Add(
                connection =>
                {
                    registration.Dispose();
                    if (completion.Task.IsCompleted)
                    {
                        return;
                    }

                    try
                    {
                        completion.TrySetResult(work(connection));
                    }
                    catch (Exception error)
                    {
                        completion.TrySetException(error);
                    }
                },
                CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            registration.Dispose();
            return Task.FromException<T>(new StoreUnavailableException("The store is closing.", TimeSpan.FromSeconds(5)));
        }

        return completion.Task;
    }

    /// <summary>Finishes what is queued, then ends the threads. The connections stay open for their owner to close.</summary>
    public void Dispose()
    {
        _queue.CompleteAdding();
        foreach (var thread in _threads)
        {
            thread.Join();
        }
    }

    private void Work(EngineConnection connection)
    {
        foreach (var work in _queue.GetConsumingEnumerable())
        {
            work(connection);
        }
    }
}
