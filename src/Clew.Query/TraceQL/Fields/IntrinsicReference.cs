using System.Text;
using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary>A fixed part of the span, its trace, its events or its links: <c>duration</c>, <c>span:duration</c>, <c>trace:rootService</c>, <c>parent.name</c>.</summary>
/// <param name="scoped">Whether it was written with its scope; it prints as it was written.</param>
public sealed class IntrinsicReference(Intrinsic intrinsic, bool scoped, bool ofParent, SourceSpan span) : FieldExpression(span)
{
    public Intrinsic Intrinsic { get; } = intrinsic;

    /// <summary>Of the parent span instead of the span itself; nothing where the parent is not there.</summary>
    public bool OfParent { get; } = ofParent;

    public override IEnumerable<TraceQlNode> Children => [];

    public override TraceValueType? Type => Intrinsic.Type;

    public override TraceValue Evaluate(TraceSpan span)
    {
        if (!OfParent)
        {
            return Intrinsic.Read(span);
        }

        return span.Parent is { } parent ? Intrinsic.Read(parent) : TraceValue.Nil;
    }

    public override void Print(StringBuilder text) => text.Append(OfParent ? "parent." : string.Empty).Append(scoped ? Intrinsic.ScopedName : Intrinsic.Name);
}
