namespace Clew.Query.LogQL.Stored;

/// <summary><c>detected_level</c>, the label that Loki finds out for every entry, from the severity that a record is stored with.</summary>
internal static class StoredLevel
{
    public const string Label = "detected_level";

    /// <summary>Loki's word for a severity number of OTLP, and for the text that the source used.</summary>
    public static string Of(byte severity, ReadOnlySpan<char> text) => severity switch
    {
        0 => "unknown",
        <= 4 => "trace",
        <= 8 => "debug",
        <= 12 => "info",
        <= 16 => "warn",
        _ when text.StartsWith("crit", StringComparison.OrdinalIgnoreCase) => "critical",
        <= 20 => "error",
        _ => "fatal",
    };
}
