using System.Buffers;

namespace Clew.Cli.Import;

/// <summary>
/// Reads a stream line by line within a fixed amount of memory. A document that was laid out over several lines (its first line ends
/// with an opening bracket) comes out in one piece. Lines end with LF or CR LF; empty ones are passed over but counted.
/// </summary>
/// <remarks>Not for use by several threads. The stream is the caller's to close.</remarks>
public sealed class DocumentReader(Stream stream, int maxBytes = Limits.LineBytes, int firstBuffer = 256 * 1024) : IDisposable
{
    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[]"u8);

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(Math.Min(firstBuffer, maxBytes));
    private int _start;
    private int _next;
    private int _filled;
    private bool _ended;
    private bool _reading;
    private long _lines;
    private long _dropped;

    /// <summary>The document, without line end and surrounding white space; valid until the next read. Empty when <see cref="TooLong"/>.</summary>
    public ReadOnlyMemory<byte> Document { get; private set; }

    /// <summary>The same with the white space before it, which means something in log lines; valid until the next read.</summary>
    public ReadOnlyMemory<byte> Text { get; private set; }

    /// <summary>Number of the document's first line, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Bytes of the document as it stands in the stream, also when it was too long to be kept.</summary>
    public long Length { get; private set; }

    /// <summary>The document is longer than <c>maxBytes</c>; it was passed over.</summary>
    public bool TooLong { get; private set; }

    /// <summary>Goes to the next document; false at the end of the stream.</summary>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            _start = _next;
            _dropped = 0;
            Line = _lines + 1;
            if (!await NextLineAsync(cancellation))
            {
                return false;
            }

            if (Line == 1 && Current.StartsWith("\uFEFF"u8))
            {
                _start += 3;
            }

            if (_dropped == 0 && OpensDocument(Current.Trim(" \t\r\n"u8)))
            {
                await ExtendAsync(cancellation);
            }

            var document = Current.Trim(" \t\r\n"u8);
            if (document.Length > 0 || _dropped > 0)
            {
                TooLong = _dropped > 0 || document.Length > maxBytes;
                Length = _dropped + document.Length;
                Document = TooLong ? default : Trimmed();
                Text = TooLong ? default : WithIndent();
                return true;
            }
        }
    }

    public void Dispose()
    {
        // A read that was given up may still write into the buffer: that one is left to the collector.
        if (_buffer.Length > 0 && !_reading)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    private ReadOnlySpan<byte> Current => _buffer.AsSpan(_start, _next - _start);

    private ReadOnlyMemory<byte> Trimmed()
    {
        var start = _start;
        var end = _next;
        while (start < end && IsWhite(_buffer[start]))
        {
            start++;
        }

        while (end > start && IsWhite(_buffer[end - 1]))
        {
            end--;
        }

        return _buffer.AsMemory(start, end - start);
    }

    private ReadOnlyMemory<byte> WithIndent()
    {
        var end = _next;
        while (end > _start && _buffer[end - 1] is (byte)'\r' or (byte)'\n')
        {
            end--;
        }

        return _buffer.AsMemory(_start, end - _start);
    }

    private static bool IsWhite(byte b) => b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    private static bool OpensDocument(ReadOnlySpan<byte> line) =>
        line.Length is > 0 and < 200 && line[0] == (byte)'{' && line[^1] is (byte)'{' or (byte)'[';

    /// <summary>Takes in lines until the brackets are balanced, or until a line that is itself the beginning of a document: then the first was only cut off.</summary>
    private async ValueTask ExtendAsync(CancellationToken cancellation)
    {
        var depth = Balance(Current);
        while (depth > 0 && _dropped == 0)
        {
            var before = _next - _start;
            var lines = _lines;
            if (!await NextLineAsync(cancellation))
            {
                return;
            }

            if (_dropped > 0)
            {
                return;
            }

            var line = _buffer.AsSpan(_start + before, _next - _start - before);
            if (line.StartsWith("{\"resource"u8))
            {
                _next = _start + before;
                _lines = lines;
                return;
            }

            depth += Balance(line);
        }
    }

    /// <summary>Opening less closing brackets outside of strings. JSON strings cannot hold line ends, so a line is enough to know.</summary>
    private static int Balance(ReadOnlySpan<byte> line)
    {
        var depth = 0;
        while (true)
        {
            var at = line.IndexOfAny(Structure);
            if (at < 0)
            {
                return depth;
            }

            var c = line[at];
            line = line[(at + 1)..];
            switch (c)
            {
                case (byte)'{' or (byte)'[':
                    depth++;
                    break;
                case (byte)'}' or (byte)']':
                    depth--;
                    break;
                default:
                    line = AfterString(line);
                    break;
            }
        }
    }

    private static ReadOnlySpan<byte> AfterString(ReadOnlySpan<byte> text)
    {
        while (true)
        {
            var at = text.IndexOfAny((byte)'"', (byte)'\\');
            if (at < 0)
            {
                return [];
            }

            if (text[at] == (byte)'"')
            {
                return text[(at + 1)..];
            }

            text = text[Math.Min(at + 2, text.Length)..];
        }
    }

    /// <summary>Moves <see cref="_next"/> behind the next line end. Beyond the limit the bytes are dropped and counted up to the line's end.</summary>
    private async ValueTask<bool> NextLineAsync(CancellationToken cancellation)
    {
        var searched = _next;
        while (true)
        {
            var at = _buffer.AsSpan(searched, _filled - searched).IndexOf((byte)'\n');
            if (at >= 0)
            {
                _next = searched + at + 1;
                _lines++;
                if (_dropped > 0)
                {
                    _dropped += _next - 1 - _start;
                    _start = _next;
                }

                return true;
            }

            if (_ended)
            {
                if (_dropped == 0 && _filled == _next)
                {
                    return false;
                }

                _next = _filled;
                _lines++;
                if (_dropped > 0)
                {
                    _dropped += _next - _start;
                    _start = _next;
                }

                return true;
            }

            searched = _filled;
            if (_filled == _buffer.Length || _filled - _start > maxBytes)
            {
                searched -= MakeRoom();
            }

            _reading = true;
            var read = await stream.ReadAsync(_buffer.AsMemory(_filled, _buffer.Length - _filled), cancellation);
            _reading = false;
            _filled += read;
            _ended = read == 0;
        }
    }

    /// <summary>Frees space at the end of the buffer; answers by how many bytes what was in it has moved towards the beginning.</summary>
    private int MakeRoom()
    {
        if (_filled - _start > maxBytes)
        {
            _dropped += _filled - _start;
            _start = _filled;
        }

        var moved = _start;
        var kept = _filled - _start;
        if (kept > _buffer.Length / 2)
        {
            // The extra byte is the line end of a line that is exactly as long as allowed.
            var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min((long)_buffer.Length * 2, (long)maxBytes + 1));
            _buffer.AsSpan(_start, kept).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        else
        {
            _buffer.AsSpan(_start, kept).CopyTo(_buffer);
        }

        _start = 0;
        _filled = kept;
        _next = Math.Max(0, _next - moved);
        return moved;
    }
}
