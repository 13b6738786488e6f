using System.Buffers.Binary;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;

namespace Shop.Dns;

/// <summary>The response codes of RFC 1035 §4.1.1 that the shop uses.</summary>
internal enum DnsResponseCode
{
    NoError = 0,
    FormatError = 1,
    ServerFailure = 2,
    NameError = 3,
    NotImplemented = 4,
}

/// <summary>
/// A DNS query or response with one question of type A, as much of RFC 1035 as a cluster resolver needs, names
/// compressed by pointers included, and EDNS(0) (RFC 6891) with one option that carries the trace context.
/// </summary>
/// <param name="Id">Chosen by the asker, repeated in the answer.</param>
/// <param name="IsResponse">Whether this is an answer.</param>
/// <param name="Code">How the answer went.</param>
/// <param name="Name">The name asked for, without the final dot.</param>
/// <param name="Addresses">The IPv4 addresses answered.</param>
/// <param name="TimeToLive">For how many seconds the answer may be kept; 0 forbids keeping it (RFC 1035 §3.2.1).</param>
/// <param name="Trace">The asker's span, when it travelled along.</param>
internal sealed record DnsMessage(
    ushort Id,
    bool IsResponse,
    DnsResponseCode Code,
    string Name,
    IReadOnlyList<IPAddress> Addresses,
    uint TimeToLive = 0,
    ActivityContext Trace = default)
{
    /// <summary>The largest message sent or accepted, in bytes; what EDNS advertises.</summary>
    public const int MaxSize = 1232;

    /// <summary>
    /// The EDNS option for the trace context, from the range RFC 6891 leaves to local use: version 0, trace flags, trace id,
    /// span id (1 + 1 + 16 + 8 bytes). A server that does not know it ignores it.
    /// </summary>
    public const ushort TraceOption = 0xFDE9;

    private const int HeaderSize = 12;
    private const int TraceOptionSize = 26;
    private const ushort TypeA = 1;
    private const ushort TypeOpt = 41;
    private const ushort ClassInternet = 1;
    private const int MaxNameLength = 253;
    private const int MaxLabelLength = 63;
    private const int MaxPointers = 16;

    // A pointer to the name in the question, which every answer is about.
    private const ushort NameOfQuestion = 0xC000 | HeaderSize;

    public static DnsMessage Query(ushort id, string name, ActivityContext trace) =>
        new(id, IsResponse: false, DnsResponseCode.NoError, name, [], Trace: trace);

    public DnsMessage Answer(DnsResponseCode code, IReadOnlyList<IPAddress> addresses, uint timeToLive) =>
        this with { IsResponse = true, Code = code, Addresses = addresses, TimeToLive = timeToLive, Trace = default };

    /// <summary>Writes the message and returns its length in bytes.</summary>
    /// <exception cref="ArgumentException">The name is not a DNS name, or the buffer is smaller than the message.</exception>
    public int Write(Span<byte> buffer)
    {
        var hasTrace = Trace != default;
        BinaryPrimitives.WriteUInt16BigEndian(buffer, Id);
        var flags = (IsResponse ? 0x8000 : 0) | 0x0100 | (IsResponse ? 0x0080 : 0) | (int)Code;
        BinaryPrimitives.WriteUInt16BigEndian(buffer[2..], (ushort)flags);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[4..], 1);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[6..], (ushort)Addresses.Count);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[8..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[10..], (ushort)(hasTrace ? 1 : 0));
        var at = HeaderSize;
        at += WriteName(buffer[at..], Name);
        at += WriteUInt16s(buffer[at..], TypeA, ClassInternet);
        foreach (var address in Addresses)
        {
            BinaryPrimitives.WriteUInt16BigEndian(buffer[at..], NameOfQuestion);
            at += 2;
            at += WriteUInt16s(buffer[at..], TypeA, ClassInternet);
            BinaryPrimitives.WriteUInt32BigEndian(buffer[at..], TimeToLive);
            BinaryPrimitives.WriteUInt16BigEndian(buffer[(at + 4)..], 4);
            if (!address.TryWriteBytes(buffer[(at + 6)..], out var written) || written != 4)
            {
                throw new ArgumentException("an A record holds an IPv4 address", nameof(buffer));
            }

            at += 10;
        }

        return hasTrace ? at + WriteTrace(buffer[at..], Trace) : at;
    }

    /// <summary>Reads a message; false when the bytes are not one, whatever they are.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out DnsMessage? message)
    {
        message = null;
        if (bytes.Length < HeaderSize || BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]) != 1)
        {
            return false;
        }

        var flags = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        var at = HeaderSize;
        if (!TryReadName(bytes, ref at, out var name) || bytes.Length < at + 4)
        {
            return false;
        }

        at += 4;
        var answers = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]);
        var records = answers + BinaryPrimitives.ReadUInt16BigEndian(bytes[8..]) + BinaryPrimitives.ReadUInt16BigEndian(bytes[10..]);
        var addresses = new List<IPAddress>();
        var timeToLive = 0u;
        ActivityContext trace = default;
        for (var record = 0; record < records; record++)
        {
            if (!TryReadName(bytes, ref at, out _) || bytes.Length < at + 10)
            {
                return false;
            }

            var type = BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);
            var ttl = BinaryPrimitives.ReadUInt32BigEndian(bytes[(at + 4)..]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 8)..]);
            at += 10;
            if (bytes.Length < at + length)
            {
                return false;
            }

            var data = bytes.Slice(at, length);
            at += length;
            if (type == TypeA && length == 4 && record < answers)
            {
                timeToLive = addresses.Count == 0 ? ttl : Math.Min(timeToLive, ttl);
                addresses.Add(new IPAddress(data));
            }
            else if (type == TypeOpt)
            {
                trace = ReadTrace(data);
            }
        }

        message = new DnsMessage(
            BinaryPrimitives.ReadUInt16BigEndian(bytes), (flags & 0x8000) != 0, (DnsResponseCode)(flags & 0xF), name, addresses, timeToLive, trace);
        return true;
    }

    private static int WriteUInt16s(Span<byte> buffer, ushort first, ushort second)
    {
        BinaryPrimitives.WriteUInt16BigEndian(buffer, first);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[2..], second);
        return 4;
    }

    private static int WriteName(Span<byte> buffer, string name)
    {
        var at = 0;
        foreach (var label in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            if (label.Length > MaxLabelLength || name.Length > MaxNameLength || !Ascii.IsValid(label))
            {
                throw new ArgumentException($"'{name}' is not a DNS name", nameof(name));
            }

            buffer[at] = (byte)label.Length;
            at += 1 + Encoding.ASCII.GetBytes(label, buffer[(at + 1)..]);
        }

        buffer[at] = 0;
        return at + 1;
    }

    private static bool TryReadName(ReadOnlySpan<byte> bytes, ref int at, out string name)
    {
        var text = new StringBuilder();
        var position = at;
        var pointers = 0;
        name = "";
        while (position < bytes.Length)
        {
            int length = bytes[position];
            if (length == 0)
            {
                at = pointers == 0 ? position + 1 : at;
                name = text.ToString();
                return true;
            }

            if ((length & 0xC0) == 0xC0)
            {
                // The name goes on elsewhere; what follows it here starts after the first pointer. A bound on the jumps ends a loop.
                if (position + 1 >= bytes.Length || ++pointers > MaxPointers)
                {
                    return false;
                }

                at = pointers == 1 ? position + 2 : at;
                position = ((length & 0x3F) << 8) | bytes[position + 1];
                continue;
            }

            if (length > MaxLabelLength || position + 1 + length > bytes.Length || text.Length + length > MaxNameLength)
            {
                return false;
            }

            text.Append(text.Length == 0 ? "" : ".").Append(Encoding.ASCII.GetString(bytes.Slice(position + 1, length)));
            position += 1 + length;
        }

        return false;
    }

    private static int WriteTrace(Span<byte> buffer, ActivityContext trace)
    {
        // The OPT pseudo-record: root name, type, payload size in place of the class, extended flags in place of the TTL.
        buffer[0] = 0;
        WriteUInt16s(buffer[1..], TypeOpt, MaxSize);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[5..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[9..], 4 + TraceOptionSize);
        WriteUInt16s(buffer[11..], TraceOption, TraceOptionSize);
        buffer[15] = 0;
        buffer[16] = (byte)trace.TraceFlags;
        trace.TraceId.CopyTo(buffer.Slice(17, 16));
        trace.SpanId.CopyTo(buffer.Slice(33, 8));
        return 15 + TraceOptionSize;
    }

    private static ActivityContext ReadTrace(ReadOnlySpan<byte> options)
    {
        while (options.Length >= 4)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(options[2..]);
            if (options.Length < 4 + length)
            {
                return default;
            }

            var data = options.Slice(4, length);
            if (BinaryPrimitives.ReadUInt16BigEndian(options) == TraceOption && length == TraceOptionSize && data[0] == 0)
            {
                return new ActivityContext(
                    ActivityTraceId.CreateFromBytes(data.Slice(2, 16)), ActivitySpanId.CreateFromBytes(data.Slice(18, 8)),
                    (ActivityTraceFlags)data[1], isRemote: true);
            }

            options = options[(4 + length)..];
        }

        return default;
    }
}
