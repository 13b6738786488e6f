using System.Buffers;

namespace Clew.Cli.Import;

/// <summary>A line, or document, of a source that takes part in a request.</summary>
/// <param name="Source">Name of the source.</param>
/// <param name="Number">Number of its first line, from 1.</param>
/// <param name="Start">Where its array elements begin in the request's buffer.</param>
/// <param name="Length">Bytes of them.</param>
/// <param name="Part">What was counted in it.</param>
/// <param name="LastNumber">Number of its last line: log lines come in runs.</param>
public readonly record struct RequestLine(string Source, long Number, int Start, int Length, LinePart Part, long LastNumber);

/// <summary>
/// A request being filled: the array elements of several lines of one signal, side by side in one pooled buffer, joined by commas.
/// Any run of neighbouring lines is a body of its own, without copying: that is how a refused request is taken apart.
/// </summary>
/// <remarks>One thread fills it, then one thread sends it and disposes it.</remarks>
public sealed class RequestBody : IDisposable
{
    private readonly List<RequestLine> _lines = [];
    private byte[] _buffer;
    private int _length;

    public RequestBody(Signal signal, int capacity)
    {
        Signal = signal;
        _buffer = ArrayPool<byte>.Shared.Rent(capacity);
    }

    public Signal Signal { get; }

    public IReadOnlyList<RequestLine> Lines => _lines;

    public int Length => _length;

    public bool HasRoomFor(int bytes, int target) => _lines.Count == 0 || _length + bytes + 1 <= target;

    /// <summary>Takes in a copy of the elements.</summary>
    public void Add(string source, long number, ReadOnlySpan<byte> elements, LinePart part, long? lastNumber = null)
    {
        var needed = _length + elements.Length + 1;
        if (needed > _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(needed);
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        if (_lines.Count > 0)
        {
            _buffer[_length++] = (byte)',';
        }

        elements.CopyTo(_buffer.AsSpan(_length));
        _lines.Add(new RequestLine(source, number, _length, elements.Length, part, lastNumber ?? number));
        _length += elements.Length;
    }

    /// <summary>The elements of <paramref name="count"/> lines from <paramref name="first"/> on, with their commas; valid until disposal.</summary>
    public ReadOnlyMemory<byte> Elements(int first, int count)
    {
        var last = _lines[first + count - 1];
        var start = _lines[first].Start;
        return _buffer.AsMemory(start, last.Start + last.Length - start);
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }
}
