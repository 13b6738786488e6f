namespace Clew.Telemetry;

/// <summary>A UTF-8 text inside a batch's <see cref="TextArena"/>. Means nothing without its batch.</summary>
public readonly record struct TextRef(int Offset, int Length)
{
    public static readonly TextRef Empty;

    public bool IsEmpty => Length == 0;
}
