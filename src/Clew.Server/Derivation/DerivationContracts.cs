using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Clew.Server.Api.Contracts;
using Clew.Telemetry;

namespace Clew.Server.Derivation;

/// <summary>Answer of <c>GET /api/errors</c>.</summary>
public sealed record ErrorList
{
    /// <summary>The most frequent signature first.</summary>
    public required IReadOnlyList<ErrorEntry> Errors { get; init; }

    /// <summary>The limit that applied. As many entries as this mean that there may be more.</summary>
    public required int Limit { get; init; }
}

/// <summary>Failures with one signature.</summary>
public sealed record ErrorEntry
{
    /// <summary>16 hex digits, the same on any day and server.</summary>
    public required string Signature { get; init; }

    /// <summary>Of the exception; empty when it is not known.</summary>
    public required string Type { get; init; }

    /// <summary>First line, values replaced by <c>&lt;*&gt;</c>.</summary>
    public required string Message { get; init; }

    /// <summary>The innermost first, without line numbers.</summary>
    public required IReadOnlyList<string> Frames { get; init; }

    /// <summary>Spans within the time asked for.</summary>
    public required long SpanCount { get; init; }

    /// <summary>Log records within the time asked for.</summary>
    public required long LogCount { get; init; }

    /// <summary>By name.</summary>
    public required IReadOnlyList<string> Services { get; init; }

    /// <summary>Of the time asked for.</summary>
    public required Timestamp FirstTime { get; init; }

    /// <summary>Of the time asked for.</summary>
    public required Timestamp LastTime { get; init; }

    /// <summary>When it came first of all.</summary>
    public Timestamp? FirstSeen { get; init; }

    /// <summary>A trace with it.</summary>
    public TraceId? TraceId { get; init; }
}

/// <summary>Answer of <c>GET /api/logs/templates</c>.</summary>
public sealed record LogTemplateList
{
    /// <summary>The most frequent first.</summary>
    public required IReadOnlyList<LogTemplateEntry> Templates { get; init; }

    /// <summary>The limit that applied. As many entries as this mean that there may be more.</summary>
    public required int Limit { get; init; }
}

/// <summary>Log records of one statement.</summary>
public sealed record LogTemplateEntry
{
    /// <summary>16 hex digits, the same on any day and server. Of several members, the most frequent one's.</summary>
    public required string Template { get; init; }

    /// <summary>Values replaced by <c>&lt;*&gt;</c>, as the records of the time asked for tell them.</summary>
    public required string Text { get; init; }

    /// <summary>Log records within the time asked for.</summary>
    public required long Count { get; init; }

    /// <summary>Those of them with severity ERROR or above.</summary>
    public required long ErrorCount { get; init; }

    /// <summary>The highest severity, 0 to 24.</summary>
    public required int Severity { get; init; }

    /// <summary>OTLP's short name for it; absent when there is none.</summary>
    public string? SeverityText { get; init; }

    /// <summary>By name.</summary>
    public required IReadOnlyList<string> Services { get; init; }

    /// <summary>Of the time asked for.</summary>
    public required Timestamp FirstTime { get; init; }

    /// <summary>Of the time asked for.</summary>
    public required Timestamp LastTime { get; init; }

    /// <summary>When it came first of all.</summary>
    public Timestamp? FirstSeen { get; init; }

    /// <summary>The body of one of the records.</summary>
    public required string Example { get; init; }

    /// <summary>The templates that are this statement, the most frequent first; absent when it is one alone.</summary>
    public IReadOnlyList<LogTemplateMember>? Members { get; init; }
}

/// <summary>A template as records are stored with it.</summary>
public sealed record LogTemplateMember
{
    /// <summary>16 hex digits, the same on any day and server.</summary>
    public required string Template { get; init; }

    /// <summary>Made of one line alone.</summary>
    public required string Text { get; init; }

    /// <summary>Log records within the time asked for.</summary>
    public required long Count { get; init; }
}

/// <summary>JSON of what is derived.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(TimestampConverter), typeof(TraceIdConverter)])]
[JsonSerializable(typeof(ErrorList))]
[JsonSerializable(typeof(LogTemplateList))]
public sealed partial class DerivationJson : JsonSerializerContext
{
    /// <summary>As <see cref="Default"/>, with letters as letters.</summary>
    public static DerivationJson Readable => Holder.Readable;

    private static class Holder
    {
        public static readonly DerivationJson Readable = new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
