using System.Runtime.InteropServices;

namespace Clew.Testing;

/// <summary>Packs with the machine's libzstd, which is what senders use; and writes frames by hand.</summary>
internal static class ZstandardPacker
{
    private delegate nuint Bound(nuint size);

    private delegate nuint Compress(byte[] target, nuint capacity, byte[] source, nuint size, int level);

    public static byte[] Pack(byte[] content, int level = 3)
    {
        var library = NativeLibrary.Load(OperatingSystem.IsMacOS() ? "libzstd.1.dylib" : "libzstd.so.1");
        var bound = Marshal.GetDelegateForFunctionPointer<Bound>(NativeLibrary.GetExport(library, "ZSTD_compressBound"));
        var compress = Marshal.GetDelegateForFunctionPointer<Compress>(NativeLibrary.GetExport(library, "ZSTD_compress"));
        var packed = new byte[(int)bound((nuint)content.Length)];
        return packed[..(int)compress(packed, (nuint)packed.Length, content, (nuint)content.Length, level)];
    }

    /// <summary>A frame (RFC 8878 §3.1.1) of one block that is not packed.</summary>
    /// <param name="windowLog">What the frame says its reader needs, as a power of two of bytes, from 10 on.</param>
    public static byte[] Frame(ReadOnlySpan<byte> content, int windowLog) =>
        [0x28, 0xb5, 0x2f, 0xfd, 0, (byte)((windowLog - 10) << 3), (byte)((content.Length << 3) | 1), (byte)(content.Length >> 5), (byte)(content.Length >> 13), .. content];
}
