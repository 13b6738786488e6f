using Clew.Telemetry;

namespace Clew.Analysis.Traces;

/// <summary>What of a span decides its place and its time in a trace.</summary>
/// <param name="Start">Nanoseconds since the Unix epoch.</param>
/// <param name="Duration">Nanoseconds; a negative one counts as 0.</param>
/// <param name="Resource">Equal for spans of the same resource, which is to say of the same clock.</param>
public readonly record struct TraceSpan(SpanId Id, SpanId Parent, long Start, long Duration, SpanKind Kind, SpanStatus Status, ulong Resource, string Name)
{
    /// <summary>Never before <see cref="Start"/>, and no later than 64 bits of nanoseconds can say.</summary>
    public long End => Nanoseconds.Add(Start, Math.Max(0, Duration));

    public static TraceSpan FromBatch(SpanBatch batch, int row) => new(
        batch.SpanIds[row],
        batch.ParentSpanIds[row],
        batch.StartTimes[row],
        batch.Durations[row],
        batch.Kinds[row],
        batch.Statuses[row],
        batch.Resources.Fingerprints[batch.ResourceIndexes[row]],
        batch.Dictionary.GetString(batch.Names[row]));
}

/// <summary>Arithmetic on nanoseconds that stops at the ends of 64 bits instead of turning over: hostile times stay where they are.</summary>
internal static class Nanoseconds
{
    public static long Add(long left, long right)
    {
        var sum = unchecked(left + right);
        if (((left ^ sum) & (right ^ sum)) < 0)
        {
            return left < 0 ? long.MinValue : long.MaxValue;
        }

        return sum;
    }

    public static long Subtract(long left, long right)
    {
        var difference = unchecked(left - right);
        if (((left ^ right) & (left ^ difference)) < 0)
        {
            return left < 0 ? long.MinValue : long.MaxValue;
        }

        return difference;
    }
}
