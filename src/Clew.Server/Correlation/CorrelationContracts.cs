using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Clew.Server.Api.Contracts;
using Clew.Telemetry;

namespace Clew.Server.Correlation;

/// <summary>Answer to <c>GET /api/correlate</c>: what one request logged, as far as that can be told, in the order of time.</summary>
public sealed record CorrelationAnswer
{
    /// <summary>Of the first line; absent when there is none.</summary>
    public Timestamp? StartTime { get; init; }

    /// <summary>Of the last line.</summary>
    public Timestamp? EndTime { get; init; }

    /// <summary>How sure it is that these lines are one request's, 0 to 1: the mean of its lines.</summary>
    public double Confidence { get; init; }

    public required IReadOnlyList<CorrelatedLine> Lines { get; init; }

    public required IReadOnlyList<CorrelatedService> Services { get; init; }

    /// <summary>Ids that led to lines: asked for, or found in found lines.</summary>
    public required IReadOnlyList<CorrelatedKey> Followed { get; init; }

    /// <summary>Ids that were found and not followed.</summary>
    public required IReadOnlyList<CorrelatedKey> NotFollowed { get; init; }

    /// <summary>Pauses of a second and more in which nothing was logged.</summary>
    public required IReadOnlyList<CorrelatedGap> Gaps { get; init; }

    public required IReadOnlyList<InferredSpan> Spans { get; init; }

    /// <summary>What a reader must know to trust the answer.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}

/// <param name="Confidence">0 to 1.</param>
/// <param name="Why">Why the line is here.</param>
/// <param name="SpanIndex">Among the inferred spans.</param>
public sealed record CorrelatedLine(Timestamp Time, string Service, byte Severity, string Body, string? TraceId, double Confidence, string Why, int SpanIndex);

/// <param name="Errors">Lines of severity error or worse.</param>
public sealed record CorrelatedService(string Name, int Lines, int Errors, Timestamp StartTime, Timestamp EndTime);

/// <param name="Kind">trace, request, entity, session, user or address.</param>
/// <param name="Lines">Lines with it among those looked at.</param>
public sealed record CorrelatedKey(string Kind, string Value, string Why, int Lines);

/// <param name="Before">Service of the last line before the pause.</param>
public sealed record CorrelatedGap(Timestamp StartTime, Timestamp EndTime, string Before, string After);

/// <summary>A span nobody sent, made of lines.</summary>
/// <param name="ParentIndex">Absent for the first.</param>
/// <param name="Why">How its caller was found.</param>
public sealed record InferredSpan(int? ParentIndex, string Service, string Name, Timestamp StartTime, Timestamp EndTime, bool IsError, double Confidence, string Why);

/// <summary>JSON of correlation.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(TimestampConverter)])]
[JsonSerializable(typeof(CorrelationAnswer))]
public sealed partial class CorrelationJson : JsonSerializerContext
{
    /// <summary>As <see cref="Default"/>, with letters as letters: answers are never put into HTML as they are.</summary>
    public static CorrelationJson Readable => Holder.Readable;

    /// <summary>A class of its own, so that <see cref="Default"/> exists before it is copied.</summary>
    private static class Holder
    {
        public static readonly CorrelationJson Readable = new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
