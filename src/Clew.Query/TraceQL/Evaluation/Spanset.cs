namespace Clew.Query.TraceQL;

/// <summary>Spans of one trace that a stage let through, and what stages said of them.</summary>
/// <param name="Spans">Indexes into the trace, ascending, each once.</param>
/// <param name="Attributes">What the set was grouped by, and aggregates it was tested with, in the order of the stages: <c>by(name)</c>, <c>count()</c>.</param>
public sealed record Spanset(TraceSpans Trace, IReadOnlyList<int> Spans, IReadOnlyList<KeyValuePair<string, TraceValue>> Attributes)
{
    /// <summary>Every span of a trace.</summary>
    public static Spanset All(TraceSpans trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        return new Spanset(trace, [.. Enumerable.Range(0, trace.Count)], []);
    }

    /// <summary>The same with another set of spans.</summary>
    internal Spanset With(IEnumerable<int> spans) => this with { Spans = [.. spans.Distinct().Order()] };

    /// <summary>The same with one more thing said of it; said again, the last counts.</summary>
    internal Spanset With(string name, TraceValue value) => this with { Attributes = [.. Attributes.Where(attribute => attribute.Key != name), new(name, value)] };
}
