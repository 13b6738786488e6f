using System.Buffers.Binary;

namespace Clew.Load.Encoding;

/// <summary>
/// Fills a template's gaps. Everything follows from the seed, the round's number and the trace's number, so that any id can be
/// worked out again later without having kept it.
/// </summary>
internal sealed class Stamp(ulong seed, ulong epoch, int users, Round round)
{
    // Stretch factors of whole traces: log-normal with sigma 0.5, looked up instead of computed per trace.
    private static readonly double[] Stretch = MakeStretch();

    /// <summary>Nanoseconds since 1970 at which the first trace starts.</summary>
    public ulong Epoch { get; } = epoch;

    /// <summary>One trace of one pass.</summary>
    public readonly record struct TraceState(ulong Key, ulong High, ulong Low, ulong Start, double Factor, int User)
    {
        public ulong SpanId(long number) => SeededRandom.Mix(Key + 0x1000 + (ulong)number);
    }

    /// <param name="pass">Number of the pass over the round, from 0; -1 stands for traces that are linked to but were never sent.</param>
    /// <param name="trace">Number of the trace within the round.</param>
    public TraceState StateOf(long pass, int trace)
    {
        var number = (pass * round.Traces.Length) + trace;
        var key = SeededRandom.Mix(seed ^ SeededRandom.Mix((ulong)number));
        var shape = SeededRandom.Mix(key + 3);
        return new TraceState(
            key,
            SeededRandom.Mix(key + 1),
            SeededRandom.Mix(key + 2),
            Epoch + (ulong)Math.Max(0, (long)(number * round.TraceSpacing)),
            Stretch[shape & 1023] * (1 + ((shape >> 10 & 0xFFFF) / 65536.0 * 0.01)),
            (int)((SeededRandom.Mix(key + 4) >> 33) % (ulong)users));
    }

    /// <summary>Nanoseconds of telemetry time that <paramref name="passes"/> passes cover.</summary>
    public ulong Covered(double passes) => (ulong)(passes * round.Traces.Length * round.TraceSpacing);

    /// <summary>Copies the template into <paramref name="target"/> (of the template's length) and fills the gaps.</summary>
    public void Write(RequestTemplate template, long pass, Span<byte> target)
    {
        template.Bytes.CopyTo(target);
        Span<TraceState> states = template.Traces.Length <= 512 ? stackalloc TraceState[template.Traces.Length] : new TraceState[template.Traces.Length];
        for (var i = 0; i < states.Length; i++)
            states[i] = StateOf(pass, template.Traces[i]);
        var now = Epoch + Covered(pass);
        foreach (ref readonly var slot in template.Slots.AsSpan())
        {
            var gap = target.Slice(slot.Offset, slot.Width);
            switch (slot.Kind)
            {
                case SlotKind.TraceId:
                    WriteTraceId(gap, in states[slot.Trace]);
                    break;
                case SlotKind.SpanId:
                    BinaryPrimitives.WriteUInt64BigEndian(gap, states[slot.Trace].SpanId(slot.Argument));
                    break;
                case SlotKind.Time:
                    ref readonly var state = ref states[slot.Trace];
                    BinaryPrimitives.WriteUInt64LittleEndian(gap, state.Start + (ulong)(slot.Argument * state.Factor));
                    break;
                case SlotKind.User:
                    WriteDigits(gap, (uint)states[slot.Trace].User);
                    break;
                case SlotKind.Digits:
                    WriteDigits(gap, (uint)(Random(in states[slot.Trace], slot.Argument) >> 40));
                    break;
                case SlotKind.Varint:
                    WriteVarint(gap, 16_384 + ((uint)Random(in states[slot.Trace], slot.Argument) % 49_152));
                    break;
                case SlotKind.Amount:
                    var pick = Stretch[Random(in states[slot.Trace], slot.Argument) & 1023];
                    BinaryPrimitives.WriteDoubleLittleEndian(gap, Math.Round(50 * pick * pick, 2));
                    break;
                case SlotKind.LinkedTraceId:
                    WriteTraceId(gap, StateOf(pass - 1, template.Traces[slot.Trace]));
                    break;
                case SlotKind.LinkedSpanId:
                    BinaryPrimitives.WriteUInt64BigEndian(gap, StateOf(pass - 1, template.Traces[slot.Trace]).SpanId(0));
                    break;
                default:
                    WriteMetric(gap, in slot, pass, now);
                    break;
            }
        }
    }

    private void WriteMetric(Span<byte> gap, in Slot slot, long pass, ulong now)
    {
        var noise = SeededRandom.Unit(SeededRandom.Mix(seed + ((ulong)slot.Trace << 20) + (ulong)pass)) - 0.5;
        switch (slot.Kind)
        {
            case SlotKind.Collected:
                BinaryPrimitives.WriteUInt64LittleEndian(gap, now);
                break;
            case SlotKind.Started:
                BinaryPrimitives.WriteUInt64LittleEndian(gap, Epoch);
                break;
            case SlotKind.Counter:
                BinaryPrimitives.WriteDoubleLittleEndian(gap, slot.Argument * (pass + 1 + (noise / 2)));
                break;
            case SlotKind.Gauge:
                BinaryPrimitives.WriteDoubleLittleEndian(gap, slot.Argument * (1 + (noise / 5)));
                break;
            default:
                throw new InvalidOperationException($"Nothing fills a gap of kind {slot.Kind}.");
        }
    }

    private static ulong Random(in TraceState state, long salt) => SeededRandom.Mix(state.Key + 0x10_0000 + (ulong)salt);

    private static void WriteTraceId(Span<byte> gap, in TraceState state)
    {
        BinaryPrimitives.WriteUInt64BigEndian(gap, state.High);
        BinaryPrimitives.WriteUInt64BigEndian(gap[8..], state.Low);
    }

    private static void WriteDigits(Span<byte> gap, uint value)
    {
        for (var i = gap.Length - 1; i >= 0; i--)
        {
            gap[i] = (byte)('0' + (value % 10));
            value /= 10;
        }
    }

    private static void WriteVarint(Span<byte> gap, uint value)
    {
        gap[0] = (byte)(value | 0x80);
        gap[1] = (byte)(value >> 7 | 0x80);
        gap[2] = (byte)(value >> 14);
    }

    private static double[] MakeStretch()
    {
        var random = new SeededRandom(0x5EED);
        return [.. Enumerable.Range(0, 1024).Select(_ => random.LogNormal(1, 0.5))];
    }
}
