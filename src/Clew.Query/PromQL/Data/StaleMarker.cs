namespace Clew.Query.PromQL.Data;

/// <summary>
/// The NaN that says that a series has ended (bits 0x7ff0000000000002, as scrapers and remote write send it). Columns use the same bits for steps
/// without a sample: arithmetic never makes them, and no result shows them.
/// </summary>
public static class StaleMarker
{
    public const long Bits = 0x7ff0000000000002;

    public static readonly double Value = BitConverter.Int64BitsToDouble(Bits);

    public static bool Is(double value) => BitConverter.DoubleToInt64Bits(value) == Bits;
}
