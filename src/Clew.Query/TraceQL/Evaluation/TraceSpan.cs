using Clew.Telemetry;

namespace Clew.Query.TraceQL;

/// <summary>One span within its trace.</summary>
/// <param name="Index">Place in the trace, by start time.</param>
public readonly record struct TraceSpan(TraceSpans Trace, int Index)
{
    public SpanView View => Trace.View(Index);

    /// <summary>Null for roots and where it has not arrived.</summary>
    public TraceSpan? Parent => Trace.ParentOf(Index) is var parent and >= 0 ? Trace[parent] : null;

    /// <summary>The attribute under the first of its names that is there, even when it is there without a value.</summary>
    /// <param name="names">Names that mean the same.</param>
    public TraceValue Attribute(AttributeScope scope, IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            if (Attribute(scope, name) is { } value)
            {
                return value;
            }
        }

        return TraceValue.Nil;
    }

    /// <summary>A value of each event.</summary>
    public TraceValue OfEvents(Func<EventView, TraceValue> read)
    {
        var view = View;
        return Each(view.EventCount, index => read(view.Event(index)));
    }

    /// <summary>A value of each link.</summary>
    public TraceValue OfLinks(Func<LinkView, TraceValue> read)
    {
        var view = View;
        return Each(view.LinkCount, index => read(view.Link(index)));
    }

    /// <summary>Null when it is not there.</summary>
    private TraceValue? Attribute(AttributeScope scope, string name)
    {
        switch (scope)
        {
            case AttributeScope.Span:
                return Trace.Find(AttributeListsOf.Span, Index, name);
            case AttributeScope.Resource:
                return Trace.Find(AttributeListsOf.Resource, Index, name);
            case AttributeScope.Instrumentation:
                return Trace.Find(AttributeListsOf.Scope, Index, name);
            case AttributeScope.Event:
                return UnlessNil(OfEvents(happened => happened.Attributes.Find(name) is { } value ? TraceValue.Of(value) : TraceValue.Nil));
            case AttributeScope.Link:
                return UnlessNil(OfLinks(link => link.Attributes.Find(name) is { } value ? TraceValue.Of(value) : TraceValue.Nil));
        }

        foreach (var place in Places)
        {
            if (Attribute(place, name) is { IsNil: false } value)
            {
                return value;
            }
        }

        return null;

        static TraceValue? UnlessNil(TraceValue value) => value.IsNil ? null : value;
    }

    /// <summary>Where an attribute without a scope is looked for, in this order.</summary>
    private static AttributeScope[] Places { get; } = [AttributeScope.Span, AttributeScope.Resource, AttributeScope.Event, AttributeScope.Link, AttributeScope.Instrumentation];

    private static TraceValue Each(int count, Func<int, TraceValue> read)
    {
        if (count == 0)
        {
            return TraceValue.Nil;
        }

        var values = new List<TraceValue>(count);
        for (var i = 0; i < count; i++)
        {
            if (read(i) is { IsNil: false } value)
            {
                values.Add(value);
            }
        }

        return TraceValue.OfMany(values);
    }
}
