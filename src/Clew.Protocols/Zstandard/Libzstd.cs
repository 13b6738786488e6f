using System.Reflection;
using System.Runtime.InteropServices;

namespace Clew.Protocols.Zstandard;

/// <summary>The C interface of the machine's libzstd (1.4 or later), as far as it is used. Every Debian has it: dpkg needs it.</summary>
internal static unsafe partial class Libzstd
{
    private const string Library = "zstd";

    /// <summary><c>ZSTD_d_windowLogMax</c>.</summary>
    public const int WindowLogMax = 100;

    /// <summary>Where the library is looked for, in this order; versions of the interface before 1 are not compatible.</summary>
    private static readonly string[] Names = OperatingSystem.IsMacOS()
        ? ["libzstd.1.dylib", "/opt/homebrew/lib/libzstd.1.dylib", "/usr/local/lib/libzstd.1.dylib"]
        : ["libzstd.so.1"];

    private static readonly nint Handle = Load();

    static Libzstd() => NativeLibrary.SetDllImportResolver(typeof(Libzstd).Assembly, Resolve);

    public static bool IsThere => Handle != 0;

    [LibraryImport(Library, EntryPoint = "ZSTD_createDCtx")]
    public static partial nint CreateContext();

    [LibraryImport(Library, EntryPoint = "ZSTD_freeDCtx")]
    public static partial nuint FreeContext(nint context);

    [LibraryImport(Library, EntryPoint = "ZSTD_DCtx_setParameter")]
    public static partial nuint SetParameter(nint context, int parameter, int value);

    /// <returns>0 at the end of a frame, an error, or how much of the frame may be left.</returns>
    [LibraryImport(Library, EntryPoint = "ZSTD_decompressStream")]
    public static partial nuint Decompress(nint context, ref OutBuffer output, ref InBuffer input);

    [LibraryImport(Library, EntryPoint = "ZSTD_isError")]
    public static partial uint IsError(nuint code);

    /// <returns>Zero-terminated ASCII that lives as long as the library.</returns>
    [LibraryImport(Library, EntryPoint = "ZSTD_getErrorName")]
    public static partial byte* ErrorName(nuint code);

    private static nint Load()
    {
        foreach (var name in Names)
        {
            if (NativeLibrary.TryLoad(name, out var handle))
            {
                return handle;
            }
        }

        return 0;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) => name == Library ? Handle : 0;

    /// <summary><c>ZSTD_inBuffer</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct InBuffer
    {
        public byte* Source;
        public nuint Size;
        public nuint Position;
    }

    /// <summary><c>ZSTD_outBuffer</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct OutBuffer
    {
        public byte* Target;
        public nuint Size;
        public nuint Position;
    }
}
