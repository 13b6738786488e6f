using Clew.Telemetry;

namespace Clew.Protocols.LogLines.Joining;

/// <summary>What kind of trace the lines of an open record have shown so far; it decides which further lines belong to it.</summary>
internal enum TraceState : byte
{
    None,

    /// <summary>Java, .NET, Node, Ruby: indented frames.</summary>
    Frames,

    /// <summary>Python: frames are indented, then comes the exception's own line, which is not.</summary>
    Python,

    /// <summary>Python, behind the exception's line: only a link to another trace goes on.</summary>
    PythonEnd,

    /// <summary>Go: functions are not indented, their places are.</summary>
    Go,
}

/// <summary>The lines of one container and stream that are a record together, until it is certain that no further line belongs to them.</summary>
internal sealed class OpenRecord
{
    /// <summary>The lines with line feeds between them.</summary>
    public Column<byte> Text { get; } = new();

    public byte[] Pod { get; init; } = [];

    public byte[] Container { get; init; } = [];

    public byte[] ContainerName { get; init; } = [];

    public byte[] Stream { get; init; } = [];

    public bool IsOpen { get; private set; }

    /// <summary>The last line is a part of one.</summary>
    public bool IsPartial { get; set; }

    public int Lines { get; private set; }

    public TraceState Trace { get; set; }

    /// <summary>Where a line begins that belongs to the record only if the next one is a frame; -1 for none.</summary>
    public int Tentative { get; private set; } = -1;

    /// <summary>When the first line was taken by a container runtime; 0 when unknown.</summary>
    public long EnvelopeTime { get; private set; }

    /// <summary>When the first line came.</summary>
    public long Observed { get; private set; }

    public ReadOnlySpan<byte> FirstLine
    {
        get
        {
            var text = Text.Values;
            var end = text.IndexOf((byte)'\n');
            return end < 0 ? text : text[..end];
        }
    }

    public ReadOnlySpan<byte> LastLine => Text.Values[(Text.Values.LastIndexOf((byte)'\n') + 1)..];

    public void Begin(in LineEnvelope envelope, long observed)
    {
        Text.Clear();
        Text.AddRange(envelope.Line);
        IsOpen = true;
        IsPartial = envelope.IsPartial;
        Lines = 1;
        Tentative = -1;
        EnvelopeTime = envelope.Time;
        Observed = observed;
        Trace = TraceState.None;
    }

    /// <summary>Puts the rest of a partial line behind its beginning.</summary>
    public void Extend(in LineEnvelope envelope)
    {
        Text.AddRange(envelope.Line);
        IsPartial = envelope.IsPartial;
    }

    public void Append(in LineEnvelope envelope, bool tentative = false)
    {
        Tentative = tentative ? Text.Count : -1;
        Text.Add((byte)'\n');
        Text.AddRange(envelope.Line);
        IsPartial = envelope.IsPartial;
        Lines++;
    }

    /// <summary>Cuts the record before its tentative line, which begins another one.</summary>
    /// <param name="line">Gets a copy of the line.</param>
    public void CutTentative(Column<byte> line)
    {
        line.Clear();
        line.AddRange(Text.Values[(Tentative + 1)..]);
        Text.Truncate(Tentative);
        Tentative = -1;
        Lines--;
    }

    public void Restart(ReadOnlySpan<byte> line)
    {
        Text.Clear();
        Text.AddRange(line);
        IsOpen = true;
        Lines = 1;
        Trace = TraceState.None;
    }

    public void Close() => IsOpen = false;
}
