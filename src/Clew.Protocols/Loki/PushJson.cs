using System.Buffers.Text;
using System.Text.Json;
using Clew.Protocols.Decoding;
using Clew.Protocols.LogLines;
using Clew.Telemetry;

namespace Clew.Protocols.Loki;

/// <summary>
/// The JSON of <c>POST /loki/api/v1/push</c>: <c>{"streams":[{"stream":{"label":"value"},"values":[["nanoseconds","line",{"name":"value"}]]}]}</c>, and that
/// of the older <c>POST /api/prom/push</c>: <c>{"streams":[{"labels":"{label=\"value\"}","entries":[{"ts":"RFC 3339","line":"…"}]}]}</c>. Both shapes
/// are read at both places.
/// </summary>
internal static class PushJson
{
    private static readonly LogTimeContext Utc = new(TimeZoneInfo.Utc);

    public static void Decode(ref Utf8JsonReader reader, LogBatch batch, DecodeState state)
    {
        reader.BeginRootObject();
        while (reader.NextProperty())
        {
            if (reader.Is("streams"u8) && reader.BeginArray())
            {
                while (reader.NextObject())
                {
                    ReadStream(ref reader, batch, state);
                }
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static void ReadStream(ref Utf8JsonReader reader, LogBatch batch, DecodeState state)
    {
        var stream = default(LokiStream);

        // The labels may come behind the entries, which need them: one walk for each.
        var ahead = reader;
        while (ahead.NextProperty())
        {
            if (ahead.Is("stream"u8))
            {
                ReadLabels(ref ahead, batch, state, ref stream);
            }
            else if (ahead.Is("labels"u8))
            {
                var labels = ahead.ReadText(state).ToArray();
                stream.AddLabels(batch, state, labels, state.Scratch(labels.Length));
            }
            else
            {
                ahead.Skip();
            }
        }

        stream.EndLabels(batch);
        while (reader.NextProperty())
        {
            if (reader.Is("values"u8) && reader.BeginArray())
            {
                ReadValues(ref reader, batch, state, stream);
            }
            else if (reader.Is("entries"u8) && reader.BeginArray())
            {
                while (reader.NextObject())
                {
                    ReadEntry(ref reader, batch, state, stream);
                }
            }
            else
            {
                reader.Skip();
            }
        }

        stream.End(batch);
    }

    private static void ReadLabels(ref Utf8JsonReader reader, LogBatch batch, DecodeState state, ref LokiStream stream)
    {
        if (!reader.BeginObject())
        {
            return;
        }

        while (reader.NextProperty())
        {
            var name = NameOf(ref reader, state);
            stream.AddLabel(batch, state, name, reader.RequireText(state));
        }
    }

    private static void ReadValues(ref Utf8JsonReader reader, LogBatch batch, DecodeState state, in LokiStream stream)
    {
        while (true)
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.EndArray)
            {
                return;
            }

            if (reader.TokenType != JsonTokenType.StartArray)
            {
                throw JsonFields.Unexpected(ref reader, "an entry as an array of time, line and perhaps structured metadata");
            }

            var entry = LokiEntry.Begin(state, stream);
            entry.SetTime(state, ReadNanoseconds(ref reader, state));
            entry.SetLine(batch, state, reader.RequireText(state));
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                ReadMetadata(ref reader, batch, state, ref entry);
                reader.Read();
            }

            if (reader.TokenType != JsonTokenType.EndArray)
            {
                throw JsonFields.Unexpected(ref reader, "the end of an entry, or an object of structured metadata");
            }

            entry.Complete(batch, state);
        }
    }

    private static void ReadEntry(ref Utf8JsonReader reader, LogBatch batch, DecodeState state, in LokiStream stream)
    {
        var entry = LokiEntry.Begin(state, stream);
        while (reader.NextProperty())
        {
            if (reader.Is("ts"u8) || reader.Is("timestamp"u8))
            {
                entry.SetTime(state, TryParseTime(reader.RequireText(state), out var time)
                    ? time : throw new JsonException("expected a time from 1970 on such as 2026-01-02T03:04:05.678901234Z"));
            }
            else if (reader.Is("line"u8))
            {
                entry.SetLine(batch, state, reader.RequireText(state));
            }
            else if (reader.Is("structuredMetadata"u8) && reader.BeginObject())
            {
                ReadMetadata(ref reader, batch, state, ref entry);
            }
            else
            {
                reader.Skip();
            }
        }

        entry.Complete(batch, state);
    }

    private static void ReadMetadata(ref Utf8JsonReader reader, LogBatch batch, DecodeState state, ref LokiEntry entry)
    {
        while (reader.NextProperty())
        {
            var name = NameOf(ref reader, state);
            entry.AddMetadata(batch, state, name, reader.RequireText(state));
        }
    }

    private static long ReadNanoseconds(ref Utf8JsonReader reader, DecodeState state)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String)
        {
            throw JsonFields.Unexpected(ref reader, "nanoseconds since the Unix epoch as a string");
        }

        var text = reader.ValueSpan;
        if (Utf8Parser.TryParse(text, out long time, out var used) && used == text.Length)
        {
            return time;
        }

        // A whole number that does not fit is a time of its own kind; anything else is no time.
        if (text.IsEmpty || text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0)
        {
            throw new JsonException("expected nanoseconds since the Unix epoch as a string of digits");
        }

        state.Refuse(DecodeIssue.TimeBeyondRange);
        return 0;
    }

    /// <summary>RFC 3339, of whose forms a text that is all digits or has no T is none.</summary>
    private static bool TryParseTime(ReadOnlySpan<byte> text, out long nanoseconds)
    {
        nanoseconds = 0;
        return text.Length > 10 && text[4] == '-' && text[10] == 'T' && LogTime.TryParse(text, Utc, out nanoseconds);
    }

    /// <summary>The property's name; in memory of its own when it had to be unescaped, since the value needs the room for unescaping.</summary>
    private static ReadOnlySpan<byte> NameOf(ref Utf8JsonReader reader, DecodeState state) =>
        reader.ValueIsEscaped ? reader.CurrentText(state).ToArray() : reader.ValueSpan;
}
