using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Shop;

/// <summary>
/// Takes this process's file descriptors away, as a leak does: the system's limit (<c>RLIMIT_NOFILE</c>) is lowered to what is open and a little more, and
/// whatever becomes free is opened and kept. The next sockets and files fail with "Too many open files". Disposing gives everything back.
/// </summary>
internal sealed partial class FileLimit : IDisposable
{
    private static readonly int Resource = OperatingSystem.IsMacOS() ? 8 : 7;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(20);

    private readonly Limit _before;
    private readonly CancellationTokenSource _stop = new();
    private readonly Stack<SafeFileHandle> _leaked = new();

    private FileLimit(Limit before) => _before = before;

    /// <summary>Lowers the limit to the lowest free descriptor and so many more, and leaks what is left.</summary>
    /// <exception cref="InvalidOperationException">The system does not say or take the limit.</exception>
    public static FileLimit Lower(int spare, TimeProvider time)
    {
        ulong lowestFree;
        using (var probe = File.OpenHandle("/dev/null"))
        {
            lowestFree = (ulong)probe.DangerousGetHandle();
        }

        if (GetLimit(Resource, out var before) != 0)
        {
            throw new InvalidOperationException("The limit of open files cannot be read.");
        }

        var lowered = before with { Soft = lowestFree + (ulong)spare };
        if (SetLimit(Resource, in lowered) != 0)
        {
            throw new InvalidOperationException("The limit of open files cannot be set.");
        }

        var limit = new FileLimit(before);
        _ = Task.Run(() => limit.LeakAsync(time));
        return limit;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _ = SetLimit(Resource, in _before);
    }

    private async Task LeakAsync(TimeProvider time)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                while (!_stop.IsCancellationRequested)
                {
                    _leaked.Push(File.OpenHandle("/dev/null"));
                }
            }
            catch (IOException)
            {
                // None is free now; somebody will give one back.
                await Task.Delay(Every, time);
            }
        }

        while (_leaked.TryPop(out var handle))
        {
            handle.Dispose();
        }
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limit limit);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, in Limit limit);

    private readonly record struct Limit(ulong Soft, ulong Hard);
}
