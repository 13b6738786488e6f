namespace Clew.Analysis.Reports;

/// <summary>
/// An attack or an abuse of rights seen in the window. A question of its own: an attack is not always the incident's cause, and not every incident has one.
/// </summary>
public sealed record SecurityReport
{
    /// <summary>"brute-force", "distributed-brute-force", "password-spraying", "sql-injection", "path-traversal", "scanning" or "privilege-anomaly".</summary>
    public required string Pattern { get; init; }

    /// <summary>Who: an address, an account where no address is known, or a number of addresses.</summary>
    public required string Actor { get; init; }

    /// <summary>Accounts that were tried or used, most often first.</summary>
    public required IReadOnlyList<string> Accounts { get; init; }

    /// <summary>Paths or things that were asked for, most often first.</summary>
    public required IReadOnlyList<string> Targets { get; init; }

    /// <summary>Attempts of this kind in the window.</summary>
    public required int Attempts { get; init; }

    /// <summary>The first of them.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>The last of them.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>It got in, or was answered as if it had: a login granted after the refused ones, a payload answered with success, rights gained.</summary>
    public required bool Succeeded { get; init; }

    /// <summary>The account it got in with.</summary>
    public string? Account { get; init; }

    /// <summary>What the actor did afterwards, in order, as sentences.</summary>
    public IReadOnlyList<string> FollowUp { get; init; } = [];

    /// <summary>What it reached.</summary>
    public required BlastRadius BlastRadius { get; init; }

    /// <summary>True when the same actor did the same in the baseline: noise of the internet, not news.</summary>
    public required bool WasThereBefore { get; init; }

    /// <summary>A line or request that shows it, shortened; null when the numbers alone do.</summary>
    public string? Sample { get; init; }

    /// <summary>The above as a sentence.</summary>
    public required string Statement { get; init; }

    /// <summary>Requests that show it, hex, at most three.</summary>
    public IReadOnlyList<string> TraceIds { get; init; } = [];

    /// <summary>A command that shows it from the store.</summary>
    public string? Query { get; init; }
}

/// <summary>How far an actor came.</summary>
/// <param name="Services">Services that answered it with success in the window.</param>
/// <param name="Accounts">Accounts it used successfully.</param>
/// <param name="Requests">Its requests that were answered with success, as far as they were kept.</param>
public sealed record BlastRadius(IReadOnlyList<string> Services, IReadOnlyList<string> Accounts, int Requests);
