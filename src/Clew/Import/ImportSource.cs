using System.IO.Compression;
using Clew.Protocols.Kubernetes;
using Clew.Protocols.Zstandard;
using Clew.Server.Kubernetes;

namespace Clew.Cli.Import;

/// <summary>A file, or standard input, to import from. kubectl's YAML is turned into JSON on the way in.</summary>
/// <param name="Name">As shown: the path as given, or <c>-</c>.</param>
/// <param name="Size">Bytes as stored (compressed, if it is); null when unknown.</param>
public sealed record ImportSource(string Name, long? Size)
{
    public const string StandardInput = "-";

    /// <summary>What is read for <see cref="StandardInput"/>.</summary>
    public Func<Stream> Input { get; init; } = Console.OpenStandardInput;

    private static readonly string[] Extensions = [".json", ".jsonl", ".ndjson", ".log"];

    /// <summary>
    /// Files for what stands on the command line: a folder means the .json, .jsonl, .ndjson and .log files (also .gz, .zst, and .log.1 and so on) in it and below, by name.
    /// What cannot be found is answered as sentences.
    /// </summary>
    public static (IReadOnlyList<ImportSource> Sources, IReadOnlyList<string> Errors) Find(IEnumerable<string> arguments)
    {
        var sources = new List<ImportSource>();
        var errors = new List<string>();
        foreach (var argument in arguments)
        {
            if (argument == StandardInput)
            {
                sources.Add(new ImportSource(StandardInput, null));
            }
            else if (Directory.Exists(argument))
            {
                var files = Directory.EnumerateFiles(argument, "*", SearchOption.AllDirectories).Where(IsTelemetry).Order(StringComparer.Ordinal).ToList();
                sources.AddRange(files.Select(file => new ImportSource(file, new FileInfo(file).Length)));
                if (files.Count == 0)
                {
                    errors.Add($"the folder {argument} holds no .json, .jsonl, .ndjson or .log files (plain or .gz)");
                }
            }
            else if (File.Exists(argument))
            {
                // A pipe or device has no size to measure progress by.
                var length = new FileInfo(argument).Length;
                sources.Add(new ImportSource(argument, length > 0 ? length : null));
            }
            else
            {
                errors.Add($"there is no file {argument}");
            }
        }

        return (sources, errors);
    }

    /// <summary>Opens the source and unpacks gzip and Zstandard, recognised by their first bytes whatever the name says.</summary>
    /// <exception cref="ImportSourceException">The content is in a form that is not read; the message says what to do.</exception>
    public async Task<OpenSource> OpenAsync(CancellationToken cancellation)
    {
        Stream raw = Name == StandardInput
            ? Input()
            : new FileStream(Name, new FileStreamOptions { BufferSize = 0, Options = FileOptions.SequentialScan | FileOptions.Asynchronous, Share = FileShare.ReadWrite | FileShare.Delete });
        try
        {
            var counted = await PeekedStream.CreateAsync(raw, 4, cancellation);
            var content = Unpacked(counted);

            // kubectl's YAML begins with apiVersion; no line of a log or JSON begins like it.
            var isYaml = IsYaml(Name) || counted.Peeked.Span.SequenceEqual("apiV"u8);
            return new OpenSource(isYaml ? await ConvertAsync(content, cancellation) : content, counted);
        }
        catch
        {
            await raw.DisposeAsync();
            throw;
        }
    }

    private Stream Unpacked(PeekedStream stored)
    {
        if (stored.Peeked.Span.StartsWith<byte>([0x1f, 0x8b]))
        {
            return new GZipStream(stored, CompressionMode.Decompress);
        }

        if (stored.Peeked.Span.StartsWith(ZstandardStream.Magic))
        {
            return ZstandardStream.IsSupported
                ? new ZstandardStream(stored)
                : throw new ImportSourceException($"is zstd-compressed, which needs libzstd on this machine; or try: zstd -dc {Name} | clew import -");
        }

        return stored;
    }

    private static bool IsYaml(string name)
    {
        var plain = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name.EndsWith(".zst", StringComparison.OrdinalIgnoreCase) ? name[..^4] : name;
        return plain.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || plain.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A document of YAML has to be there in full before its first member is known.</summary>
    private static async Task<Stream> ConvertAsync(Stream yaml, CancellationToken cancellation)
    {
        using var whole = new MemoryStream();
        var buffer = new byte[64 << 10];
        int read;
        while ((read = await yaml.ReadAsync(buffer, cancellation)) > 0)
        {
            if (whole.Length + read > Limits.LineBytes)
            {
                throw new ImportSourceException($"is YAML of more than {Limits.LineBytes:N0} bytes; try kubectl get -o json");
            }

            whole.Write(buffer, 0, read);
        }

        var bytes = whole.GetBuffer().AsMemory(0, (int)whole.Length);
        if (!KubernetesYaml.Begins(bytes.Span))
        {
            throw new ImportSourceException("is YAML, but not what kubectl get -o yaml prints: that begins with apiVersion");
        }

        try
        {
            return new MemoryStream(KubernetesYaml.ToJson(bytes, KubernetesLimits.Default).ToArray(), writable: false);
        }
        catch (FormatException wrong)
        {
            throw new ImportSourceException($"is YAML that cannot be read: {Sentence.Shorten(wrong.Message, Limits.ShownText)}");
        }
    }

    private static bool IsTelemetry(string path)
    {
        var name = Path.GetFileName(path);
        if (name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".zst", StringComparison.OrdinalIgnoreCase))
        {
            name = Path.GetFileNameWithoutExtension(name);
        }

        while (Path.GetExtension(name) is { Length: > 1 } rotation && rotation.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0)
        {
            name = Path.GetFileNameWithoutExtension(name);
        }

        return !name.StartsWith('.') && Extensions.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);
    }
}

/// <summary>A source that cannot be read as it is; the message continues a sentence that begins with its name.</summary>
public sealed class ImportSourceException(string message) : Exception(message);

/// <summary>An open source: what to read, and how far the stored bytes have been read.</summary>
public sealed class OpenSource(Stream content, PeekedStream raw) : IAsyncDisposable
{
    public Stream Content => content;

    public long StoredBytesRead => raw.BytesRead;

    public async ValueTask DisposeAsync()
    {
        await content.DisposeAsync();
        await raw.DisposeAsync();
    }
}

/// <summary>A stream whose first bytes have been looked at and which counts what is read from it; works where seeking does not (a pipe).</summary>
public sealed class PeekedStream : Stream
{
    private readonly Stream _inner;
    private ReadOnlyMemory<byte> _pending;
    private long _read;

    private PeekedStream(Stream inner, ReadOnlyMemory<byte> peeked)
    {
        _inner = inner;
        Peeked = _pending = peeked;
    }

    public ReadOnlyMemory<byte> Peeked { get; }

    /// <summary>May be asked for by another thread while this one reads.</summary>
    public long BytesRead => Interlocked.Read(ref _read);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => BytesRead;
        set => throw new NotSupportedException();
    }

    public static async Task<PeekedStream> CreateAsync(Stream inner, int bytes, CancellationToken cancellation)
    {
        var peeked = new byte[bytes];
        var got = await inner.ReadAtLeastAsync(peeked, bytes, throwOnEndOfStream: false, cancellation).AsTask().WaitAsync(cancellation);
        return new PeekedStream(inner, peeked.AsMemory(0, got));
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var got = TakePending(buffer.Span);
        if (got == 0)
        {
            // A read of standard input cannot be cancelled; it can be left alone.
            got = await _inner.ReadAsync(buffer, cancellationToken).AsTask().WaitAsync(cancellationToken);
        }

        Interlocked.Add(ref _read, got);
        return got;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer)
    {
        var got = TakePending(buffer);
        got = got > 0 ? got : _inner.Read(buffer);
        Interlocked.Add(ref _read, got);
        return got;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await _inner.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private int TakePending(Span<byte> buffer)
    {
        var count = Math.Min(_pending.Length, buffer.Length);
        _pending.Span[..count].CopyTo(buffer);
        _pending = _pending[count..];
        return count;
    }
}
