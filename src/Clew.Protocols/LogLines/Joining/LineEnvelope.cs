using System.Buffers;
using System.Text.Json;
using Clew.Protocols.Decoding;

namespace Clew.Protocols.LogLines.Joining;

/// <summary>
/// What others have put around a line on its way: the names that <c>kubectl logs --prefix</c>, <c>docker compose logs</c> and <c>stern</c> print in front of
/// it, the container runtime's time and stream (CRI), Docker's JSON object around it.
/// </summary>
internal ref struct LineEnvelope
{
    private const int MaxPrefix = 320;

    private static readonly SearchValues<byte> SafeSuffix = SearchValues.Create("bcdfghjklmnpqrstvwxz0123456789"u8);

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 16 };

    /// <summary>The bytes of the prefix: lines with the same one are of the same container. Empty without a prefix.</summary>
    public ReadOnlySpan<byte> Origin;
    public ReadOnlySpan<byte> Pod;
    public ReadOnlySpan<byte> Container;

    /// <summary>The container's own name, as Docker gives it.</summary>
    public ReadOnlySpan<byte> ContainerName;

    /// <summary><c>stdout</c> or <c>stderr</c>; empty when unknown.</summary>
    public ReadOnlySpan<byte> Stream;

    /// <summary>When the runtime took the line, nanoseconds since 1970; 0 when unknown.</summary>
    public long Time;

    /// <summary>The line goes on in the next one of its stream.</summary>
    public bool IsPartial;

    /// <summary>The line itself; without an envelope what came in.</summary>
    public ReadOnlySpan<byte> Line;

    /// <param name="line">Without its line end.</param>
    /// <param name="unescaped">Room for a line that had to be unescaped, at least as large as the line.</param>
    public static LineEnvelope Open(ReadOnlySpan<byte> line, LogTimeContext times, Span<byte> unescaped)
    {
        var envelope = new LineEnvelope { Line = line };
        if (line.IsEmpty)
        {
            return envelope;
        }

        envelope.TakePrefix();
        if (!envelope.TryTakeCri(times))
        {
            envelope.TryTakeDocker(times, unescaped);
        }

        return envelope;
    }

    /// <summary>Whether the line may be Docker's JSON, which needs room to be unescaped into.</summary>
    public static bool MayBeDocker(ReadOnlySpan<byte> line) => line.IndexOf("{\"log\":\""u8) is >= 0 and < MaxPrefix;

    private void TakePrefix()
    {
        switch (Line[0])
        {
            case (byte)'[':
                TryTakeKubectl();
                break;
            case >= (byte)'a' and <= (byte)'z':
            case >= (byte)'0' and <= (byte)'9':
                _ = TryTakeCompose() || TryTakeStern();
                break;
        }
    }

    /// <summary><c>[pod/NAME/CONTAINER] line</c>.</summary>
    private void TryTakeKubectl()
    {
        if (!Line.StartsWith("[pod/"u8))
        {
            return;
        }

        var close = Line.IndexOf((byte)']');
        var names = close < 0 ? default : Line[5..close];
        var slash = names.IndexOf((byte)'/');
        if (slash <= 0 || close > MaxPrefix)
        {
            return;
        }

        Origin = Line[..close];
        Pod = names[..slash];
        Container = names[(slash + 1)..];
        Line = Line[Math.Min(close + 2, Line.Length)..];
    }

    /// <summary><c>NAME-1  | line</c>, padded so that the bars stand below each other.</summary>
    private bool TryTakeCompose()
    {
        var head = Line[..Math.Min(Line.Length, 96)];
        var bar = head.IndexOf(" |"u8);
        if (bar <= 0)
        {
            return false;
        }

        var name = Line[..bar].TrimEnd((byte)' ');
        if (!IsContainerName(name) || SeverityNames.Find(name) != 0 || (bar + 2 < Line.Length && Line[bar + 2] != ' '))
        {
            return false;
        }

        Origin = ContainerName = name;
        Line = Line[Math.Min(bar + 3, Line.Length)..];
        return true;
    }

    /// <summary><c>POD CONTAINER line</c>, where the pod's name ends as a deployment's pods do.</summary>
    private bool TryTakeStern()
    {
        var first = Line.IndexOf((byte)' ');
        if (first is < 8 or > MaxPrefix || !IsPodOfDeployment(Line[..first]))
        {
            return false;
        }

        var rest = Line[(first + 1)..];
        var second = rest.IndexOf((byte)' ');
        if (second <= 0 || second > 63 || !IsContainerName(rest[..second]))
        {
            return false;
        }

        Origin = Line[..(first + 1 + second)];
        Pod = Line[..first];
        Container = rest[..second];
        Line = rest[(second + 1)..];
        return true;
    }

    /// <summary><c>2026-11-21T10:11:12.123456789Z stdout F line</c>; P for a part of one.</summary>
    private bool TryTakeCri(LogTimeContext times)
    {
        if (Line.Length < 30 || !LogTime.IsDigit(Line[0]) || Line[10] != 'T' || !LogTime.TryRead(Line, times, out var time, out var length))
        {
            return false;
        }

        var rest = Line[length..];
        if (!(rest.StartsWith(" stdout "u8) || rest.StartsWith(" stderr "u8)) || rest.Length < 9 || rest[8] is not ((byte)'F' or (byte)'P') || (rest.Length > 9 && rest[9] is not ((byte)' ' or (byte)':')))
        {
            return false;
        }

        Time = time;
        Stream = rest.Slice(1, 6);
        IsPartial = rest[8] == 'P';
        var space = rest[8..].IndexOf((byte)' ');
        Line = space < 0 ? default : rest[(9 + space)..];
        return true;
    }

    /// <summary><c>{"log":"line\n","stream":"stdout","time":"…"}</c>; a log without line end goes on in the next one.</summary>
    private bool TryTakeDocker(LogTimeContext times, Span<byte> unescaped)
    {
        if (!Line.StartsWith("{\"log\":\""u8) || Line.IndexOf("\"time\":\""u8) < 0 || unescaped.Length < Line.Length)
        {
            return false;
        }

        var reader = new Utf8JsonReader(Line, Options);
        var length = -1;
        ReadOnlySpan<byte> stream = default;
        long time = 0;
        try
        {
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isLog = reader.Is("log"u8);
                var isStream = reader.Is("stream"u8);
                var isTime = reader.Is("time"u8);
                var isAttributes = reader.Is("attrs"u8);
                reader.Read();
                if (reader.TokenType == JsonTokenType.String && isLog)
                {
                    length = JsonFields.Unescape(reader.ValueSpan, unescaped, out _);
                }
                else if (reader.TokenType == JsonTokenType.String && isStream)
                {
                    stream = reader.ValueSpan;
                }
                else if (!(reader.TokenType == JsonTokenType.String && isTime && LogTime.TryParse(reader.ValueSpan, times, out time)) && !isAttributes)
                {
                    // More than Docker writes: a line of somebody's own, all of whose fields count.
                    return false;
                }
                else
                {
                    reader.Skip();
                }
            }

            reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }

        if (length < 0 || time == 0)
        {
            return false;
        }

        Time = time;
        Stream = stream;
        var line = unescaped[..length];
        IsPartial = !line.EndsWith((byte)'\n');
        Line = line.TrimEnd("\r\n"u8);
        return true;
    }

    /// <summary>Small letters, digits, dash, dot, underscore; not a number alone.</summary>
    private static bool IsContainerName(ReadOnlySpan<byte> name)
    {
        var hasLetter = false;
        foreach (var b in name)
        {
            var isLetter = b is >= (byte)'a' and <= (byte)'z';
            hasLetter |= isLetter;
            if (!(isLetter || LogTime.IsDigit(b) || b is (byte)'-' or (byte)'_' or (byte)'.'))
            {
                return false;
            }
        }

        return hasLetter;
    }

    private static bool IsPodOfDeployment(ReadOnlySpan<byte> name)
    {
        var last = name.LastIndexOf((byte)'-');
        if (last <= 0 || name.Length - last - 1 != 5 || !IsSafe(name[(last + 1)..]))
        {
            return false;
        }

        var front = name[..last];
        var hash = front[(front.LastIndexOf((byte)'-') + 1)..];
        return hash.Length is >= 7 and <= 10 && hash.Length < front.Length && IsSafe(hash) && IsContainerName(name);
    }

    /// <summary>Only the characters of which Kubernetes makes suffixes.</summary>
    private static bool IsSafe(ReadOnlySpan<byte> suffix) => !suffix.ContainsAnyExcept(SafeSuffix);
}
