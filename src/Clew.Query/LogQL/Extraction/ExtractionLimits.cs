namespace Clew.Query.LogQL.Extraction;

/// <summary>What the parsers of LogQL take out of one line.</summary>
public sealed record ExtractionLimits
{
    /// <summary>Characters of a field's name, flattened. Fields with longer names are left out: no one can ask for them.</summary>
    public const int NameLength = 1_024;

    /// <summary>JSON objects and arrays within each other. Deeper ones make the line an error: the parser goes down with them and has a stack that ends.</summary>
    public const int JsonDepth = 64;

    /// <summary>Fields of one line. A line with more is an error and keeps those before.</summary>
    public const int Fields = 2_000;

    /// <summary>Expressions of one <c>json</c> or <c>logfmt</c> stage. More are a parse error: each goes over the line.</summary>
    public const int Expressions = 100;

    /// <summary>Captures of one pattern. More are a parse error.</summary>
    public const int Captures = 100;
}
