using System.Buffers;
using System.Runtime.InteropServices;

namespace Clew.Protocols.Zstandard;

/// <summary>
/// Unpacks Zstandard frames (RFC 8878), one after the other, while they are read. .NET 10 has no Zstandard of its own; the machine's libzstd does
/// the work, where there is one. Frames that need a window of more than 8 MiB are refused, as RFC 9659 has it for the content coding: what a
/// sender can make the reader allocate is bounded.
/// </summary>
public sealed class ZstandardStream : Stream
{
    /// <summary>8 MiB, as a power of two.</summary>
    private const int WindowLog = 23;

    /// <summary>Bytes. The library's own advice is one block of at most 128 KiB and its header.</summary>
    private const int InputBuffer = 64 << 10;

    private readonly Stream _packed;
    private readonly bool _leaveOpen;
    private readonly Context _context;
    private byte[] _input = ArrayPool<byte>.Shared.Rent(InputBuffer);
    private int _position;
    private int _length;
    private bool _insideFrame = true;
    private bool _ended;

    /// <param name="packed">Read to its end and no further than needed at a time.</param>
    /// <param name="leaveOpen">Whether disposing of this leaves <paramref name="packed"/> open.</param>
    /// <exception cref="PlatformNotSupportedException">The machine has no libzstd: <see cref="IsSupported"/> tells.</exception>
    public ZstandardStream(Stream packed, bool leaveOpen = false)
    {
        if (!IsSupported)
        {
            throw new PlatformNotSupportedException("This machine has no libzstd. Install it (Debian: libzstd1, macOS: brew install zstd).");
        }

        _packed = packed;
        _leaveOpen = leaveOpen;
        _context = new Context();
    }

    /// <summary>Whether the machine has libzstd.</summary>
    public static bool IsSupported => Libzstd.IsThere;

    /// <summary>The first bytes of a frame.</summary>
    public static ReadOnlySpan<byte> Magic => [0x28, 0xb5, 0x2f, 0xfd];

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="InvalidDataException">What was read is no Zstandard, is damaged or cut off, or needs too large a window.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            if (Unpack(buffer) is { } unpacked)
            {
                return unpacked;
            }

            Took(_packed.Read(_input));
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc cref="Read(Span{byte})"/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (Unpack(buffer.Span) is { } unpacked)
            {
                return unpacked;
            }

            Took(await _packed.ReadAsync(_input, cancellationToken));
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _context.Dispose();
            ArrayPool<byte>.Shared.Return(Interlocked.Exchange(ref _input, []));
            if (!_leaveOpen)
            {
                _packed.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    /// <returns>How many bytes were unpacked, 0 at the end of everything; null when more input is needed.</returns>
    private unsafe int? Unpack(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_context.IsClosed, this);
        if (buffer.IsEmpty)
        {
            return 0;
        }

        // Called without input too: the library may hold back what did not fit into the last buffer.
        nuint left;
        int unpacked;
        fixed (byte* target = buffer)
        fixed (byte* source = _input)
        {
            var output = new Libzstd.OutBuffer { Target = target, Size = (nuint)buffer.Length };
            var input = new Libzstd.InBuffer { Source = source, Size = (nuint)_length, Position = (nuint)_position };
            var had = input.Position;
            left = Libzstd.Decompress(_context.Value, ref output, ref input);
            _position = (int)input.Position;
            unpacked = (int)output.Position;
            if (unpacked == 0 && input.Position == had && Libzstd.IsError(left) == 0)
            {
                return End();
            }
        }

        if (Libzstd.IsError(left) != 0)
        {
            throw new InvalidDataException($"Zstandard: {Marshal.PtrToStringUTF8((nint)Libzstd.ErrorName(left))}.");
        }

        _insideFrame = left != 0;
        return unpacked > 0 ? unpacked : _position < _length ? Unpack(buffer) : End();
    }

    private int? End() => !_ended ? null : _insideFrame ? throw new InvalidDataException("Zstandard: the data end within a frame.") : 0;

    private void Took(int read)
    {
        (_position, _length) = (0, read);
        _ended = read == 0;
    }

    private sealed class Context : SafeHandle
    {
        public Context()
            : base(0, ownsHandle: true)
        {
            SetHandle(Libzstd.CreateContext());
            if (IsInvalid)
            {
                throw new InsufficientMemoryException("libzstd could not allocate what it needs to unpack.");
            }

            _ = Libzstd.SetParameter(handle, Libzstd.WindowLogMax, WindowLog);
        }

        public override bool IsInvalid => handle == 0;

        /// <summary>Valid while the stream is: reads and disposal do not run at the same time.</summary>
        public nint Value => handle;

        protected override bool ReleaseHandle() => Libzstd.IsError(Libzstd.FreeContext(handle)) == 0;
    }
}
