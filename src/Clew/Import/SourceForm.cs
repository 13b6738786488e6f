using Clew.Protocols.LogLines;

namespace Clew.Cli.Import;

/// <summary>
/// Tells OTLP/JSON from log lines. A source that begins with OTLP/JSON is OTLP/JSON to its end, so that a damaged line in it is reported and not kept as
/// a strange log record; in other sources every line decides for itself.
/// </summary>
public sealed class SourceForm(ImportSettings settings)
{
    private bool? _isOtlp = settings.OtlpOnly ? true : null;

    /// <param name="document">Without white space around it.</param>
    public bool IsOtlp(ReadOnlySpan<byte> document)
    {
        if (settings.Lines.Format is not null)
        {
            return false;
        }

        var looksLike = LooksLikeOtlp(document);
        _isOtlp ??= looksLike;
        return _isOtlp.Value || looksLike;
    }

    /// <summary>An object whose first key is one of OTLP's, or of another exporter's whose files people mistake for OTLP.</summary>
    private static bool LooksLikeOtlp(ReadOnlySpan<byte> document)
    {
        if (!document.StartsWith((byte)'{'))
        {
            return false;
        }

        var key = document[1..].TrimStart(" \t\r\n"u8);
        return key.StartsWith("\"resourceSpans\""u8) || key.StartsWith("\"resourceLogs\""u8) || key.StartsWith("\"resourceMetrics\""u8) || key.StartsWith("\"resourceProfiles\""u8)
            || key.StartsWith("\"data\":[{\"traceID\""u8);
    }

    /// <summary>What the decoder of a source's lines is told.</summary>
    public LogLineOptions OptionsOf(ImportSource source)
    {
        if (source.Name == ImportSource.StandardInput)
        {
            return settings.Lines;
        }

        var written = File.GetLastWriteTimeUtc(source.Name);
        return settings.Lines with
        {
            Source = LogSource.OfFile(Path.GetFullPath(source.Name)),
            Reference = Telemetry.Timestamp.FromDateTimeOffset(new DateTimeOffset(written, TimeSpan.Zero)),
        };
    }
}
