using System.Buffers.Text;
using System.Text;
using Clew.Protocols.LogLines;

namespace Clew.Protocols.Loki;

/// <summary>
/// What level a log line is of: by a word that a label or field gives, or by the line itself. Follows the order of Loki's level detection (a field
/// of JSON or logfmt, then the text), but takes a bare word for a level only where it is written like one, so that "0 errors found" is not an error.
/// </summary>
internal static class LogLevel
{
    /// <summary>Bytes of a line that are looked at. Loggers write the level near the beginning; the rest would only cost time.</summary>
    private const int Looked = 512;

    /// <summary>As above, for words outside of fields.</summary>
    private const int LookedForWords = 96;

    /// <summary>Field names that hold a level, as Loki looks for them.</summary>
    private static readonly byte[][] Fields = [.. new[] { "level", "severity", "lvl", "severity_text", "loglevel", "LogLevel", "log_level", "log.level", "levelname" }.Select(Encoding.ASCII.GetBytes)];

    /// <summary>Names of levels that are words of ordinary sentences as well: before a colon they mean no level.</summary>
    private static readonly byte[][] Ordinary = [.. new[] { "config", "fine", "log", "note", "success", "inform", "failed", "failure", "errors", "silly" }.Select(Encoding.ASCII.GetBytes)];

    /// <summary>Whether a label or metadata name holds a level, in any case.</summary>
    public static bool IsField(ReadOnlySpan<byte> name) => IsAmong(Fields, name) || name.SequenceEqual("detected_level"u8);

    /// <summary>OTLP's severity number for a level's word or number, by the words of <see cref="SeverityNames"/>; 0 when it is none.</summary>
    public static byte OfWord(ReadOnlySpan<byte> word) =>
        Utf8Parser.TryParse(word, out long number, out var used) && used == word.Length ? SeverityNames.OfLevelNumber(number) : SeverityNames.Find(word);

    /// <summary>As <see cref="OfWord"/>, of a field: its name may tell whose levels these are.</summary>
    public static byte OfField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> word) =>
        name.Length > 7 && (Ascii.EqualsIgnoreCase(name, "loglevel"u8) || Ascii.EqualsIgnoreCase(name, "levelname"u8)) && SeverityNames.OfHighest(word) is > 0 and var number ? number : OfWord(word);

    /// <summary>The severity number that a line gives itself, with the text it uses; 0 and empty when it gives none.</summary>
    public static byte OfLine(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> text)
    {
        var head = line[..Math.Min(Looked, line.Length)];
        var number = head.TrimStart((byte)' ').StartsWith((byte)'{') ? OfJson(head, out text) : OfLogfmt(head, out text);
        return number != 0 ? number : OfWords(head[..Math.Min(LookedForWords, head.Length)], out text);
    }

    private static byte OfJson(ReadOnlySpan<byte> head, out ReadOnlySpan<byte> text)
    {
        foreach (var field in Fields)
        {
            var rest = head;
            for (var at = rest.IndexOf(field); at >= 0; at = rest.IndexOf(field))
            {
                var isKey = at > 0 && rest[at - 1] == (byte)'"';
                rest = rest[(at + field.Length)..];
                if (!isKey || !rest.StartsWith((byte)'"'))
                {
                    continue;
                }

                var value = rest[1..].TrimStart((byte)' ');
                if (!value.StartsWith((byte)':'))
                {
                    continue;
                }

                value = value[1..].TrimStart((byte)' ').TrimStart((byte)'"');
                text = value[..EndOfWord(value)];
                if (OfField(field, text) is > 0 and var number)
                {
                    return number;
                }
            }
        }

        text = default;
        return 0;
    }

    private static byte OfLogfmt(ReadOnlySpan<byte> head, out ReadOnlySpan<byte> text)
    {
        if (head.Contains((byte)'='))
        {
            foreach (var field in Fields)
            {
                var rest = head;
                var isStart = true;
                for (var at = rest.IndexOf(field); at >= 0; at = rest.IndexOf(field))
                {
                    var isKey = at == 0 ? isStart : rest[at - 1] == (byte)' ';
                    rest = rest[(at + field.Length)..];
                    isStart = false;
                    if (!isKey || !rest.StartsWith((byte)'='))
                    {
                        continue;
                    }

                    var value = rest[1..].TrimStart((byte)'"');
                    text = value[..EndOfWord(value)];
                    if (OfField(field, text) is > 0 and var number)
                    {
                        return number;
                    }
                }
            }
        }

        text = default;
        return 0;
    }

    /// <summary>A word that stands alone and is in capitals, in brackets, or before a colon.</summary>
    private static byte OfWords(ReadOnlySpan<byte> head, out ReadOnlySpan<byte> text)
    {
        for (var at = 0; at < head.Length;)
        {
            if (!char.IsAsciiLetter((char)head[at]))
            {
                at++;
                continue;
            }

            var length = EndOfWord(head[at..]);
            text = head.Slice(at, length);
            var number = OfWord(text);
            if (number != 0)
            {
                var before = at == 0 ? (byte)0 : head[at - 1];
                var after = at + length == head.Length ? (byte)0 : head[at + length];
                var isCapital = text.IndexOfAnyExceptInRange((byte)'A', (byte)'Z') < 0 && before is not ((byte)'_' or (byte)'-' or (byte)'.' or (byte)'/') && after is not ((byte)'_' or (byte)'-' or (byte)'.' or (byte)'/');
                var isBracketed = (before, after) is ((byte)'[', (byte)']') or ((byte)'<', (byte)'>') or ((byte)'(', (byte)')') or ((byte)'|', (byte)'|');
                if (isCapital || isBracketed || (after == (byte)':' && before is 0 or (byte)' ' && !IsAmong(Ordinary, text)))
                {
                    return number;
                }
            }

            at += length;
        }

        text = default;
        return 0;
    }

    private static bool IsAmong(byte[][] words, ReadOnlySpan<byte> word)
    {
        foreach (var one in words)
        {
            if (Ascii.EqualsIgnoreCase(word, one))
            {
                return true;
            }
        }

        return false;
    }

    private static int EndOfWord(ReadOnlySpan<byte> text)
    {
        var length = 0;
        while (length < text.Length && char.IsAsciiLetterOrDigit((char)text[length]))
        {
            length++;
        }

        return length;
    }
}
