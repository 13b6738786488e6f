using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Clew.Analysis.Capsules;

namespace Clew.Server.Capsules;

/// <summary>A capsule's files and what is wrong with them.</summary>
/// <param name="Files">Without the manifest, in the archive's order.</param>
/// <param name="Problems">What is not as it was written, a sentence each; empty for an intact capsule.</param>
public sealed record Capsule(CapsuleManifest Manifest, IReadOnlyList<(string Path, byte[] Content)> Files, IReadOnlyList<string> Problems)
{
    /// <summary>The file of that path; null when there is none.</summary>
    public byte[]? this[string path] => Files.FirstOrDefault(file => file.Path == path).Content;
}

/// <summary>
/// A capsule as a file: a tar archive (POSIX ustar: plain files only) packed with gzip, the manifest first. <c>tar xzf</c> reads it. The reader takes plain files and nothing
/// else: no links, devices, extended headers or ways out of the folder, and no length is believed.
/// </summary>
public static class CapsuleArchive
{
    private const int BlockBytes = 512;

    /// <summary>Writes the files with a manifest made of them.</summary>
    /// <returns>The manifest.</returns>
    public static CapsuleManifest Write(Stream output, DateTimeOffset written, string headline, IReadOnlyList<(string Path, byte[] Content)> files)
    {
        var manifest = CapsuleChain.Make(written, headline, files);
        using var packed = new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true);
        using var tar = new TarWriter(packed, TarEntryFormat.Ustar, leaveOpen: true);
        foreach (var (path, content) in files.Prepend((CapsuleChain.ManifestPath, JsonSerializer.SerializeToUtf8Bytes(manifest, CapsuleJson.Default.CapsuleManifest))))
        {
            using var data = new MemoryStream(content, writable: false);
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, path) { DataStream = data, ModificationTime = written, Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead });
        }

        return manifest;
    }

    /// <summary>Reads a capsule whole.</summary>
    /// <exception cref="InvalidDataException">It is none, or larger than a limit; the message says which.</exception>
    public static Capsule Read(Stream input, CapsuleLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var files = new List<(string Path, byte[] Content)>();
        using var unpacked = new GZipStream(input, CompressionMode.Decompress, leaveOpen: true);
        var header = new byte[BlockBytes];
        var total = 0L;
        while (ReadBlock(unpacked, header))
        {
            if (header.AsSpan().IndexOfAnyExcept((byte)0) < 0)
            {
                break; // The end: whatever follows is not read.
            }

            var (path, length) = ReadHeader(header);
            if (files.Count > limits.Files)
            {
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"It has more than {limits.Files} files."));
            }

            if (length > limits.FileBytes || total + length > limits.TotalBytes)
            {
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{path} is larger than a capsule may be ({limits.FileBytes >> 20} MiB a file, {limits.TotalBytes >> 20} MiB in all)."));
            }

            if (files.Exists(file => file.Path == path))
            {
                throw new InvalidDataException($"{path} is in it twice.");
            }

            total += length;
            files.Add((path, ReadContent(unpacked, path, length)));
        }

        var at = files.FindIndex(file => file.Path == CapsuleChain.ManifestPath);
        if (at < 0)
        {
            throw new InvalidDataException("It has no manifest.json: it is no capsule of clew.");
        }

        CapsuleManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize(files[at].Content, CapsuleJson.Default.CapsuleManifest);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"Its manifest cannot be read: {e.Message}", e);
        }

        if (manifest is not { FormatVersion: 1 })
        {
            throw new InvalidDataException($"Its format has the version {manifest?.FormatVersion.ToString(CultureInfo.InvariantCulture) ?? "none"}; this clew reads version 1.");
        }

        files.RemoveAt(at);
        return new Capsule(manifest, files, CapsuleChain.Check(manifest, files));
    }

    private static (string Path, long Length) ReadHeader(ReadOnlySpan<byte> header)
    {
        if (!header.Slice(257, 5).SequenceEqual("ustar"u8))
        {
            throw new InvalidDataException("It is not a tar archive as capsules are.");
        }

        var sum = 0L;
        for (var i = 0; i < header.Length; i++)
        {
            sum += i is >= 148 and < 156 ? ' ' : header[i]; // The sum counts its own field as spaces.
        }

        var path = Text(header[..100]);
        if (Octal(header.Slice(148, 8)) != sum)
        {
            throw new InvalidDataException("The header of one of its files is damaged.");
        }

        if (header[156] is not ((byte)'0' or 0) || header[345] != 0 || !CapsuleChain.IsPath(path))
        {
            throw new InvalidDataException("It has an entry that no capsule has: a link, a folder, or a path that leads elsewhere. Nothing of it was unpacked.");
        }

        return (path, Octal(header.Slice(124, 12)));
    }

    private static byte[] ReadContent(Stream input, string path, long length)
    {
        // Grows with what really comes.
        using var content = new MemoryStream();
        var piece = new byte[64 << 10];
        for (var left = length; left > 0;)
        {
            var read = input.Read(piece, 0, (int)Math.Min(piece.Length, left));
            if (read == 0)
            {
                throw new InvalidDataException($"It ends within {path}.");
            }

            content.Write(piece, 0, read);
            left -= read;
        }

        var padding = (int)((BlockBytes - (length % BlockBytes)) % BlockBytes);
        if (padding > 0 && input.ReadAtLeast(piece.AsSpan(0, padding), padding, throwOnEndOfStream: false) < padding)
        {
            throw new InvalidDataException($"It ends after {path}.");
        }

        return content.ToArray();
    }

    private static bool ReadBlock(Stream input, byte[] block)
    {
        var read = input.ReadAtLeast(block, block.Length, throwOnEndOfStream: false);
        return read == block.Length || (read == 0 ? false : throw new InvalidDataException("It ends within a header."));
    }

    private static string Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Encoding.ASCII.GetString(end < 0 ? field : field[..end]);
    }

    /// <summary>A number as tar has it; huge for what is none.</summary>
    private static long Octal(ReadOnlySpan<byte> field)
    {
        var number = 0L;
        var digits = 0;
        foreach (var c in field)
        {
            if (c is >= (byte)'0' and <= (byte)'7')
            {
                number = (number * 8) + (c - '0');
                digits++;
            }
            else if (c is (byte)' ' or 0)
            {
                if (digits > 0)
                {
                    break;
                }
            }
            else
            {
                return long.MaxValue / 2;
            }
        }

        return number;
    }
}
