using System.Runtime.InteropServices;

namespace Shop;

/// <summary>SIGINT and SIGTERM as one request to stop.</summary>
internal sealed class PosixSignals : IDisposable
{
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    private PosixSignals(Action stop)
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle);

        void Handle(PosixSignalContext context)
        {
            context.Cancel = true;
            stop();
        }
    }

    /// <summary>
    /// Calls the action when asked to stop, in place of dying at once, until it is disposed. The action must not wait for the end it brings
    /// about: disposing waits for the action.
    /// </summary>
    public static PosixSignals OnStop(Action stop) => new(stop);

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
    }
}
