namespace Clew.Query.TraceQL;

/// <summary>Numbers over the steps of a range.</summary>
/// <param name="Labels">In the order of the query.</param>
/// <param name="Values">One per step; NaN where there is none.</param>
public sealed record MetricSeries(IReadOnlyList<KeyValuePair<string, TraceValue>> Labels, double[] Values)
{
    public IReadOnlyList<MetricExemplar> Exemplars { get; init; } = [];

    /// <summary>Labels as one text, to compare and to sort by.</summary>
    public string Key => string.Join(",", Labels.Select(label => $"{label.Key}={label.Value}"));
}

/// <summary>A span that was counted.</summary>
/// <param name="Time">Nanoseconds since the Unix epoch.</param>
/// <param name="Value">What the function took of it; NaN for functions that only count.</param>
public sealed record MetricExemplar(Telemetry.TraceId TraceId, Telemetry.SpanId SpanId, long Time, double Value);

/// <summary>Steps of equal length, aligned to multiples of it since the Unix epoch: step <c>i</c> holds times from <c>Start + i · Step</c> (included) to the next.</summary>
/// <param name="Start">Nanoseconds since the Unix epoch.</param>
/// <param name="Step">Nanoseconds.</param>
public readonly record struct StepGrid(long Start, long Step, int Count)
{
    public long End => Start + (Step * Count);

    /// <summary>The steps that hold a range.</summary>
    public static StepGrid Of(Telemetry.TimeRange range, TimeSpan step)
    {
        var length = Math.Max(1, step.Ticks) * 100;
        var first = Math.Max(0, range.Start.UnixNanoseconds) / length;
        var last = (Math.Max(range.End.UnixNanoseconds, range.Start.UnixNanoseconds + 1) - 1) / length;
        return new StepGrid(first * length, length, (int)Math.Min(int.MaxValue, last - first + 1));
    }

    /// <summary>One step that is the range.</summary>
    public static StepGrid Whole(Telemetry.TimeRange range) =>
        new(range.Start.UnixNanoseconds, Math.Max(1, range.End.UnixNanoseconds - range.Start.UnixNanoseconds), 1);

    /// <summary>The step of a time; -1 outside.</summary>
    public int IndexOf(long time) => time < Start || time >= End ? -1 : (int)((time - Start) / Step);

    public long TimeOf(int index) => Start + (Step * index);
}

/// <summary>What a metrics query may make of spans.</summary>
public sealed record MetricsLimits
{
    /// <summary>Series of one query, before topk. More come from grouping by something with many values; the query is refused and says so.</summary>
    public int Series { get; init; } = 10_000;

    /// <summary>Different values that compare() counts of one attribute. Beyond it further values count in the total only and the answer says so.</summary>
    public int ComparedValues { get; init; } = 2_000;

    /// <summary>Exemplars of one query; 0 for none. Asked for more, as many are given.</summary>
    public int Exemplars { get; init; }
}
