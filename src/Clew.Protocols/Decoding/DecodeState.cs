using System.Text;
using System.Text.Unicode;
using Clew.Telemetry;

namespace Clew.Protocols.Decoding;

/// <summary>What a decoder knows while it walks through one request: the limits, why the current record must be refused, and what was counted.</summary>
internal sealed class DecodeState(ProtocolLimits limits)
{
    private readonly int[] _refused = new int[(int)DecodeIssue.Count];
    private readonly int[] _leftOut = new int[(int)DecodeIssue.Count];
    private readonly int[] _warned = new int[(int)DecodeIssue.Count];
    private byte[] _scratch = [];

    public ProtocolLimits Limits { get; } = limits;

    public int Accepted { get; private set; }

    public int Rejected { get; private set; }

    /// <summary>Why the record being read must be refused: the first reason found.</summary>
    public DecodeIssue RecordIssue { get; private set; }

    /// <param name="inherited">A reason that lies outside of the record, such as its metric's name.</param>
    public void BeginRecord(DecodeIssue inherited = DecodeIssue.None) => RecordIssue = inherited;

    public void Refuse(DecodeIssue issue)
    {
        if (RecordIssue == DecodeIssue.None)
        {
            RecordIssue = issue;
        }
    }

    public void Warn(DecodeIssue issue) => _warned[(int)issue]++;

    /// <summary>Counts an attribute that a resource, scope or metric goes without.</summary>
    public void LeaveOut(DecodeIssue issue) => _leftOut[(int)issue]++;

    public void CountAccepted() => Accepted++;

    public void CountRejected()
    {
        Rejected++;
        _refused[(int)RecordIssue]++;
    }

    /// <summary>Nanoseconds as the store keeps them; a time it cannot keep is a reason to refuse the record.</summary>
    public long Time(ulong unixNanoseconds)
    {
        if (unixNanoseconds > long.MaxValue)
        {
            Refuse(DecodeIssue.TimeBeyondRange);
            return 0;
        }

        return (long)unixNanoseconds;
    }

    /// <summary>An open enum's number in one byte; what does not fit becomes 0 with a warning.</summary>
    public byte EnumNumber(int number, int max = byte.MaxValue)
    {
        if ((uint)number <= (uint)max)
        {
            return (byte)number;
        }

        Warn(DecodeIssue.UnknownEnumNumber);
        return 0;
    }

    /// <summary>Dictionary number of a record's name.</summary>
    public int Name(TelemetryBatch batch, ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > Limits.MaxNameBytes)
        {
            Refuse(DecodeIssue.NameTooLong);
            return 0;
        }

        return batch.Dictionary.Add(Repair(utf8));
    }

    /// <summary>A text of a record that is rarely repeated.</summary>
    public TextRef Text(TelemetryBatch batch, ReadOnlySpan<byte> utf8, int maxBytes, DecodeIssue tooLong)
    {
        if (utf8.Length > maxBytes)
        {
            Refuse(tooLong);
            return TextRef.Empty;
        }

        return batch.Arena.Add(Repair(utf8));
    }

    /// <summary>A name or URL of a resource or scope: left out when too long, so that the records below survive.</summary>
    public ReadOnlySpan<byte> SharedText(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > Limits.MaxNameBytes)
        {
            Warn(DecodeIssue.TextLeftOut);
            return default;
        }

        return Repair(utf8);
    }

    /// <summary>Room for one text that is worked on before it goes into the batch. Asking again reuses it.</summary>
    public Span<byte> Scratch(int size)
    {
        if (_scratch.Length < size)
        {
            _scratch = new byte[Math.Max(size, 256)];
        }

        return _scratch;
    }

    /// <returns>The same bytes, or a copy in which what is not UTF-8 is U+FFFD.</returns>
    public ReadOnlySpan<byte> Repair(ReadOnlySpan<byte> utf8)
    {
        if (Utf8.IsValid(utf8))
        {
            return utf8;
        }

        Warn(DecodeIssue.TextRepaired);
        return Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(utf8));
    }

    public DecodeResult ToResult() => new()
    {
        Status = DecodeStatus.Ok,
        Accepted = Accepted,
        Rejected = Rejected,
        RejectionReasons = Rejected == 0 ? [] : [.. Counted(_refused, string.Empty)],
        Warnings = [.. Counted(_leftOut, "an attribute of a resource, scope or metric was left out: "), .. Counted(_warned, string.Empty)],
    };

    private IEnumerable<CountedReason> Counted(int[] counts, string prefix)
    {
        for (var issue = 1; issue < counts.Length; issue++)
        {
            if (counts[issue] != 0)
            {
                yield return new CountedReason(prefix + DecodeIssues.Describe((DecodeIssue)issue, Limits), counts[issue]);
            }
        }
    }
}
