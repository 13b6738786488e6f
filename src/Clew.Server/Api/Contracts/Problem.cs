namespace Clew.Server.Api.Contracts;

/// <summary>An error as <c>application/problem+json</c> (RFC 9457).</summary>
public sealed record Problem
{
    /// <summary>The media type.</summary>
    public const string MediaType = "application/problem+json";

    /// <summary>Names the kind of problem for programs, as a URN: <c>urn:clew:problem:invalid-parameter</c>. All kinds are listed in docs/api.md.</summary>
    public required string Type { get; init; }

    /// <summary>The kind of problem in words; the same for all problems of the type.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>What went wrong this time.</summary>
    public required string Detail { get; init; }

    /// <summary>The path that was asked for.</summary>
    public string? Instance { get; init; }

    /// <summary>Every parameter that was refused, at once.</summary>
    public IReadOnlyList<ParameterError>? Errors { get; init; }

    /// <summary>The configured limit that was met, by name.</summary>
    public string? Limit { get; init; }
}

/// <summary>Why a parameter was refused.</summary>
/// <param name="Parameter">Its name.</param>
/// <param name="Value">What was sent; absent when it is the lack of it that is wrong.</param>
/// <param name="Expected">What would have been right.</param>
public sealed record ParameterError(string Parameter, string? Value, string Expected);
