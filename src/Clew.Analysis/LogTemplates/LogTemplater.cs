using System.Text.Json;

namespace Clew.Analysis.LogTemplates;

/// <summary>
/// Makes a template of a log line by the looks of its words alone, so that the same line has the same template on any day and server and whatever came before it.
/// <see cref="LineMask"/> masks values; then words with digits, quoted texts, values behind an equals sign, paths and addresses are values too, and a list of
/// values is one. What it cannot see is a variable that looks like a word (a user's name); <see cref="TemplateMiner"/>, which compares lines, can.
/// Not safe for concurrent use.
/// </summary>
public sealed class LogTemplater
{
    /// <summary>A quoted text longer than this is none: a quote stands there for itself.</summary>
    private const int LongestQuoted = 300;

    /// <summary>Members of a structured body that hold the message, as common loggers call them.</summary>
    private static readonly string[] MessageMembers = ["message", "msg", "event", "log", "text", "body"];

    /// <summary>What each byte is within a run; nothing for those that end one.</summary>
    private static readonly Holds[] Kinds = MakeKinds();

    private readonly byte[] _masked = new byte[LineMask.MaskedLength(Limits.MaxLogLineLength)];
    private readonly byte[] _template = new byte[4 * LineMask.MaskedLength(Limits.MaxLogLineLength)];
    private byte[] _message = new byte[1024];
    private int _written;
    private int _words;

    /// <summary>The end of the last wildcard and the words up to it, as long as only separators came after it; otherwise negative.</summary>
    private (int End, int Words) _wildcard;

    /// <summary>The template of a record's body.</summary>
    /// <param name="body">UTF-8. Of structured bodies (JSON objects) the message counts; without one, the names of their members.</param>
    /// <returns>Empty for a body without text. Valid until the next call.</returns>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> body)
    {
        (_written, _words, _wildcard) = (0, 0, (-1, 0));
        body = body.Trim(" \t\r\n"u8);
        if (body is [(byte)'{', .., (byte)'}'] && TryStructured(body, out var message))
        {
            if (message.IsEmpty)
            {
                return _template.AsSpan(0, _written);
            }

            body = message;
        }

        var line = LineMask.FirstLine(body);
        Generalise(_masked.AsSpan(0, LineMask.Apply(line, _masked)));
        return _template.AsSpan(0, _written);
    }

    /// <summary>Whether a word, as a whole, is a value: it has a digit in it, and is no name of a place (<c>Price#46</c>).</summary>
    private static bool IsValue(ReadOnlySpan<byte> word) => word.ContainsAnyInRange((byte)'0', (byte)'9') && word.IndexOf((byte)'#') <= 0;

    /// <summary>Reads a JSON object: its message, or the names of its members as a template when it has none.</summary>
    private bool TryStructured(ReadOnlySpan<byte> body, out ReadOnlySpan<byte> message)
    {
        message = default;
        if (body[1..].TrimStart(" \t\r\n"u8) is not [(byte)'"' or (byte)'}', ..])
        {
            return false;
        }

        var best = MessageMembers.Length;
        var length = 0;
        try
        {
            var reader = new Utf8JsonReader(body);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var member = -1;
                for (var i = 0; i < best && member < 0; i++)
                {
                    member = reader.ValueTextEquals(MessageMembers[i]) ? i : -1;
                }

                if (member < 0 && best == MessageMembers.Length)
                {
                    Name(reader.ValueSpan);
                }

                reader.Read();
                if (member >= 0 && reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length > 0)
                {
                    best = member;
                    if (_message.Length < reader.ValueSpan.Length)
                    {
                        Array.Resize(ref _message, Math.Max(reader.ValueSpan.Length, 2 * _message.Length));
                    }

                    length = reader.CopyString(_message);
                    if (best == 0)
                    {
                        break;
                    }
                }

                reader.Skip();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // It looks like JSON and is none; InvalidOperationException: an escape that makes no character.
            (_written, _words, _wildcard) = (0, 0, (-1, 0));
            return false;
        }

        if (length > 0)
        {
            (_written, _words, _wildcard) = (0, 0, (-1, 0));
            message = _message.AsSpan(0, length);
        }
        else
        {
            Write(_written == 0 ? "{}"u8 : "}"u8);
        }

        return true;
    }

    /// <summary>One more member in the list of names.</summary>
    private void Name(ReadOnlySpan<byte> name)
    {
        if (_words++ < Limits.MaxTemplateWords && _written + name.Length + 3 < Limits.MaxLogLineLength)
        {
            Write(_written == 0 ? "{"u8 : ", "u8);
            Write(name);
        }
    }

    private void Generalise(ReadOnlySpan<byte> line)
    {
        var at = 0;
        while (at < line.Length)
        {
            var c = line[at];
            if (c is (byte)' ' or (byte)'\t')
            {
                at++;
                if (_written > 0 && at < line.Length && line[at] is not ((byte)' ' or (byte)'\t'))
                {
                    if (++_words >= Limits.MaxTemplateWords)
                    {
                        break;
                    }

                    Write(" "u8);
                }
            }
            else if (c is (byte)'"' or (byte)'\'' or (byte)'`' && EndOfQuoted(line, at) is > 0 and var quoted)
            {
                if (quoted < line.Length && line[quoted] == ':' && !IsValue(line[at..quoted]))
                {
                    Literal(line[at..quoted]);
                }
                else
                {
                    Literal(line.Slice(at, 1));
                    Wildcard();
                    Literal(line.Slice(at, 1));
                }

                at = quoted;
            }
            else if (IsEmptyBrackets(line, at))
            {
                // A value that is not there, as in quotes and behind an equals sign.
                Literal(line.Slice(at, 1));
                Wildcard();
                Literal(line.Slice(at + 1, 1));
                at += 2;
            }
            else if (RunLength(line, at, out var holds) is > 0 and var run)
            {
                at = Run(line, at, run, holds);
            }
            else
            {
                Separator(line.Slice(at, 1));
                at++;
            }
        }

        _written = _template.AsSpan(0, _written).TrimEnd((byte)' ').Length;
    }

    /// <summary>Writes a run of letters, digits and what stands within names, addresses and paths.</summary>
    /// <param name="holds">What bytes it has in it.</param>
    /// <returns>Where to go on.</returns>
    private int Run(ReadOnlySpan<byte> line, int at, int length, Holds holds)
    {
        // Punctuation at the end belongs to the sentence.
        while (length > 1 && line[at + length - 1] is (byte)'.' or (byte)':' or (byte)'-')
        {
            length--;
        }

        var word = line.Slice(at, length);
        var end = at + length;
        if ((holds & Holds.Slash) != 0 && IsPath(word))
        {
            Wildcard();
            return end + EndOfValue(line[end..]);
        }

        if (IsEquals(line, end))
        {
            Literal(word);
            Literal("="u8);
            Wildcard();
            return EndOfAssigned(line, end + 1);
        }

        if ((holds & Holds.Wildcard) != 0
            || ((holds & Holds.Digit) != 0 && IsValue(word))
            || ((holds & Holds.At) != 0 && word.IndexOf((byte)'@') > 0 && word.Contains((byte)'.'))
            || (length == 3 && IsPartOfDate(word, line[end..])))
        {
            Wildcard();
        }
        else
        {
            Literal(word);
        }

        return end;
    }

    /// <summary>Whether a word is the short name of a day or a month, with a value or another such name after it: <c>Fri Jun 17</c>.</summary>
    private static bool IsPartOfDate(ReadOnlySpan<byte> word, ReadOnlySpan<byte> after)
    {
        if (!IsDayOrMonth(word))
        {
            return false;
        }

        after = after.TrimStart(" ,"u8);
        return after.StartsWith(LineMask.WildcardBytes) || (after.Length > 3 && IsDayOrMonth(after[..3]) && !IsWordByte(after[3]));
    }

    private static bool IsDayOrMonth(ReadOnlySpan<byte> word) => word.Length == 3 && char.IsAsciiLetterUpper((char)word[0]) && "MonTueWedThuFriSatSunJanFebMarAprMayJunJulAugSepOctNovDec"u8.IndexOf(word) % 3 == 0;

    /// <summary>
    /// Whether brackets with nothing in them begin here: a value that was not there when the line was written, as empty quotes and nothing behind an equals
    /// sign are. A format such as <c>from %s (%s)</c> leaves them, and <c>[]</c>, <c>{}</c> and <c>()</c> are how languages print what is empty; next time
    /// there is something in them, and it is the same line of code. Those behind a word (<c>main()</c>, <c>f[]</c>) belong to it and are written in the source.
    /// </summary>
    private static bool IsEmptyBrackets(ReadOnlySpan<byte> line, int at) => at + 1 < line.Length
        && (line[at], line[at + 1]) is ((byte)'(', (byte)')') or ((byte)'[', (byte)']') or ((byte)'{', (byte)'}')
        && (at == 0 || !IsWordByte(line[at - 1]));

    private static bool IsEquals(ReadOnlySpan<byte> line, int at) => at < line.Length && line[at] == '=' && (at + 1 == line.Length || line[at + 1] is not ((byte)'=' or (byte)'>'));

    private static bool IsPath(ReadOnlySpan<byte> word) => word.Length > 1 && (
        word[0] is (byte)'/' or (byte)'\\'
        || word.IndexOf("://"u8) > 0
        || word.IndexOf(":\\"u8) > 0
        || word.Count((byte)'/') >= 2);

    /// <summary>The end of a value that white space, a closing bracket, a quote, a comma or a semicolon ends.</summary>
    private static int EndOfValue(ReadOnlySpan<byte> text)
    {
        var end = 0;
        while (end < text.Length && (text[end..].StartsWith(LineMask.WildcardBytes) || text[end] is not ((byte)' ' or (byte)'\t' or (byte)',' or (byte)';' or (byte)')' or (byte)']' or (byte)'}' or (byte)'>' or (byte)'"' or (byte)'\'')))
        {
            end += text[end] == '<' ? Math.Min(3, text.Length - end) : 1;
        }

        return Math.Min(end, text.Length);
    }

    /// <summary>The end of what stands behind an equals sign: a quoted text, a bracketed list, or up to the next separator.</summary>
    private static int EndOfAssigned(ReadOnlySpan<byte> line, int at)
    {
        if (at == line.Length)
        {
            return at;
        }

        if (line[at] is (byte)'"' or (byte)'\'' && EndOfQuoted(line, at) is > 0 and var quoted)
        {
            return quoted;
        }

        var close = line[at] switch { (byte)'[' => (byte)']', (byte)'{' => (byte)'}', (byte)'(' => (byte)')', _ => (byte)0 };
        if (close != 0 && line[at..].IndexOf(close) is > 0 and var bracketed)
        {
            return at + bracketed + 1;
        }

        return at + EndOfValue(line[at..]);
    }

    /// <summary>The end of a quoted text that begins here; 0 when it is an apostrophe or has no end.</summary>
    private static int EndOfQuoted(ReadOnlySpan<byte> line, int at)
    {
        if (at > 0 && IsWordByte(line[at - 1]))
        {
            return 0;
        }

        var quote = line[at];
        for (var end = at + 1; end < line.Length && end - at <= LongestQuoted; end++)
        {
            if (line[end] == '\\')
            {
                end++;
            }
            else if (line[end] == quote && (end + 1 == line.Length || !IsWordByte(line[end + 1])))
            {
                return end + 1;
            }
        }

        return 0;
    }

    private static bool IsWordByte(byte c) => char.IsAsciiLetterOrDigit((char)c) || c == '_' || c >= 0x80;

    private static int RunLength(ReadOnlySpan<byte> line, int at, out Holds holds)
    {
        holds = Holds.Nothing;
        var end = at;
        while (end < line.Length)
        {
            var kind = Kinds[line[end]];
            if (kind != Holds.Nothing)
            {
                holds |= kind;
                end++;
            }
            else if (line[end] == '<' && line[end..].StartsWith(LineMask.WildcardBytes))
            {
                holds |= Holds.Wildcard;
                end += LineMask.WildcardBytes.Length;
            }
            else
            {
                break;
            }
        }

        return end - at;
    }

    private static Holds[] MakeKinds()
    {
        var kinds = new Holds[256];
        for (var c = 0; c < 256; c++)
        {
            kinds[c] = (char)c switch
            {
                '/' or '\\' => Holds.Slash,
                '@' => Holds.At,
                >= '0' and <= '9' => Holds.Digit,
                '-' or '.' or ':' or '%' or '+' or '~' or '#' or '$' => Holds.Other,
                _ => IsWordByte((byte)c) ? Holds.Other : Holds.Nothing,
            };
        }

        return kinds;
    }

    private void Write(ReadOnlySpan<byte> text)
    {
        text.CopyTo(_template.AsSpan(_written));
        _written += text.Length;
    }

    private void Literal(ReadOnlySpan<byte> text)
    {
        Write(text);
        _wildcard = (-1, 0);
    }

    private void Separator(ReadOnlySpan<byte> text)
    {
        Write(text);
        if (text[0] is not ((byte)',' or (byte)';' or (byte)'|'))
        {
            _wildcard = (-1, 0);
        }
    }

    /// <summary>A value; one of a list with nothing but separators before it is the same as the last.</summary>
    private void Wildcard()
    {
        if (_wildcard.End >= 0)
        {
            (_written, _words) = _wildcard;
            return;
        }

        Write(LineMask.WildcardBytes);
        _wildcard = (_written, _words);
    }

    /// <summary>Bytes of a run that make it worth a closer look.</summary>
    [Flags]
    private enum Holds : byte
    {
        Nothing = 0,
        Other = 1,
        Digit = 2,
        Slash = 4,
        At = 8,
        Wildcard = 16,
    }
}
