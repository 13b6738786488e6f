using Clew.Telemetry;

namespace Clew.Server.Redaction;

/// <summary>
/// A text while values are taken out of it, from left to right, and the count of what was taken out, by rule. Two buffers take turns, so that the
/// outcome of one pass is the input of the next. Not safe for concurrent use.
/// </summary>
internal sealed class RedactedText
{
    private readonly int[] _counts = new int[(int)RedactionRule.Count];
    private Column<byte> _output = new();
    private Column<byte> _spare = new();
    private int _copied;
    private bool _changed;

    /// <summary>Values taken out since <see cref="ForgetCounts"/>.</summary>
    public ReadOnlySpan<int> Counts => _counts;

    /// <summary>The outcome of the last pass that changed something; valid until the next pass but one.</summary>
    public ReadOnlySpan<byte> Result => _spare.Values;

    /// <summary>How far the text of the current pass has been dealt with: a value cannot begin before it.</summary>
    public int Settled => _copied;

    public void ForgetCounts() => Array.Clear(_counts);

    public void Count(RedactionRule rule) => _counts[(int)rule]++;

    /// <summary>The rules that fired.</summary>
    public IReadOnlyList<FiredRule> Fired()
    {
        var fired = new List<FiredRule>();
        for (var rule = 0; rule < _counts.Length; rule++)
        {
            if (_counts[rule] > 0)
            {
                fired.Add(new FiredRule((RedactionRule)rule, _counts[rule]));
            }
        }

        return fired;
    }

    public void BeginPass()
    {
        _output.Clear();
        _copied = 0;
        _changed = false;
    }

    /// <summary>Puts something else in the place of a part of the text. Parts come in order and do not overlap.</summary>
    public void Replace(ReadOnlySpan<byte> text, int start, int end, ReadOnlySpan<byte> with, RedactionRule rule)
    {
        _output.AddRange(text[_copied..start]);
        _output.AddRange(with);
        _copied = end;
        _changed = true;
        _counts[(int)rule]++;
    }

    /// <returns>True when the pass changed the text: <see cref="Result"/> holds the new one.</returns>
    public bool EndPass(ReadOnlySpan<byte> text)
    {
        if (!_changed)
        {
            return false;
        }

        _output.AddRange(text[_copied..]);
        (_output, _spare) = (_spare, _output);
        return true;
    }
}
