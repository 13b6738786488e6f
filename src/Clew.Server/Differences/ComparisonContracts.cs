using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Clew.Analysis.Differences;
using Clew.Analysis.Timelines;
using Clew.Analysis.Traces;

namespace Clew.Server.Differences;

/// <summary>Body of <c>POST /api/diff/requests</c>: two documents as texts, each JSON, an HTTP message, JSON lines or plain lines.</summary>
public sealed record RequestDiffQuestion
{
    /// <summary>The first, usually the one that works.</summary>
    public string? A { get; init; }

    /// <summary>The second.</summary>
    public string? B { get; init; }
}

/// <summary>JSON of the tools that compare.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(TraceDiff))]
[JsonSerializable(typeof(RequestDiff))]
[JsonSerializable(typeof(RequestDiffQuestion))]
[JsonSerializable(typeof(GroupComparison))]
[JsonSerializable(typeof(CriticalPathShares))]
[JsonSerializable(typeof(EventTimeline))]
public sealed partial class ComparisonJson : JsonSerializerContext
{
    /// <summary>As <see cref="Default"/>, with letters as letters: answers are never put into HTML as they are.</summary>
    public static ComparisonJson Readable => Holder.Readable;

    /// <summary>A class of its own, so that <see cref="Default"/> exists before it is copied.</summary>
    private static class Holder
    {
        public static readonly ComparisonJson Readable = new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
