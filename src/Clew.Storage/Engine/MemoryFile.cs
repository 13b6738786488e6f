using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Clew.Storage.Engine;

/// <summary>
/// A file that exists only in memory (memfd), through which blocks are handed to the engine: a statement's own text may not carry them, since
/// it is cut at 256 KiB.
/// </summary>
internal sealed partial class MemoryFile : IDisposable
{
    private readonly SafeFileHandle _handle;

    public MemoryFile()
    {
        var descriptor = MemfdCreate("clew-blocks", 0);
        if (descriptor < 0)
        {
            throw new IOException($"memfd_create failed: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        _handle = new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>Where the engine, being in this process, finds the file.</summary>
    public string Path => $"/proc/self/fd/{_handle.DangerousGetHandle()}";

    public long Length { get; private set; }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        RandomAccess.Write(_handle, bytes, Length);
        Length += bytes.Length;
    }

    public void Dispose() => _handle.Dispose();

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MemfdCreate(string name, uint flags);
}
