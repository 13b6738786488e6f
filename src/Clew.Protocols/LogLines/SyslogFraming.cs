using System.Buffers;

namespace Clew.Protocols.LogLines;

/// <summary>
/// Finds the messages in a TCP stream of syslog, RFC 6587: octet counting (<c>LENGTH SP MESSAGE</c>) and non-transparent framing (a message ends with a
/// line feed, or with NUL), told apart frame by frame by the first byte, as its section 3.4 wants: a digit that is not 0 begins a length.
/// </summary>
/// <remarks>A message beyond the limit is passed over as it comes, without being kept, and counted. Not safe for concurrent use.</remarks>
/// <param name="maxBytes">Bytes of one message.</param>
public sealed class SyslogFraming(int maxBytes)
{
    /// <summary>Digits of a length: one with more is none.</summary>
    private const int MaxDigits = 9;

    private long _skip;
    private bool _skipLine;

    /// <summary>Messages that were longer than the limit so far.</summary>
    public int TooLong { get; private set; }

    /// <summary>Takes the next message off the buffer.</summary>
    /// <param name="buffer">What has been received and not been taken; begins behind the message afterwards.</param>
    /// <param name="message">Without its frame; may be empty.</param>
    /// <returns>False when more has to be received first.</returns>
    public bool TryRead(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> message)
    {
        message = default;
        while (!buffer.IsEmpty)
        {
            if (_skip > 0)
            {
                var skipped = Math.Min(_skip, buffer.Length);
                _skip -= skipped;
                buffer = buffer.Slice(skipped);
                continue;
            }

            if (_skipLine)
            {
                SkipLine(ref buffer);
                continue;
            }

            if (buffer.FirstSpan[0] is (byte)'\n' or (byte)'\r' or 0 or (byte)' ')
            {
                // Some senders put a line feed behind a counted message too.
                buffer = buffer.Slice(1);
                continue;
            }

            switch (ReadLength(buffer, out var length, out var digits))
            {
                case Frame.Counted when length > maxBytes:
                    TooLong++;
                    _skip = length;
                    buffer = buffer.Slice(digits + 1);
                    continue;
                case Frame.Counted when buffer.Length - digits - 1 >= length:
                    message = buffer.Slice(digits + 1, length);
                    buffer = buffer.Slice(digits + 1 + length);
                    return true;
                case Frame.Line:
                    return TryReadLine(ref buffer, out message);
                default:
                    return false;
            }
        }

        return false;
    }

    /// <summary>What is left when the sender has closed the connection: a last line without an end is a message, a part of a counted one is too.</summary>
    public bool TryReadLast(ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> message)
    {
        message = default;
        if (_skip > 0 || _skipLine || buffer.IsEmpty)
        {
            return false;
        }

        message = ReadLength(buffer, out _, out var digits) == Frame.Counted ? buffer.Slice(digits + 1) : buffer;
        return !message.IsEmpty && message.Length <= maxBytes;
    }

    private bool TryReadLine(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> message)
    {
        message = default;
        var reader = new SequenceReader<byte>(buffer);
        if (reader.TryReadToAny(out ReadOnlySequence<byte> line, "\n\0"u8))
        {
            buffer = buffer.Slice(reader.Position);
            if (line.Length <= maxBytes)
            {
                message = line;
                return true;
            }

            TooLong++;
            return TryRead(ref buffer, out message);
        }

        if (buffer.Length > maxBytes)
        {
            TooLong++;
            _skipLine = true;
            buffer = buffer.Slice(buffer.End);
        }

        return false;
    }

    private void SkipLine(ref ReadOnlySequence<byte> buffer)
    {
        var reader = new SequenceReader<byte>(buffer);
        if (reader.TryReadToAny(out ReadOnlySequence<byte> _, "\n\0"u8))
        {
            _skipLine = false;
            buffer = buffer.Slice(reader.Position);
        }
        else
        {
            buffer = buffer.Slice(buffer.End);
        }
    }

    /// <summary>The length of a counted message; a line when there is none; nothing yet when it has not come whole.</summary>
    private static Frame ReadLength(in ReadOnlySequence<byte> buffer, out int length, out int digits)
    {
        length = 0;
        digits = 0;
        var reader = new SequenceReader<byte>(buffer);
        while (reader.TryRead(out var b))
        {
            if (LogTime.IsDigit(b) && digits < MaxDigits && !(digits == 0 && b == '0'))
            {
                length = (length * 10) + b - '0';
                digits++;
                continue;
            }

            return digits > 0 && b == ' ' ? Frame.Counted : Frame.Line;
        }

        return Frame.Incomplete;
    }

    private enum Frame
    {
        Incomplete,
        Counted,
        Line,
    }
}
