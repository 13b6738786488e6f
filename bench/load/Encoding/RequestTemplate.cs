namespace Clew.Load.Encoding;

/// <summary>The kinds of telemetry, with their OTLP paths.</summary>
internal enum Signal
{
    Traces,
    Logs,
    Metrics,
}

/// <summary>One encoded export request with gaps.</summary>
/// <param name="Signal">Which OTLP service takes it.</param>
/// <param name="Bytes">The request, gaps zeroed. Never written to.</param>
/// <param name="Slots">The gaps, by offset.</param>
/// <param name="Traces">For each trace of the request its number within the round.</param>
/// <param name="Items">Spans, log records or data points.</param>
internal sealed record RequestTemplate(Signal Signal, byte[] Bytes, Slot[] Slots, int[] Traces, int Items);
