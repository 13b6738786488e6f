using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Clew.Analysis.Reports;

namespace Clew.Server.Investigations;

/// <summary>Answer of <c>GET /api/investigations</c>: the latest windows first.</summary>
/// <param name="Limit">The limit that applied.</param>
public sealed record InvestigationList(IReadOnlyList<InvestigationEntry> Investigations, int Limit);

/// <summary>A remembered investigation, without its report.</summary>
/// <param name="Service">The first cause's.</param>
/// <param name="Kind">Of the first cause.</param>
public sealed record InvestigationEntry(string Id, DateTimeOffset Start, DateTimeOffset End, DateTimeOffset Written, string Verdict, string Service, string Kind, string Headline);

/// <summary>Body of <c>POST /api/investigations/similar</c>: one of a report, a trace, or what a failure is known by.</summary>
public sealed record SimilarQuestion
{
    /// <summary>A whole report.</summary>
    public InvestigationReport? Report { get; init; }

    /// <summary>A failing trace.</summary>
    public string? TraceId { get; init; }

    /// <summary>An error's text, or a log line.</summary>
    public string? Error { get; init; }

    /// <summary>The service that fails.</summary>
    public string? Service { get; init; }
}

/// <summary>Answer of <c>POST /api/investigations/similar</c>, most alike first.</summary>
public sealed record SimilarList(IReadOnlyList<PastIncident> Similar);

/// <summary>JSON of remembered investigations.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(InvestigationList))]
[JsonSerializable(typeof(SimilarQuestion))]
[JsonSerializable(typeof(SimilarList))]
public sealed partial class PastJson : JsonSerializerContext
{
    /// <summary>As <see cref="Default"/>, with letters as letters: answers are never put into HTML as they are.</summary>
    public static PastJson Readable => Holder.Readable;

    /// <summary>A class of its own, so that <see cref="Default"/> exists before it is copied.</summary>
    private static class Holder
    {
        public static readonly PastJson Readable = new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
