using System.Runtime.InteropServices;

namespace Clew.Storage.Engine;

/// <summary>
/// Keeps the process's signal handlers what they were. The engine installs its own when it connects, and then the runtime's way of turning a
/// SIGSEGV into a NullReferenceException (and SIGFPE into a DivideByZeroException) is gone: the process dies instead.
/// </summary>
internal sealed unsafe partial class SignalHandlers
{
    /// <summary>Larger than struct sigaction on every platform (152 bytes on 64-bit glibc); the content is opaque to us.</summary>
    private const int ActionSize = 256;

    private const int LastSignal = 31;
    private const int Kill = 9;

    private readonly byte[] _saved = new byte[(LastSignal + 1) * ActionSize];
    private readonly bool[] _known = new bool[LastSignal + 1];

    private SignalHandlers()
    {
    }

    public static SignalHandlers Save()
    {
        var handlers = new SignalHandlers();
        fixed (byte* saved = handlers._saved)
        {
            for (var signal = 1; signal <= LastSignal; signal++)
            {
                handlers._known[signal] = signal != Kill && SigAction(signal, null, saved + (signal * ActionSize)) == 0;
            }
        }

        return handlers;
    }

    public void Restore()
    {
        fixed (byte* saved = _saved)
        {
            for (var signal = 1; signal <= LastSignal; signal++)
            {
                if (_known[signal])
                {
                    // SIGSTOP can be read but not set; nothing can have changed it either.
                    _ = SigAction(signal, saved + (signal * ActionSize), null);
                }
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "sigaction", SetLastError = true)]
    private static partial int SigAction(int signal, byte* action, byte* previous);
}
