using System.Text.Json;
using Clew.Protocols.Decoding;
using Clew.Telemetry;

namespace Clew.Protocols.Zipkin;

/// <summary>Walks through a list of spans in Zipkin's JSON of version 1 (zipkin-api, <c>zipkin-api.yaml</c>).</summary>
internal static class ZipkinV1JsonDecoder
{
    public static void ReadSpans(ref Utf8JsonReader reader, ZipkinSpanReader spans)
    {
        var span = new ZipkinV1Span(spans);
        reader.BeginRootArray("a list of spans");
        while (reader.NextObject())
        {
            ReadSpan(ref reader, span);
        }
    }

    private static void ReadSpan(ref Utf8JsonReader reader, ZipkinV1Span span)
    {
        var state = span.State;
        span.Begin();
        while (reader.NextProperty())
        {
            if (reader.Is("traceId"u8))
            {
                span.TraceId = ZipkinJsonDecoder.ReadTraceId(ref reader, state);
            }
            else if (reader.Is("id"u8))
            {
                span.SpanId = ZipkinJsonDecoder.ReadSpanId(ref reader, state);
            }
            else if (reader.Is("parentId"u8))
            {
                span.Parent = ZipkinJsonDecoder.ReadSpanId(ref reader, state);
            }
            else if (reader.Is("name"u8))
            {
                span.Name = state.Name(span.Batch, reader.ReadText(state));
            }
            else if (reader.Is("timestamp"u8))
            {
                span.Timestamp = reader.ReadInt64();
            }
            else if (reader.Is("duration"u8))
            {
                span.Duration = reader.ReadInt64();
            }
            else if (reader.Is("debug"u8))
            {
                span.IsDebug = reader.ReadBool();
            }
            else if (reader.Is("annotations"u8))
            {
                ReadAnnotations(ref reader, span);
            }
            else if (reader.Is("binaryAnnotations"u8))
            {
                ReadBinaryAnnotations(ref reader, span);
            }
            else
            {
                reader.Skip();
            }
        }

        span.End();
    }

    private static void ReadAnnotations(ref Utf8JsonReader reader, ZipkinV1Span span)
    {
        if (!reader.BeginArray())
        {
            return;
        }

        while (reader.NextObject())
        {
            ReadAnnotation(ref reader, span);
        }
    }

    private static void ReadBinaryAnnotations(ref Utf8JsonReader reader, ZipkinV1Span span)
    {
        if (!reader.BeginArray())
        {
            return;
        }

        while (reader.NextObject())
        {
            ReadBinaryAnnotation(ref reader, span);
        }
    }

    private static void ReadAnnotation(ref Utf8JsonReader reader, ZipkinV1Span span)
    {
        long time = 0;
        var endpoint = -1;
        var value = TextRef.Empty;
        while (reader.NextProperty())
        {
            if (reader.Is("timestamp"u8))
            {
                time = reader.ReadInt64();
            }
            else if (reader.Is("value"u8))
            {
                value = span.Batch.Arena.Add(ZipkinJsonDecoder.ReadTagText(ref reader, span.State));
            }
            else if (reader.Is("endpoint"u8))
            {
                endpoint = ReadEndpoint(ref reader, span);
            }
            else
            {
                reader.Skip();
            }
        }

        span.AddAnnotation(time, value, endpoint);
    }

    private static void ReadBinaryAnnotation(ref Utf8JsonReader reader, ZipkinV1Span span)
    {
        var key = 0;
        var endpoint = -1;
        var isTrue = false;
        var value = TextRef.Empty;
        while (reader.NextProperty())
        {
            if (reader.Is("key"u8))
            {
                span.State.Refuse(AttributeRow.Key(span.Batch, span.State, reader.ReadText(span.State), out key));
            }
            else if (reader.Is("value"u8))
            {
                value = span.Batch.Arena.Add(ZipkinJsonDecoder.ReadTagText(ref reader, span.State));
                isTrue = reader.TokenType == JsonTokenType.True;
            }
            else if (reader.Is("endpoint"u8))
            {
                endpoint = ReadEndpoint(ref reader, span);
            }
            else
            {
                reader.Skip();
            }
        }

        span.AddTag(key, value, endpoint, isTrue);
    }

    private static int ReadEndpoint(ref Utf8JsonReader reader, ZipkinV1Span span) =>
        ZipkinJsonDecoder.ReadEndpoint(ref reader, span.Batch, span.State, out var endpoint) ? span.Add(endpoint) : -1;
}
