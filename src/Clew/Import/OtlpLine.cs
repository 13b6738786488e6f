using System.Buffers.Text;
using System.Text.Json;

namespace Clew.Cli.Import;

/// <summary>What a line carries; for OTLP/JSON the value is also the index into <see cref="OtlpLine"/>'s parts.</summary>
public enum Signal
{
    Traces,
    Logs,
    Metrics,

    /// <summary>What kubectl prints; this and the following by <see cref="RecordLine"/>.</summary>
    Kubernetes,
    Changes,
    Alerts,
}

/// <summary>One signal's part of a line: the inside of its array, ready to be joined with others by commas.</summary>
/// <param name="Start">First byte after the opening bracket.</param>
/// <param name="Length">Bytes up to the closing bracket; 0 when the line has no such part or an empty one.</param>
/// <param name="Resources">Elements of the array.</param>
/// <param name="Records">Spans, log records or data points in it.</param>
/// <param name="First">Earliest time in it, nanoseconds since 1970; <see cref="long.MaxValue"/> when it has none.</param>
/// <param name="Last">Latest time in it; <see cref="long.MinValue"/> when it has none.</param>
public readonly record struct LinePart(int Start, int Length, int Resources, long Records, long First, long Last)
{
    public static readonly LinePart None = new(0, 0, 0, 0, long.MaxValue, long.MinValue);
}

/// <summary>
/// Looks over a line of OTLP/JSON without decoding it: is it whole JSON, which signals are in it, where do their arrays begin and end,
/// how many records are in them and between which times. The bytes are passed on as they are.
/// </summary>
/// <remarks>Depths are those of the protocol: <c>resourceSpans[].scopeSpans[].spans[]</c>, <c>resourceLogs[].scopeLogs[].logRecords[]</c>,
/// <c>resourceMetrics[].scopeMetrics[].metrics[].(gauge|sum|…).dataPoints[]</c>.</remarks>
public static class OtlpLine
{
    private const int ResourceDepth = 1;
    private const int ScopeDepth = 3;
    private const int RecordDepth = 5;
    private const int SpanFieldDepth = 7;
    private const int PointListDepth = 8;
    private const int PointFieldDepth = 10;

    private enum Name
    {
        Other,
        ScopeList,
        Records,
        Metrics,
        DataPoints,
    }

    /// <summary>Fills <paramref name="parts"/> (one per <see cref="Signal"/>); answers null, or what is wrong with the line as a sentence without its full stop.</summary>
    public static string? Scan(ReadOnlySpan<byte> line, Span<LinePart> parts)
    {
        parts.Fill(LinePart.None);
        try
        {
            return ScanObject(line, parts);
        }
        catch (JsonException wrong)
        {
            return wrong.BytePositionInLine >= line.Length || IsCutOff(line)
                ? $"the JSON ends too early, after {line.Length:N0} bytes"
                : $"not JSON: {Reason(wrong)} (byte {wrong.BytePositionInLine + 1:N0})";
        }
    }

    private static string? ScanObject(ReadOnlySpan<byte> line, Span<LinePart> parts)
    {
        var json = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = Limits.JsonDepth });
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            return "not an OTLP/JSON object: it begins with something else than {";
        }

        string? otherKey = null;
        var known = false;
        while (json.Read() && json.TokenType != JsonTokenType.EndObject)
        {
            Signal signal;
            if (json.ValueTextEquals("resourceSpans"u8))
            {
                signal = Signal.Traces;
            }
            else if (json.ValueTextEquals("resourceLogs"u8))
            {
                signal = Signal.Logs;
            }
            else if (json.ValueTextEquals("resourceMetrics"u8))
            {
                signal = Signal.Metrics;
            }
            else
            {
                otherKey ??= json.GetString();
                json.Read();
                json.Skip();
                continue;
            }

            json.Read();
            known = true;
            if (json.TokenType == JsonTokenType.Null)
            {
                continue;
            }

            if (json.TokenType != JsonTokenType.StartArray)
            {
                return $"{Key(signal)} is not an array";
            }

            if (parts[(int)signal].Length > 0)
            {
                return $"{Key(signal)} stands twice in the object";
            }

            parts[(int)signal] = ScanResources(ref json, signal);
        }

        // Anything but white space after the object makes the reader throw.
        json.Read();
        return known ? null : Unknown(otherKey);
    }

    /// <summary>The key under which a signal stands in a line.</summary>
    public static string Key(Signal signal) => signal switch
    {
        Signal.Traces => "resourceSpans",
        Signal.Logs => "resourceLogs",
        _ => "resourceMetrics",
    };

    private static LinePart ScanResources(ref Utf8JsonReader json, Signal signal)
    {
        var start = (int)json.TokenStartIndex + 1;
        var resources = 0;
        long records = 0, first = long.MaxValue, last = long.MinValue;
        bool inScopes = false, inRecords = false, inPoints = false;
        while (json.Read())
        {
            switch (json.TokenType)
            {
                case JsonTokenType.EndArray when json.CurrentDepth == ResourceDepth:
                    var length = (int)json.TokenStartIndex - start;
                    return new LinePart(start, resources == 0 ? 0 : length, resources, records, first, last);

                case JsonTokenType.StartObject:
                    switch (json.CurrentDepth)
                    {
                        case ResourceDepth + 1:
                            resources++;
                            break;
                        case RecordDepth + 1 when inScopes && inRecords && signal != Signal.Metrics:
                        case PointListDepth + 1 when inScopes && inRecords && inPoints && signal == Signal.Metrics:
                            records++;
                            break;
                    }

                    break;

                case JsonTokenType.PropertyName:
                    switch (json.CurrentDepth)
                    {
                        case ScopeDepth:
                            inScopes = NameOf(ref json, signal) == Name.ScopeList;
                            inRecords = inPoints = false;
                            break;
                        case RecordDepth when inScopes:
                            inRecords = NameOf(ref json, signal) is Name.Records or Name.Metrics;
                            inPoints = false;
                            break;
                        case PointListDepth when inRecords && signal == Signal.Metrics:
                            inPoints = NameOf(ref json, signal) == Name.DataPoints;
                            break;
                        case SpanFieldDepth when inRecords && signal != Signal.Metrics:
                        case PointFieldDepth when inPoints:
                            if (IsTime(ref json, signal))
                            {
                                json.Read();
                                if (TimeOf(ref json) is > 0 and var time)
                                {
                                    first = Math.Min(first, time);
                                    last = Math.Max(last, time);
                                }
                            }

                            break;
                    }

                    break;
            }
        }

        return LinePart.None;
    }

    private static Name NameOf(ref Utf8JsonReader json, Signal signal) => signal switch
    {
        Signal.Traces when json.ValueTextEquals("scopeSpans"u8) => Name.ScopeList,
        Signal.Traces when json.ValueTextEquals("spans"u8) => Name.Records,
        Signal.Logs when json.ValueTextEquals("scopeLogs"u8) => Name.ScopeList,
        Signal.Logs when json.ValueTextEquals("logRecords"u8) => Name.Records,
        Signal.Metrics when json.ValueTextEquals("scopeMetrics"u8) => Name.ScopeList,
        Signal.Metrics when json.ValueTextEquals("metrics"u8) => Name.Metrics,
        Signal.Metrics when json.ValueTextEquals("dataPoints"u8) => Name.DataPoints,
        _ => Name.Other,
    };

    private static bool IsTime(ref Utf8JsonReader json, Signal signal)
    {
        var name = json.ValueSpan;
        if (!name.EndsWith("UnixNano"u8))
        {
            return false;
        }

        // A cumulative point's start may be weeks before anything that happened in the file.
        return signal != Signal.Metrics ? !name.SequenceEqual("observedTimeUnixNano"u8) : name.SequenceEqual("timeUnixNano"u8);
    }

    private static long TimeOf(ref Utf8JsonReader json) => json.TokenType switch
    {
        JsonTokenType.String or JsonTokenType.Number
            when Utf8Parser.TryParse(json.ValueSpan, out long time, out var used) && used == json.ValueSpan.Length => time,
        _ => 0,
    };

    private static string Unknown(string? key) => key switch
    {
        null => "an empty object: nothing to import",
        "resourceProfiles" => "profiles cannot be imported yet",
        "data" => "this looks like Jaeger's JSON (it has \"data\"), not OTLP/JSON with resourceSpans, resourceLogs or resourceMetrics",
        _ => $"no resourceSpans, resourceLogs or resourceMetrics in it (its first key is \"{Sentence.Shorten(key, 60)}\")",
    };

    private static bool IsCutOff(ReadOnlySpan<byte> line)
    {
        var json = new Utf8JsonReader(line, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = Limits.JsonDepth }));
        try
        {
            while (json.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The first sentence of the reader's message: what follows repeats the position.</summary>
    private static string Reason(JsonException wrong)
    {
        var end = wrong.Message.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? wrong.Message : wrong.Message[..end];
    }
}
