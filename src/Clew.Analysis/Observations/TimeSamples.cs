namespace Clew.Analysis.Observations;

/// <summary>
/// Where time was spent: in an operation itself, or between a caller and a callee (network, queues, connection set-up: what the caller's client
/// span lasts longer than the callee's work).
/// </summary>
/// <param name="Service">The service, or the caller.</param>
/// <param name="Operation">The operation, or the callee's operation.</param>
/// <param name="Callee">Index into services; -1 when the time is the service's own.</param>
internal readonly record struct TimeKey(int Service, string Operation, int Callee)
{
    public bool IsEdge => Callee >= 0;
}

/// <summary>One exclusive time.</summary>
/// <param name="Nanoseconds">How long.</param>
/// <param name="Trace">Index into the world's traces.</param>
/// <param name="Instance">Index into instances: of the callee for an edge.</param>
/// <param name="Peer">Whom a client span without a server side called, if it says so; empty otherwise.</param>
internal readonly record struct TimeSample(long Nanoseconds, int Trace, int Instance, string Peer);

/// <summary>Exclusive times of one key: in the window, and per stretch of the baseline.</summary>
internal sealed class TimeSamples(int stretches)
{
    public List<TimeSample> Window { get; } = [];

    public List<long>[] Baseline { get; } = [.. Enumerable.Range(0, stretches).Select(_ => new List<long>())];
}
