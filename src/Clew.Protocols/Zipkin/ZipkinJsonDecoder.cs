using System.Text.Json;
using Clew.Protocols.Decoding;
using Clew.Telemetry;

namespace Clew.Protocols.Zipkin;

/// <summary>Walks through a list of spans in Zipkin's JSON of version 2 (zipkin-api, <c>zipkin2-api.yaml</c>).</summary>
internal static class ZipkinJsonDecoder
{
    public static void ReadSpans(ref Utf8JsonReader reader, ZipkinSpanReader spans)
    {
        reader.BeginRootArray("a list of spans");
        while (reader.NextObject())
        {
            ReadSpan(ref reader, spans);
        }
    }

    /// <summary>The value of a property <c>localEndpoint</c>, <c>remoteEndpoint</c> or, in version 1, <c>endpoint</c>.</summary>
    /// <returns>False when it is null.</returns>
    public static bool ReadEndpoint(ref Utf8JsonReader reader, SpanBatch batch, DecodeState state, out ZipkinEndpoint endpoint)
    {
        endpoint = default;
        if (!reader.BeginObject())
        {
            return false;
        }

        while (reader.NextProperty())
        {
            if (reader.Is("serviceName"u8))
            {
                endpoint.SetService(reader.ReadText(state), batch, state);
            }
            else if (reader.Is("ipv4"u8) || reader.Is("ipv6"u8))
            {
                endpoint.SetAddress(reader.ReadText(state), batch.Arena, state);
            }
            else if (reader.Is("port"u8))
            {
                endpoint.SetPort(reader.ReadInt64(), state);
            }
            else
            {
                reader.Skip();
            }
        }

        return true;
    }

    /// <summary>The value of a property as text: a string's, or that of a number or bool as it is written. Anything else is a reason to refuse the span.</summary>
    public static ReadOnlySpan<byte> ReadTagText(ref Utf8JsonReader reader, DecodeState state)
    {
        reader.Read();
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return reader.CurrentText(state);
            case JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False:
                return reader.ValueSpan;
            default:
                state.Refuse(DecodeIssue.TagNotText);
                reader.Skip();
                return default;
        }
    }

    private static void ReadSpan(ref Utf8JsonReader reader, ZipkinSpanReader spans)
    {
        var (batch, state) = (spans.Batch, spans.State);
        spans.BeginSpan();
        while (reader.NextProperty())
        {
            if (reader.Is("traceId"u8))
            {
                spans.TraceId(ReadTraceId(ref reader, state));
            }
            else if (reader.Is("id"u8))
            {
                spans.SpanId(ReadSpanId(ref reader, state));
            }
            else if (reader.Is("parentId"u8))
            {
                spans.Parent(ReadSpanId(ref reader, state));
            }
            else if (reader.Is("kind"u8))
            {
                spans.Kind(reader.ReadText(state));
            }
            else if (reader.Is("name"u8))
            {
                spans.Name(reader.ReadText(state));
            }
            else if (reader.Is("timestamp"u8))
            {
                spans.Timestamp(reader.ReadInt64());
            }
            else if (reader.Is("duration"u8))
            {
                spans.Duration(reader.ReadInt64());
            }
            else if (reader.Is("localEndpoint"u8))
            {
                ReadEndpoint(ref reader, batch, state, out spans.Local);
            }
            else if (reader.Is("remoteEndpoint"u8))
            {
                ReadEndpoint(ref reader, batch, state, out spans.Remote);
            }
            else if (reader.Is("annotations"u8))
            {
                ReadAnnotations(ref reader, spans);
            }
            else if (reader.Is("tags"u8))
            {
                ReadTags(ref reader, spans);
            }
            else if (reader.Is("shared"u8))
            {
                spans.IsShared = reader.ReadBool();
            }
            else if (reader.Is("debug"u8))
            {
                spans.IsDebug = reader.ReadBool();
            }
            else if (reader.Is("binaryAnnotations"u8))
            {
                throw new JsonException("these are spans of version 1, which /api/v1/spans takes");
            }
            else
            {
                reader.Skip();
            }
        }

        spans.EndSpan();
    }

    /// <summary>Hex in any case; fewer digits than the full number stand for the low ones; nothing is no id.</summary>
    public static TraceId ReadTraceId(ref Utf8JsonReader reader, DecodeState state)
    {
        var hex = reader.ReadText(state);
        if (!TraceId.TryParse(hex, out var id) && !hex.IsEmpty)
        {
            state.Refuse(DecodeIssue.IdNotHex);
        }

        return id;
    }

    /// <summary>As above.</summary>
    public static SpanId ReadSpanId(ref Utf8JsonReader reader, DecodeState state)
    {
        var hex = reader.ReadText(state);
        if (!SpanId.TryParse(hex, out var id) && !hex.IsEmpty)
        {
            state.Refuse(DecodeIssue.IdNotHex);
        }

        return id;
    }

    private static void ReadAnnotations(ref Utf8JsonReader reader, ZipkinSpanReader spans)
    {
        if (!reader.BeginArray())
        {
            return;
        }

        while (reader.NextObject())
        {
            long time = 0;
            scoped ReadOnlySpan<byte> value = default;
            while (reader.NextProperty())
            {
                if (reader.Is("timestamp"u8))
                {
                    time = reader.ReadInt64();
                }
                else if (reader.Is("value"u8))
                {
                    value = ReadTagText(ref reader, spans.State);
                }
                else
                {
                    reader.Skip();
                }
            }

            spans.Annotation(time, value);
        }
    }

    private static void ReadTags(ref Utf8JsonReader reader, ZipkinSpanReader spans)
    {
        if (!reader.BeginObject())
        {
            return;
        }

        while (reader.NextProperty())
        {
            // The name may lie in the room that the value needs next.
            var issue = AttributeRow.Key(spans.Batch, spans.State, reader.CurrentText(spans.State), out var key);
            var value = ReadTagText(ref reader, spans.State);
            if (issue != DecodeIssue.None)
            {
                spans.State.Refuse(issue);
            }
            else
            {
                spans.Tag(key, value);
            }
        }
    }
}
