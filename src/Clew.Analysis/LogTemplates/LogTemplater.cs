using System.Text.Json;

namespace Clew.Analysis.LogTemplates;

/// <summary>
/// Makes a template of a log line by the looks of its words alone, so that the same line has the same template on any day and server and whatever came before it.
/// <see cref="LineMask"/> masks values; then words with digits, quoted texts, values behind an equals sign, paths and addresses are values too, and a list of
/// like values is one. What has a form keeps it: <c>host:port</c>, <c>host/address</c>, <c>scheme://…</c>. What it cannot see is a variable that looks like a
/// word (a user's name); <see cref="TemplateRefiner"/>, which compares templates, can. Not safe for concurrent use.
/// </summary>
public sealed class LogTemplater
{
    /// <summary>Members of a structured body that hold the message, as common loggers call them.</summary>
    private static readonly string[] MessageMembers = ["message", "msg", "event", "log", "text", "body"];

    /// <summary>Dots that lead the eye from a word to its value: so many.</summary>
    private const int Leader = 3;

    private static readonly (int End, int Words, ValueShape Shape) NoWildcard = (-1, 0, default);

    /// <summary>What each byte is within a run; nothing for those that end one.</summary>
    private static readonly Holds[] Kinds = MakeKinds();

    private readonly byte[] _masked = new byte[LineMask.MaskedLength(Limits.MaxLogLineLength)];
    private readonly byte[] _template = new byte[4 * LineMask.MaskedLength(Limits.MaxLogLineLength)];
    private byte[] _message = new byte[1024];
    private int _written;
    private int _words;

    /// <summary>The end of the last wildcard and the words up to it, as long as only separators came after it; otherwise negative.</summary>
    private (int End, int Words, ValueShape Shape) _wildcard;

    /// <summary>The template of a record's body.</summary>
    /// <param name="body">UTF-8. Of structured bodies (JSON objects) the message counts; without one, the names of their members.</param>
    /// <returns>Empty for a body without text. Valid until the next call.</returns>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> body)
    {
        var line = LineOf(body);
        if (_written == 0)
        {
            Generalise(_masked.AsSpan(0, LineMask.Apply(line, _masked)));
        }

        return _template.AsSpan(0, _written);
    }

    /// <summary>What of a record's body its template is made of: the first line of the text or of the message in it.</summary>
    /// <returns>Empty for a structured body without a message. Valid until the next call.</returns>
    public ReadOnlySpan<byte> LineOf(ReadOnlySpan<byte> body)
    {
        (_written, _words, _wildcard) = (0, 0, NoWildcard);
        body = body.Trim(" \t\r\n"u8);
        if (body is [(byte)'{', .., (byte)'}'] && TryStructured(body, out var message))
        {
            if (message.IsEmpty)
            {
                return default;
            }

            body = message;
        }

        // A word that the limit cuts is another one at another length; a line that is one word has nothing else.
        var line = LineMask.FirstLine(body, out var isCut);
        return isCut && line.LastIndexOf((byte)' ') is > 0 and var space ? line[..space] : line;
    }

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
            (_written, _words, _wildcard) = (0, 0, NoWildcard);
            return false;
        }

        if (length > 0)
        {
            (_written, _words, _wildcard) = (0, 0, NoWildcard);
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
            else if (c is (byte)'"' or (byte)'\'' or (byte)'`' && WordLooks.EndOfQuoted(line, at) is > 0 and var quoted)
            {
                if (quoted < line.Length && line[quoted] == ':' && !WordLooks.IsValue(line[at..quoted]))
                {
                    Literal(line[at..quoted]);
                }
                else
                {
                    Literal(line.Slice(at, 1));
                    Wildcard(ValueShape.Quoted);
                    Literal(line.Slice(at, 1));
                }

                at = quoted;
            }
            else if (WordLooks.IsEmptyBrackets(line, at))
            {
                // A value that is not there, as in quotes and behind an equals sign.
                Literal(line.Slice(at, 1));
                Wildcard(ValueShape.Quoted);
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
        if ((holds & Holds.Dot) != 0 && line.Slice(at, length).IndexOf("..."u8) is >= 0 and var leader)
        {
            if (leader == 0 && line.Slice(at, length).IndexOfAnyExcept((byte)'.') is > 0 and var dots)
            {
                Literal(line.Slice(at, dots));
                return at + dots;
            }

            length = leader > 0 ? leader : length;
        }

        // Punctuation at the end belongs to the sentence.
        while (length > 1 && line[at + length - 1] is (byte)'.' or (byte)':' or (byte)'-')
        {
            length--;
        }

        var word = line.Slice(at, length);
        var end = at + length;
        if ((holds & Holds.Slash) != 0 && length > 1)
        {
            if (word.IndexOf("://"u8) is > 0 and var scheme)
            {
                end = WordLooks.EndOfPath(line, end);
                Literal(word[..(scheme + 3)]);
                Located(line[(at + scheme + 3)..end]);
                return end;
            }

            if (WordLooks.IsAddressBehindSlash(word, out var slash))
            {
                if (slash > 0)
                {
                    Part(word[..slash], default, holds);
                    Literal("/"u8);
                }

                Parts(word[(slash + 1)..], default, holds);
                return end;
            }

            if (WordLooks.IsPath(word))
            {
                Wildcard(ValueShape.Path);
                return WordLooks.EndOfPath(line, end);
            }
        }

        if (WordLooks.IsEquals(line, end))
        {
            Literal(word);
            Literal("="u8);
            Wildcard(ValueShape.Assigned);
            return WordLooks.EndOfAssigned(line, end + 1);
        }

        Parts(word, line[end..], holds);
        return end;
    }

    /// <summary>Writes what a scheme is followed by: <c>host:port</c> keeps its form, a path or a query makes one value of all.</summary>
    private void Located(ReadOnlySpan<byte> rest)
    {
        var colon = rest.LastIndexOf((byte)':');
        Wildcard(ValueShape.Path);
        if (colon > 0 && !rest.Contains((byte)'/') && rest[(colon + 1)..].SequenceEqual(LineMask.WildcardBytes))
        {
            Literal(":"u8);
            Wildcard(ValueShape.Number);
        }
    }

    /// <summary>Writes a word, what colons join in it part by part.</summary>
    private void Parts(ReadOnlySpan<byte> word, ReadOnlySpan<byte> after, Holds holds)
    {
        if ((holds & Holds.Colon) != 0 && word.Contains((byte)':'))
        {
            if (WordLooks.IsJoinedHex(word))
            {
                Wildcard(ValueShape.Number);
                return;
            }

            while (word.IndexOf((byte)':') is >= 0 and var colon)
            {
                Part(word[..colon], default, holds);
                Literal(":"u8);
                word = word[(colon + 1)..];
            }
        }

        Part(word, after, holds);
    }

    private void Part(ReadOnlySpan<byte> word, ReadOnlySpan<byte> after, Holds holds)
    {
        if (word.IsEmpty)
        {
            return;
        }

        if (word.SequenceEqual(LineMask.WildcardBytes))
        {
            Wildcard(ValueShape.Number);
        }
        else if ((holds & (Holds.Dot | Holds.Digit)) == (Holds.Dot | Holds.Digit) && WordLooks.IsNumberedName(word, out var dot))
        {
            Literal(word[..(dot + 1)]);
            Wildcard(ValueShape.Number);
        }
        else if (word.Length == 3 && WordLooks.IsPartOfDate(word, after))
        {
            Wildcard(ValueShape.Date);
        }
        else if (((holds & Holds.Wildcard) != 0 && word.IndexOf(LineMask.WildcardBytes) >= 0)
            || ((holds & Holds.Digit) != 0 && WordLooks.IsValue(word))
            || ((holds & Holds.At) != 0 && word.IndexOf((byte)'@') > 0 && word.Contains((byte)'.')))
        {
            Wildcard(WordLooks.ShapeOf(word));
        }
        else
        {
            Literal(word);
        }
    }

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
                '.' => Holds.Dot,
                ':' => Holds.Colon,
                '-' or '%' or '+' or '~' or '#' or '$' => Holds.Other,
                _ => WordLooks.IsWordByte((byte)c) ? Holds.Other : Holds.Nothing,
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
        _wildcard = NoWildcard;
    }

    private void Separator(ReadOnlySpan<byte> text)
    {
        Write(text);
        if (text[0] is not ((byte)',' or (byte)';' or (byte)'|'))
        {
            _wildcard = NoWildcard;
        }
    }

    /// <summary>A value; one like the last, with nothing but separators between, is of the same list, and so are the parts of a date.</summary>
    private void Wildcard(ValueShape shape)
    {
        if (_wildcard.End >= 0)
        {
            var isDate = (_wildcard.Shape, shape) is (ValueShape.Date, ValueShape.Date or ValueShape.Number) or (ValueShape.Number, ValueShape.Date);
            if (isDate || _wildcard.Shape == shape)
            {
                (_written, _words) = (_wildcard.End, _wildcard.Words);
                _wildcard.Shape = isDate ? ValueShape.Date : shape;
                return;
            }
        }

        Write(LineMask.WildcardBytes);
        _wildcard = (_written, _words, shape);
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
        Dot = 32,
        Colon = 64,
    }
}
