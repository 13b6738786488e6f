using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Clew.Telemetry;

namespace Clew.Server.Api.Contracts;

/// <summary>RFC 3339 with nine decimals and Z; reads any RFC 3339 time and keeps its nanoseconds.</summary>
public sealed class TimestampConverter : JsonConverter<Timestamp>
{
    public override Timestamp Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TimestampText.TryParse(reader.GetString(), out var time) ? time : throw new JsonException("A time is RFC 3339, such as 2026-08-21T10:00:00.000000001Z.");

    public override void Write(Utf8JsonWriter writer, Timestamp value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>32 lower-case hex digits.</summary>
public sealed class TraceIdConverter : JsonConverter<TraceId>
{
    public override TraceId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TraceId.TryParse(reader.GetString(), out var id) ? id : throw new JsonException("A trace id is up to 32 hex digits.");

    public override void Write(Utf8JsonWriter writer, TraceId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>16 lower-case hex digits.</summary>
public sealed class SpanIdConverter : JsonConverter<SpanId>
{
    public override SpanId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        SpanId.TryParse(reader.GetString(), out var id) ? id : throw new JsonException("A span id is up to 16 hex digits.");

    public override void Write(Utf8JsonWriter writer, SpanId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>Lower-case name; the number as text when OTLP has no name for it.</summary>
public sealed class SpanKindConverter : JsonConverter<SpanKind>
{
    public override SpanKind Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        SpanWords.ParseKind(reader.GetString()) ?? throw new JsonException("A span kind is unspecified, internal, server, client, producer or consumer.");

    public override void Write(Utf8JsonWriter writer, SpanKind value, JsonSerializerOptions options) => writer.WriteStringValue(SpanWords.NameOf(value));
}

/// <summary>Lower-case name; the number as text when OTLP has no name for it.</summary>
public sealed class SpanStatusConverter : JsonConverter<SpanStatus>
{
    public override SpanStatus Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        SpanWords.ParseStatus(reader.GetString()) ?? throw new JsonException("A span status is unset, ok or error.");

    public override void Write(Utf8JsonWriter writer, SpanStatus value, JsonSerializerOptions options) => writer.WriteStringValue(SpanWords.NameOf(value));
}

/// <summary>The words for kinds and statuses, as OpenTelemetry writes them in lower case.</summary>
public static class SpanWords
{
    public static string NameOf(SpanKind kind) => kind switch
    {
        SpanKind.Unspecified => "unspecified",
        SpanKind.Internal => "internal",
        SpanKind.Server => "server",
        SpanKind.Client => "client",
        SpanKind.Producer => "producer",
        SpanKind.Consumer => "consumer",
        _ => ((byte)kind).ToString(CultureInfo.InvariantCulture),
    };

    public static string NameOf(SpanStatus status) => status switch
    {
        SpanStatus.Unset => "unset",
        SpanStatus.Ok => "ok",
        SpanStatus.Error => "error",
        _ => ((byte)status).ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Reads a name in any case, or OTLP's number.</summary>
    public static SpanKind? ParseKind(string? word) => word?.ToLowerInvariant() switch
    {
        "unspecified" => SpanKind.Unspecified,
        "internal" => SpanKind.Internal,
        "server" => SpanKind.Server,
        "client" => SpanKind.Client,
        "producer" => SpanKind.Producer,
        "consumer" => SpanKind.Consumer,
        { } other when byte.TryParse(other, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => (SpanKind)number,
        _ => null,
    };

    /// <summary>Reads a name in any case, or OTLP's number.</summary>
    public static SpanStatus? ParseStatus(string? word) => word?.ToLowerInvariant() switch
    {
        "unset" => SpanStatus.Unset,
        "ok" => SpanStatus.Ok,
        "error" => SpanStatus.Error,
        { } other when byte.TryParse(other, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => (SpanStatus)number,
        _ => null,
    };
}
