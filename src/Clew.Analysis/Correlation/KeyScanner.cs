using System.Buffers;

namespace Clew.Analysis.Correlation;

/// <summary>
/// Finds keys in the text of a log record: values behind a name (<c>request_id=…</c>, <c>"userId": "…"</c>, <c>X-Request-ID: …</c>,
/// <c>[orderId: …]</c>), <c>traceparent</c> values, bare UUIDs and IPv4 addresses. One pass, bounded by <see cref="CorrelationLimits"/>.
/// </summary>
public static class KeyScanner
{
    private const int ShortestValue = 2;
    private const int ShortestEntity = 6;
    private const int ShortestTrace = 8;
    private const int LongestValue = 128;
    private const int UuidLength = 36;

    private static readonly SearchValues<char> NameLetters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");
    private static readonly SearchValues<char> ValueLetters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.@:/+~");
    private static readonly string[] Nothing = ["null", "none", "nil", "undefined", "unknown", "true", "false", "anonymous", "success", "found", "not"];

    /// <summary>Adds what the text holds, each key once.</summary>
    public static void Scan(ReadOnlySpan<char> text, ICollection<CorrelationKey> to)
    {
        ArgumentNullException.ThrowIfNull(to);
        text = text[..Math.Min(text.Length, CorrelationLimits.Default.ScannedLength)];
        var at = 0;
        while (at < text.Length && to.Count < CorrelationLimits.Default.KeysPerLine)
        {
            var start = text[at..].IndexOfAny(NameLetters);
            if (start < 0)
            {
                return;
            }

            at += start;
            var length = text[at..].IndexOfAnyExcept(NameLetters);
            var word = length < 0 ? text[at..] : text.Slice(at, length);
            var next = at + word.Length;
            if (KeyNames.KindOf(word) is { } kind && Behind(text, next) is { IsEmpty: false } value)
            {
                next = value.End;
                AddValue(kind, text[value.Start..value.End], to);
            }
            else
            {
                AddBare(word, to);
            }

            at = next;
        }
    }

    /// <summary>Adds an attribute whose name says that it joins records, and what its text holds otherwise.</summary>
    public static void ScanAttribute(string name, string value, ICollection<CorrelationKey> to)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);

        // Of a dotted name the last parts tell: http.request.header.x-request-id, enduser.id, client.address.
        var kind = KeyNames.KindOf(name);
        for (var dot = name.IndexOf('.', StringComparison.Ordinal); kind is null or KeyKind.Entity && dot >= 0; dot = name.IndexOf('.', dot + 1))
        {
            kind = KeyNames.KindOf(name.AsSpan(dot + 1)) is { } tail and not KeyKind.Entity ? tail : kind;
        }

        if (kind is { } known)
        {
            AddValue(known, value.AsSpan().Trim().Trim("[]\""), to);
        }
    }

    /// <summary>The key a person means by a bare value: a trace id, an address, or the id of a request.</summary>
    public static CorrelationKey Guess(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.Length == 32 && value.All(char.IsAsciiHexDigit) ? new CorrelationKey(KeyKind.Trace, value.ToLowerInvariant())
            : IsAddress(value) ? new CorrelationKey(KeyKind.Address, value)
            : new CorrelationKey(KeyKind.Request, value);
    }

    /// <summary>Where a value stands behind a name: after a separator, quotes, brackets and spaces that are allowed between them.</summary>
    private static Stretch Behind(ReadOnlySpan<char> text, int at)
    {
        var separated = false;
        for (var steps = 0; at < text.Length && steps < 6 && (text[at] is '"' or '\'' or ':' or '：' or '[' or '>' or '\\' || (text[at] is '=' or ' ' && !EndsWithEquals(text, at))); steps++)
        {
            separated |= text[at] is '=' or ':' or '：';
            at++;
        }

        if (!separated || at >= text.Length)
        {
            return default;
        }

        var length = text[at..].IndexOfAnyExcept(ValueLetters);
        var value = length < 0 ? text[at..] : text.Slice(at, length);
        value = value.TrimEnd(".:-/=");
        return new Stretch(at, at + value.Length);
    }

    /// <summary>After an equals sign a space ends the field: <c>user_id= thread_id=17</c> has no user.</summary>
    private static bool EndsWithEquals(ReadOnlySpan<char> text, int at) => at > 0 && text[at - 1] == '=';

    private static void AddValue(KeyKind kind, ReadOnlySpan<char> value, ICollection<CorrelationKey> to)
    {
        if (value.Length is < ShortestValue or > LongestValue)
        {
            return;
        }

        foreach (var nothing in Nothing)
        {
            if (value.Equals(nothing, StringComparison.OrdinalIgnoreCase))
            {
                return;
            }
        }

        if (kind == KeyKind.Trace)
        {
            // traceparent: version, trace, span, flags; B3 in one header: trace, span, flag.
            var dash = value.IndexOf('-');
            value = dash == 2 && value.Length > 35 ? value.Slice(3, 32) : dash is 16 or 32 ? value[..dash] : value;
            if (value.Length < ShortestTrace || value.Trim('0').IsEmpty)
            {
                return;
            }

            Add(new CorrelationKey(kind, value.ToString().ToLowerInvariant()), to);
        }
        else if (kind != KeyKind.Entity || (value.Length >= ShortestEntity && value.ContainsAnyInRange('0', '9')))
        {
            Add(new CorrelationKey(kind, value.ToString()), to);
        }
    }

    private static void AddBare(ReadOnlySpan<char> word, ICollection<CorrelationKey> to)
    {
        if (IsUuid(word))
        {
            Add(new CorrelationKey(KeyKind.Entity, word.ToString()), to);
        }
        else if (word is [_, _, '-', ..] && word.Length == 55 && word[35] == '-' && word[52] == '-' && Hex(word.Slice(3, 32)) && Hex(word.Slice(36, 16)))
        {
            AddValue(KeyKind.Trace, word, to);
        }
        else if (IsAddress(word))
        {
            Add(new CorrelationKey(KeyKind.Address, word.ToString()), to);
        }
    }

    private static void Add(CorrelationKey key, ICollection<CorrelationKey> to)
    {
        if (!to.Contains(key))
        {
            to.Add(key);
        }
    }

    private static bool IsUuid(ReadOnlySpan<char> word)
    {
        if (word.Length != UuidLength)
        {
            return false;
        }

        for (var i = 0; i < word.Length; i++)
        {
            if (i is 8 or 13 or 18 or 23 ? word[i] != '-' : !char.IsAsciiHexDigit(word[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsAddress(ReadOnlySpan<char> word)
    {
        if (word.Length is < 7 or > 15 || word.Count('.') != 3)
        {
            return false;
        }

        foreach (var part in word.Split('.'))
        {
            if (!byte.TryParse(word[part], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out _))
            {
                return false;
            }
        }

        // Every machine's own addresses join everything.
        return !word.StartsWith("127.") && word is not "0.0.0.0";
    }

    private static bool Hex(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiHexDigit(c))
            {
                return false;
            }
        }

        return true;
    }

    private readonly record struct Stretch(int Start, int End)
    {
        public bool IsEmpty => End <= Start;
    }
}
