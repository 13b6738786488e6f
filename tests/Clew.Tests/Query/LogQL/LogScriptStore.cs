using Clew.Query.LogQL.Source;
using Clew.Query.PromQL.Data;

namespace Clew.Tests.Query.LogQL;

/// <summary>Where the scripts put the lines they load and ask for them.</summary>
internal abstract class LogScriptStore
{
    /// <summary>Forgets all lines.</summary>
    public abstract void Clear();

    /// <param name="time">Nanoseconds since the Unix epoch.</param>
    public abstract void Add(LabelSet labels, long time, string line, LabelSet metadata);

    /// <summary>What a query asks, once everything that was added is there.</summary>
    public abstract Task<ILogSource> ReadyAsync();
}
