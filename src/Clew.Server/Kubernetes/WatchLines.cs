namespace Clew.Server.Kubernetes;

/// <summary>Splits the stream of a watch into lines within a fixed amount of memory.</summary>
internal sealed class WatchLines(Stream stream, int maxBytes)
{
    private byte[] _buffer = new byte[16 << 10];
    private int _start;
    private int _filled;
    private bool _isSkipping;

    /// <summary>Another line is there already; empty ones are none.</summary>
    public bool HasMore => _buffer.AsSpan(_start, _filled - _start).TrimStart("\r\n"u8).Contains((byte)'\n');

    /// <summary>The next line; null at the end of the stream. Its bytes are valid until the next call.</summary>
    public async ValueTask<WatchLine?> NextAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var end = _buffer.AsSpan(_start, _filled - _start).IndexOf((byte)'\n');
            if (end >= 0)
            {
                var line = _buffer.AsMemory(_start, end);
                _start += end + 1;
                if (_isSkipping)
                {
                    _isSkipping = false;
                    return new WatchLine(default, IsTooLong: true);
                }

                if (!line.Span.Trim((byte)'\r').IsEmpty)
                {
                    return new WatchLine(line, IsTooLong: false);
                }

                continue;
            }

            MakeRoom();
            var read = await stream.ReadAsync(_buffer.AsMemory(_filled), cancellation);
            if (read == 0)
            {
                // A line without an end was cut off by the server going away; it will be told again.
                return null;
            }

            _filled += read;
        }
    }

    private void MakeRoom()
    {
        if (_filled - _start > maxBytes || _isSkipping)
        {
            (_isSkipping, _start, _filled) = (true, 0, 0);
        }
        else if (_start > 0)
        {
            _buffer.AsSpan(_start, _filled - _start).CopyTo(_buffer);
            (_start, _filled) = (0, _filled - _start);
        }

        if (_filled == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
    }
}

/// <param name="Bytes">Empty when it was too long to be kept.</param>
internal readonly record struct WatchLine(ReadOnlyMemory<byte> Bytes, bool IsTooLong);
