namespace Clew.Analysis.Worlds;

/// <summary>Who tried what: logins, refusals, payloads of attacks, and what else those did who showed such. Ordered by time.</summary>
/// <param name="Actors">Addresses, or accounts where no address is known.</param>
/// <param name="Subjects">Accounts.</param>
/// <param name="Targets">Paths without queries, or what was asked for.</param>
/// <param name="WindowRequests">Requests and lines with an actor in the window.</param>
/// <param name="BaselineRequests">The same in all of the baseline.</param>
public sealed record WorldAccesses(
    IReadOnlyList<WorldActor> Actors, IReadOnlyList<string> Subjects, IReadOnlyList<string> Targets, IReadOnlyList<WorldAccess> Events, long WindowRequests, long BaselineRequests);

/// <param name="Name">An address, or an account.</param>
/// <param name="WindowRequests">All it did in the window.</param>
/// <param name="BaselineRequests">All it did in the baseline.</param>
public sealed record WorldActor(string Name, long WindowRequests, long BaselineRequests);

/// <param name="Service">Index into the world's services.</param>
/// <param name="Actor">Index into actors.</param>
/// <param name="Subject">Index into subjects; -1 when none is named.</param>
/// <param name="Target">Index into targets; -1 when none is named.</param>
/// <param name="Sample">The payload or the line, shortened; empty for what is usual.</param>
/// <param name="TraceId">Hex; empty when unknown.</param>
public sealed record WorldAccess(long Time, int Service, int Actor, int Subject, int Target, AccessKind Kind, bool Succeeded, string Sample = "", string TraceId = "");

/// <summary>What an access was.</summary>
public enum AccessKind
{
    /// <summary>An ordinary request.</summary>
    Request,

    /// <summary>A login that was refused.</summary>
    LoginFailed,

    /// <summary>A login that was granted.</summary>
    LoginSucceeded,

    /// <summary>Something that needs a right the actor has not.</summary>
    Denied,

    /// <summary>Something that does not exist.</summary>
    NotFound,

    /// <summary>SQL where a value should be.</summary>
    Injection,

    /// <summary>A path out of what is served.</summary>
    Traversal,

    /// <summary>Rights were gained: sudo, a role granted.</summary>
    Escalation,
}
