namespace Clew.Server.Configuration;

/// <summary>How large a policy file may be and how much is decided at once.</summary>
public sealed record SamplingLimits
{
    public static readonly SamplingLimits Default = new();

    /// <summary>Characters of a policy file: it is read whole. A longer one is refused.</summary>
    public int FileLength { get; init; } = 256 << 10;

    /// <summary>Policies of a file, those within others included: each is asked about every trace. More are refused.</summary>
    public int Policies { get; init; } = 200;

    /// <summary>Policies within policies; deeper ones are refused.</summary>
    public int Depth { get; init; } = 8;

    /// <summary>Characters of one OTTL condition; a longer one is refused.</summary>
    public int ConditionLength { get; init; } = 4_096;

    /// <summary>Comparisons and values in all conditions of a file together: they become one statement of the store. More are refused.</summary>
    public int Comparisons { get; init; } = 400;

    /// <summary>Characters of one key or value of a condition, for the same reason. Longer ones are refused.</summary>
    public int TextLength { get; init; } = 256;

    /// <summary>Spans whose traces are decided together. Bounds the memory of a decision run: about 0.2 KiB for each trace among them.</summary>
    public long StretchSpans { get; init; } = 1_000_000;
}
