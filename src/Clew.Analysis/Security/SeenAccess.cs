using Clew.Analysis.Worlds;

namespace Clew.Analysis.Security;

/// <summary>What fields of a span or record say of an access; empty where they say nothing.</summary>
internal sealed record AccessFields
{
    /// <summary>An address.</summary>
    public string Actor { get; init; } = "";

    /// <summary>An account.</summary>
    public string User { get; init; } = "";

    /// <summary>With or without its query.</summary>
    public string Path { get; init; } = "";

    public string Query { get; init; } = "";

    /// <summary>HTTP status code.</summary>
    public string Status { get; init; } = "";

    public string Method { get; init; } = "";
}

/// <summary>An access as one line or request tells it.</summary>
/// <param name="Sample">The payload or line that shows it, shortened.</param>
internal sealed record SeenAccess(string Actor, string Subject, string Target, AccessKind Kind, bool Succeeded, string Sample = "");
