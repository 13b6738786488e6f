namespace Clew.Query.LogQL;

/// <summary>What a LogQL query may consist of, beside the limits that all languages share.</summary>
public sealed record LogQlLimits
{
    /// <summary>Stages of one pipeline. More are a parse error: every line goes through all of them.</summary>
    public const int Stages = 200;

    /// <summary>Conditions of one label filter, alternatives of one line filter, labels of one formatting stage. More are a parse error.</summary>
    public const int Conditions = 500;

    /// <summary>Years of 365 days of a range or an offset. Longer ones are a parse error: no line is that old, and times are 64 bits of nanoseconds.</summary>
    public const int Years = 100;
}
