using System.Buffers.Text;
using System.Globalization;
using System.Text.Unicode;

namespace Clew.Protocols.Prometheus.Scraping;

/// <summary>What a line of an exposition says.</summary>
internal enum ExpositionEntry
{
    Type,
    Help,
    Unit,
    Sample,
}

/// <summary>
/// Reads what a target exposes, line by line: Prometheus's text format 0.0.4 (<c>docs/instrumenting/exposition_formats.md</c>) and OpenMetrics 1.0, with
/// names in quotes as Prometheus 3 writes those beyond ASCII. Nothing is allocated but for quoted names; the first thing that is wrong ends the reading.
/// </summary>
internal ref struct ExpositionReader
{
    private const long NanosecondsPerMillisecond = 1_000_000;
    private const double NanosecondsPerSecond = 1e9;

    private readonly ReadOnlySpan<byte> _text;
    private readonly bool _isOpenMetrics;
    private int _next;
    private bool _isEnded;

    public ExpositionReader(ReadOnlySpan<byte> text, bool isOpenMetrics)
    {
        _text = text;
        _isOpenMetrics = isOpenMetrics;
    }

    /// <summary>What is wrong, without a full stop; null when nothing is.</summary>
    public string? Error { get; private set; }

    /// <summary>The line that was read last, from 1.</summary>
    public int Line { get; private set; }

    public ExpositionEntry Entry { get; private set; }

    /// <summary>The metric's name; of a sample its own.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The type's word, the help text (escapes as they are) or the unit.</summary>
    public ReadOnlySpan<byte> Words { get; private set; }

    /// <summary>A sample's name and labels as they were written: equal texts are the same series.</summary>
    public ReadOnlySpan<byte> Series { get; private set; }

    /// <summary>What stands between the braces; empty without braces.</summary>
    public ReadOnlySpan<byte> Labels { get; private set; }

    public double Value { get; private set; }

    /// <summary>Nanoseconds since the Unix epoch; null when the sample has no time of its own. Negative times are as they are.</summary>
    public long? Time { get; private set; }

    public bool HasExemplar { get; private set; }

    /// <summary>What stands between the exemplar's braces.</summary>
    public ReadOnlySpan<byte> ExemplarLabels { get; private set; }

    public double ExemplarValue { get; private set; }

    /// <summary>As <see cref="Time"/>.</summary>
    public long? ExemplarTime { get; private set; }

    /// <summary>Goes to the next entry; false at the end and when something is wrong.</summary>
    public bool Next()
    {
        while (Error is null && _next < _text.Length)
        {
            var line = _text[_next..];
            var end = line.IndexOf((byte)'\n');
            line = end < 0 ? line : line[..end];
            _next += line.Length + 1;
            line = !_isOpenMetrics && line.EndsWith((byte)'\r') ? line[..^1] : line;
            Line++;
            if (_isEnded)
            {
                return Fail("something follows # EOF");
            }

            var found = line.StartsWith((byte)'#') || (!_isOpenMetrics && TrimBlanks(line).StartsWith((byte)'#')) ? ReadComment(line) : ReadSample(line);
            if (found)
            {
                return true;
            }
        }

        return Error is null && _isOpenMetrics && !_isEnded && Fail("the exposition does not end with # EOF");
    }

    private static bool IsBlank(byte letter) => letter is (byte)' ' or (byte)'\t';

    private static ReadOnlySpan<byte> TrimBlanks(ReadOnlySpan<byte> text) => text.TrimStart(" \t"u8);

    private static ReadOnlySpan<byte> TakeWord(scoped ref ReadOnlySpan<byte> text)
    {
        text = TrimBlanks(text);
        var end = text.IndexOfAny((byte)' ', (byte)'\t');
        var word = end < 0 ? text : text[..end];
        text = text[word.Length..];
        return word;
    }

    private bool Fail(string error)
    {
        Error ??= error;
        return false;
    }

    /// <returns>False for a comment that says nothing, at the end, and when something is wrong.</returns>
    private bool ReadComment(ReadOnlySpan<byte> line)
    {
        var rest = TrimBlanks(line)[1..];
        var keyword = TakeWord(ref rest);
        if (_isOpenMetrics && keyword.SequenceEqual("EOF"u8))
        {
            _isEnded = true;
            return !TrimBlanks(rest).IsEmpty && Fail("something follows # EOF");
        }

        ExpositionEntry? entry = keyword switch
        {
            var word when word.SequenceEqual("TYPE"u8) => ExpositionEntry.Type,
            var word when word.SequenceEqual("HELP"u8) => ExpositionEntry.Help,
            var word when word.SequenceEqual("UNIT"u8) && _isOpenMetrics => ExpositionEntry.Unit,
            _ => null,
        };
        if (entry is null)
        {
            return _isOpenMetrics && Fail("a comment is neither # TYPE, # HELP, # UNIT nor # EOF");
        }

        rest = TrimBlanks(rest);
        if (rest.StartsWith((byte)'"'))
        {
            var end = ExpositionLabels.EndOfQuoted(rest);
            if (end < 0)
            {
                return Fail("a name in quotes has no end");
            }

            Name = ExpositionLabels.Unescape(rest[1..(end - 1)]);
            rest = rest[end..];
        }
        else
        {
            Name = TakeWord(ref rest);
            if (!PrometheusNames.IsMetricName(Name))
            {
                return Fail("a metric name is missing or has characters that it cannot have");
            }
        }

        Entry = entry.Value;
        Words = rest.Length > 0 ? rest[1..] : rest;
        if (Entry == ExpositionEntry.Type)
        {
            Words = Words.Trim(" \t"u8);
            return PrometheusMetricTypes.TryParse(Words, out _) || Fail("a type is none of counter, gauge, histogram, summary and their kind");
        }

        return Utf8.IsValid(Words) || Fail("a help text is not valid UTF-8");
    }

    private bool ReadSample(ReadOnlySpan<byte> line)
    {
        var rest = TrimBlanks(line);
        if (rest.IsEmpty)
        {
            return _isOpenMetrics && Fail("a line is empty");
        }

        if (_isOpenMetrics && rest.Length != line.Length)
        {
            return Fail("a line begins with a blank");
        }

        var start = rest;
        var name = 0;
        while (name < rest.Length && !IsBlank(rest[name]) && rest[name] != (byte)'{')
        {
            name++;
        }

        Name = rest[..name];
        if (name > 0 && !PrometheusNames.IsMetricName(Name))
        {
            return Fail("a metric name has characters that it cannot have");
        }

        rest = TrimBlanks(rest[name..]);
        Labels = default;
        if (rest.StartsWith((byte)'{'))
        {
            var end = ExpositionLabels.EndOfBraces(rest);
            if (end < 0)
            {
                return Fail("a label set has no end");
            }

            Labels = rest[1..(end - 1)];
            rest = rest[end..];
        }
        else if (name == 0)
        {
            return Fail("a metric name is missing");
        }

        Series = start[..(start.Length - rest.Length)].TrimEnd(" \t"u8);
        var value = TakeWord(ref rest);
        if (!TryNumber(value, out var number))
        {
            return Fail("a value is not a number");
        }

        Value = number;
        Entry = ExpositionEntry.Sample;
        Time = null;
        HasExemplar = false;
        rest = TrimBlanks(rest);
        if (!rest.IsEmpty && rest[0] != (byte)'#')
        {
            if (!TryTime(TakeWord(ref rest), out var time))
            {
                return Fail("a time is not a number");
            }

            Time = time;
            rest = TrimBlanks(rest);
        }

        return rest.IsEmpty || (_isOpenMetrics && rest[0] == (byte)'#' ? ReadExemplar(rest[1..]) : Fail("something follows a sample"));
    }

    private bool ReadExemplar(ReadOnlySpan<byte> rest)
    {
        rest = TrimBlanks(rest);
        var end = rest.StartsWith((byte)'{') ? ExpositionLabels.EndOfBraces(rest) : -1;
        if (end < 0)
        {
            return Fail("an exemplar has no label set");
        }

        ExemplarLabels = rest[1..(end - 1)];
        rest = rest[end..];
        ExemplarTime = null;
        if (!TryNumber(TakeWord(ref rest), out var value))
        {
            return Fail("an exemplar's value is not a number");
        }

        ExemplarValue = value;
        HasExemplar = true;
        rest = TrimBlanks(rest);
        if (rest.IsEmpty)
        {
            return true;
        }

        if (!TryTime(TakeWord(ref rest), out var time))
        {
            return Fail("an exemplar's time is not a number");
        }

        ExemplarTime = time;
        return TrimBlanks(rest).IsEmpty || Fail("something follows an exemplar");
    }

    /// <summary>A number as Go's <c>ParseFloat</c> reads it, but for its hexadecimal form.</summary>
    private static bool TryNumber(ReadOnlySpan<byte> text, out double value)
    {
        if (Utf8Parser.TryParse(text, out value, out var used) && used == text.Length && double.IsFinite(value))
        {
            return true;
        }

        var word = text.TrimStart("+-"u8);
        if (text.Length - word.Length <= 1)
        {
            if (System.Text.Ascii.EqualsIgnoreCase(word, "nan"u8))
            {
                // The one that Prometheus calls normal, whatever the sender's is.
                value = BitConverter.UInt64BitsToDouble(0x7FF8_0000_0000_0001);
                return true;
            }

            if (System.Text.Ascii.EqualsIgnoreCase(word, "inf"u8) || System.Text.Ascii.EqualsIgnoreCase(word, "infinity"u8))
            {
                value = text[0] == (byte)'-' ? double.NegativeInfinity : double.PositiveInfinity;
                return true;
            }
        }

        return double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value)
            && double.IsFinite(value);
    }

    /// <summary>Milliseconds as a whole number; in OpenMetrics seconds with decimals.</summary>
    private readonly bool TryTime(ReadOnlySpan<byte> text, out long nanoseconds)
    {
        nanoseconds = 0;
        if (!_isOpenMetrics)
        {
            if (!Utf8Parser.TryParse(text, out long milliseconds, out var used) || used != text.Length || milliseconds is > long.MaxValue / NanosecondsPerMillisecond or < long.MinValue / NanosecondsPerMillisecond)
            {
                return false;
            }

            nanoseconds = milliseconds * NanosecondsPerMillisecond;
            return true;
        }

        // As a decimal, so that milliseconds come out as they were written.
        if (decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var seconds)
            && decimal.Abs(seconds) < (decimal)(long.MaxValue / NanosecondsPerSecond))
        {
            nanoseconds = (long)decimal.Round(seconds * (decimal)NanosecondsPerSecond);
            return true;
        }

        return false;
    }
}
