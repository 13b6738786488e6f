namespace Clew.Protocols.LogLines;

/// <summary>
/// One way in which log lines are written. A format judges a line and reads it in one go: it answers false as soon as a sign it needs is missing, and
/// then nothing of it stays in the record.
/// </summary>
public abstract class LogLineFormat
{
    private protected LogLineFormat(string name) => Name = name;

    /// <summary>The word for <c>--format</c> and <c>?format=</c>.</summary>
    public string Name { get; }

    public override string ToString() => Name;

    /// <summary>Reads one record's text.</summary>
    /// <param name="text">Without line end; further lines of the same record may follow its first one.</param>
    /// <param name="record">Gets what was found; when the answer is false it is put back by the caller.</param>
    /// <returns>Whether the text is of this format.</returns>
    internal abstract bool TryRead(ReadOnlySpan<byte> text, LineRecord record);
}
