using System.Text.Json.Serialization;

namespace Clew.Server.Investigations;

/// <summary>
/// The body of <c>POST /api/investigations</c>. One starting point is enough: a window (<c>start</c> and <c>end</c>, or <c>since</c>), an alert, a trace, an error, a user,
/// a service, or a sentence; without any it is asked what is wrong now.
/// </summary>
public sealed record InvestigationRequest
{
    /// <summary>Start of the window, included: RFC 3339, or a number since 1970 whose size tells its unit.</summary>
    public string? Start { get; init; }

    /// <summary>End of the window, not included. Now when absent.</summary>
    public string? End { get; init; }

    /// <summary>A window from so long ago until now, such as 15m; excludes <see cref="Start"/>.</summary>
    public string? Since { get; init; }

    /// <summary>A trace that shows the trouble; the window is laid around it.</summary>
    public string? TraceId { get; init; }

    /// <summary>A service that is in trouble.</summary>
    public string? Service { get; init; }

    /// <summary>An operation (span name) that is in trouble, of <see cref="Service"/> where that is said.</summary>
    public string? Operation { get; init; }

    /// <summary>Name or fingerprint of an alert that is stored, of the last seven days.</summary>
    public string? Alert { get; init; }

    /// <summary>An error message or a part of a log line, or the 16 hex digits of an error signature or log template.</summary>
    public string? Error { get; init; }

    /// <summary>A user, session or customer whose requests fail, by the id that spans carry.</summary>
    public string? User { get; init; }

    /// <summary>When it was seen, roughly; goes with <see cref="User"/>.</summary>
    public string? At { get; init; }

    /// <summary>A sentence that names some of these: "checkout failed for user_789 at 10:15". Times of day are UTC.</summary>
    public string? Text { get; init; }

    /// <summary>Start of a baseline to use in place of the one that would be picked.</summary>
    public string? BaselineStart { get; init; }

    /// <summary>Its end.</summary>
    public string? BaselineEnd { get; init; }

    /// <summary>The services that may be accused; all of them get a rank. Absent or empty: every service that is seen.</summary>
    public IReadOnlyList<string>? Inventory { get; init; }
}

/// <summary>JSON of the request.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(InvestigationRequest))]
public sealed partial class InvestigationJson : JsonSerializerContext;
