namespace Clew.Telemetry;

/// <summary>The log templates that records of a batch point to by id, each once. The store keeps each once, too.</summary>
public sealed class LogTemplateTable
{
    public int Count => Ids.Count;

    /// <summary><see cref="StableHash"/> of the text.</summary>
    public Column<ulong> Ids { get; } = new();

    /// <summary>Nanoseconds since the Unix epoch: the earliest record of the batch with it.</summary>
    public Column<long> FirstTimes { get; } = new();

    public Column<TextRef> Texts { get; } = new();

    public void Clear()
    {
        Ids.Clear();
        FirstTimes.Clear();
        Texts.Clear();
    }
}

/// <summary>The error signatures that records of a batch point to by id, each once. The store keeps each once, too.</summary>
public sealed class ErrorSignatureTable
{
    public int Count => Ids.Count;

    /// <summary><see cref="StableHash"/> of type, message and frames.</summary>
    public Column<ulong> Ids { get; } = new();

    /// <summary>Nanoseconds since the Unix epoch: the earliest record of the batch with it.</summary>
    public Column<long> FirstTimes { get; } = new();

    public Column<TextRef> Types { get; } = new();

    public Column<TextRef> Messages { get; } = new();

    /// <summary>One frame a line, the innermost first.</summary>
    public Column<TextRef> Frames { get; } = new();

    internal IReadOnlyList<Column<TextRef>> TextColumns => [Types, Messages, Frames];

    public void Clear()
    {
        Ids.Clear();
        FirstTimes.Clear();
        Types.Clear();
        Messages.Clear();
        Frames.Clear();
    }
}
