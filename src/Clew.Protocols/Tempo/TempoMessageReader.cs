using System.Text;
using Clew.Protocols.Protobuf;

namespace Clew.Protocols.Tempo;

/// <summary>
/// Reads the requests of <c>tempopb.StreamingQuerier</c> as the parameters that Tempo's HTTP API has for the same things, because they mean the same. Fields that
/// are zero or empty are not there. Answers null for bytes that are no such message.
/// </summary>
public static class TempoMessageReader
{
    /// <summary>Tags of a search that are kept, and one more: whoever reads them refuses so many.</summary>
    private const int MostTags = 1_001;

    private static readonly Dictionary<uint, string> SearchFields = new() { [4] = "limit", [5] = "start", [6] = "end", [8] = "q", [9] = "spss" };
    private static readonly Dictionary<uint, string> TagFields = new() { [1] = "scope", [2] = "q", [3] = "start", [4] = "end", [5] = "limit" };
    private static readonly Dictionary<uint, string> ValueFields = new() { [1] = "tag", [2] = "q", [4] = "start", [5] = "end", [6] = "limit" };
    private static readonly Dictionary<uint, string> RangeFields = new() { [1] = "q", [2] = "start", [3] = "end", [4] = "step", [16] = "exemplars" };
    private static readonly Dictionary<uint, string> InstantFields = new() { [1] = "q", [2] = "start", [3] = "end" };

    /// <summary><c>SearchRequest</c>. Its tags become the parameter <c>tags</c>, durations get the unit <c>ms</c>.</summary>
    public static Dictionary<string, string>? Search(ReadOnlySpan<byte> message)
    {
        var tags = new StringBuilder();
        var count = 0;
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        var reader = new ProtobufReader(message);
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case (1 << 3) | 2:
                    reader.ReadPair(out var key, out var value);
                    if (count++ < MostTags)
                    {
                        // In logfmt a value in quotes can be anything.
                        tags.Append(tags.Length > 0 ? " " : string.Empty).Append(Encoding.UTF8.GetString(key)).Append("=\"")
                            .Append(Encoding.UTF8.GetString(value).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('"');
                    }

                    break;
                case 2 << 3:
                    Duration(ref reader, parameters, "minDuration");
                    break;
                case 3 << 3:
                    Duration(ref reader, parameters, "maxDuration");
                    break;
                default:
                    Field(ref reader, tag, SearchFields, parameters);
                    break;
            }
        }

        if (tags.Length > 0)
        {
            parameters["tags"] = tags.ToString();
        }

        return reader.Failed ? null : parameters;
    }

    /// <summary><c>SearchTagsRequest</c>.</summary>
    public static Dictionary<string, string>? Tags(ReadOnlySpan<byte> message) => Read(message, TagFields);

    /// <summary><c>SearchTagValuesRequest</c>; its <c>tag</c> is a part of the path in the HTTP API.</summary>
    public static Dictionary<string, string>? Values(ReadOnlySpan<byte> message) => Read(message, ValueFields);

    /// <summary><c>QueryRangeRequest</c>; the step, nanoseconds there, gets the unit <c>ns</c>.</summary>
    public static Dictionary<string, string>? Range(ReadOnlySpan<byte> message)
    {
        var parameters = Read(message, RangeFields);
        if (parameters is not null && parameters.TryGetValue("step", out var step))
        {
            parameters["step"] = step + "ns";
        }

        return parameters;
    }

    /// <summary><c>QueryInstantRequest</c>.</summary>
    public static Dictionary<string, string>? Instant(ReadOnlySpan<byte> message) => Read(message, InstantFields);

    private static Dictionary<string, string>? Read(ReadOnlySpan<byte> message, Dictionary<uint, string> fields)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        var reader = new ProtobufReader(message);
        while (reader.NextField(out var tag))
        {
            Field(ref reader, tag, fields, parameters);
        }

        return reader.Failed ? null : parameters;
    }

    private static void Field(ref ProtobufReader reader, uint tag, Dictionary<uint, string> fields, Dictionary<string, string> parameters)
    {
        if (!fields.TryGetValue(tag >> 3, out var name) || (tag & 7) is not (0 or 2))
        {
            reader.Skip(tag);
            return;
        }

        var text = (tag & 7) == 2
            ? Encoding.UTF8.GetString(reader.ReadBytes())
            : reader.ReadVarint() is var number and not 0 ? number.ToString(System.Globalization.CultureInfo.InvariantCulture) : string.Empty;
        if (text.Length > 0)
        {
            parameters[name] = text;
        }
    }

    private static void Duration(ref ProtobufReader reader, Dictionary<string, string> parameters, string name)
    {
        if (reader.ReadVarint() is var milliseconds and not 0)
        {
            parameters[name] = milliseconds.ToString(System.Globalization.CultureInfo.InvariantCulture) + "ms";
        }
    }
}
