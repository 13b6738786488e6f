using Clew.Analysis.Strata;

namespace Clew.Analysis.Worlds;

/// <summary>What the requests' attributes say, to find what failing ones have in common: of the sampled traces, dictionary-coded.</summary>
/// <param name="Columns">What lies deeper comes later: the requests' own attributes first, then those of the services along the trace.</param>
public sealed record WorldStrata(IReadOnlyList<WorldStratum> Columns);

/// <summary>One attribute over all traces of the world.</summary>
/// <param name="Attribute">Its key as sent; "operation" for the name of the request's first span.</param>
/// <param name="Service">Index into services of whose span or resource carries it; -1 when it is the request's own.</param>
/// <param name="IsResource">It describes the process, not the request.</param>
/// <param name="Column">Its codes, one per trace of the world in order.</param>
public sealed record WorldStratum(string Attribute, int Service, bool IsResource, StratumColumn Column);
