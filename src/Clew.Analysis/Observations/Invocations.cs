namespace Clew.Analysis.Observations;

/// <summary>What can be seen of one invocation of an operation. All that kinds share is that they are there or not.</summary>
internal enum FeatureKind
{
    /// <summary>A log statement wrote.</summary>
    Log,

    /// <summary>Another service was called.</summary>
    Call,

    /// <summary>A step inside the service: an internal or client span.</summary>
    Step,

    /// <summary>A span event.</summary>
    Event,

    /// <summary>Something without spans of its own was called: a database, an external host.</summary>
    Peer,
}

/// <param name="Service">The called service; -1 unless <see cref="FeatureKind.Call"/>.</param>
/// <param name="Template">Index into templates; -1 unless <see cref="FeatureKind.Log"/>.</param>
/// <param name="Name">Operation, step, event or peer; empty for a log.</param>
internal readonly record struct Feature(FeatureKind Kind, int Service, int Template, string Name);

/// <summary>One time a service was entered.</summary>
/// <param name="Trace">Index into the world's traces.</param>
/// <param name="Start">Nanoseconds since the Unix epoch.</param>
/// <param name="Features">Numbers of features, each once.</param>
/// <param name="LogsError">An ERROR line was written while it ran.</param>
internal sealed record Invocation(int Trace, long Start, int Instance, IReadOnlyCollection<int> Features, bool LogsError);

/// <summary>Invocations of one operation: in the window by time, and per stretch of the baseline.</summary>
internal sealed class InvocationSet(int service, string operation, int stretches)
{
    public int Service { get; } = service;

    public string Operation { get; } = operation;

    public List<Invocation> Window { get; } = [];

    public List<Invocation>[] Baseline { get; } = [.. Enumerable.Range(0, stretches).Select(_ => new List<Invocation>())];
}
