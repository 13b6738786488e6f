namespace Clew.Query.TraceQL;

/// <summary>How spans of the right side lie to spans of the left.</summary>
public enum StructuralRelation
{
    /// <summary><c>&gt;</c>: right is a child of left.</summary>
    Child,

    /// <summary><c>&gt;&gt;</c>: right lies somewhere below left.</summary>
    Descendant,

    /// <summary><c>&lt;</c>: right is the parent of left.</summary>
    Parent,

    /// <summary><c>&lt;&lt;</c>: right lies somewhere above left.</summary>
    Ancestor,

    /// <summary><c>~</c>: right has the same parent as left, and is another span.</summary>
    Sibling,
}

/// <summary>Which spans a relation gives.</summary>
public enum StructuralForm
{
    /// <summary>The spans of the right side that have the relation.</summary>
    Plain,

    /// <summary><c>!</c>: the spans of the right side that do not have it to any span of the left.</summary>
    Negated,

    /// <summary><c>&amp;</c>: the spans of both sides that have it.</summary>
    Union,
}

/// <summary>A structural operator.</summary>
public readonly record struct StructuralSign(StructuralRelation Relation, StructuralForm Form)
{
    public override string ToString() => Form switch { StructuralForm.Negated => "!", StructuralForm.Union => "&", _ => string.Empty } + Relation switch
    {
        StructuralRelation.Child => ">",
        StructuralRelation.Descendant => ">>",
        StructuralRelation.Parent => "<",
        StructuralRelation.Ancestor => "<<",
        _ => "~",
    };
}
