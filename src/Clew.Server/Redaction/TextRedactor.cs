using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;

namespace Clew.Server.Redaction;

/// <summary>
/// Takes secrets, and personal data where that was chosen, out of texts. One for the whole server: telemetry goes through it by whole batches
/// (<see cref="RedactionStage"/>), everything else that is kept or logged by <see cref="Redact(string)"/>. Redacting twice changes nothing more.
/// Safe for concurrent use.
/// </summary>
public sealed class TextRedactor
{
    /// <summary>Bytes. A buffer that had to grow beyond this for one unusual text is not kept.</summary>
    private const int LargestKept = 1 << 20;

    /// <summary>No text of people or programs needs more than two; texts made to need more stay safe, only not the same when redacted again.</summary>
    private const int MaxPasses = 8;

    /// <summary>More than run at once on a common machine.</summary>
    private const int MaxIdle = 32;

    private readonly ConcurrentBag<RedactedText> _idle = [];
    private readonly Regex[] _patterns;
    private readonly PersonalData _personal;
    private readonly Pseudonyms? _pseudonyms;

    /// <exception cref="ArgumentException">A pattern is not a regular expression, or a key is needed and too short; the message says which.</exception>
    /// <param name="hashKey">The key of pseudonyms, at least 16 bytes; empty when none are made.</param>
    public TextRedactor(RedactionOptions options, ReadOnlySpan<byte> hashKey)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        Keys = new KeyPolicy(options);
        _personal = new PersonalData(options.Personal);
        _patterns = [.. options.Patterns.Select(ReadPattern)];
        if (NeedsKey(options))
        {
            _pseudonyms = hashKey.Length >= Pseudonyms.ShortestKey
                ? new Pseudonyms(hashKey.ToArray())
                : throw new ArgumentException($"The key of pseudonyms has {hashKey.Length} bytes; at least {Pseudonyms.ShortestKey} are needed.", nameof(hashKey));
        }
    }

    /// <summary>Every kind of personal data that can be looked for.</summary>
    public static IReadOnlyList<RedactionRule> PersonalKinds => PersonalData.Kinds;

    /// <summary>Bytes a key of pseudonyms has at least: a shorter one could be guessed, and with it every value.</summary>
    public static int ShortestKey => Pseudonyms.ShortestKey;

    /// <summary>With secrets only and no key, as long as nothing else is configured.</summary>
    public static TextRedactor Default { get; } = new(new RedactionOptions(), []);

    internal RedactionOptions Options { get; }

    internal KeyPolicy Keys { get; }

    /// <summary>True when numbers, too, may be personal data, so that every text must be looked at.</summary>
    internal bool LooksAtEverything => !_personal.IsEmpty || _patterns.Length > 0;

    /// <summary>True when the options make pseudonyms somewhere.</summary>
    public static bool NeedsKey(RedactionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Hash.Count > 0 || (options.Personal.Count > 0 && options.PersonalAction == PersonalAction.Hash);
    }

    /// <summary>Reads one of the configuration's patterns.</summary>
    /// <exception cref="ArgumentException">It is not a regular expression, or one that needs backtracking.</exception>
    public static Regex ReadPattern(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (NotSupportedException e)
        {
            throw new ArgumentException(e.Message, nameof(pattern), e);
        }
    }

    /// <summary>The text without what must not be kept; the same instance when there is nothing.</summary>
    public string Redact(string text) => Redact(text, out _);

    /// <summary>As <see cref="Redact(string)"/>, with the rules that fired and how often.</summary>
    public string Redact(string text, out IReadOnlyList<FiredRule> fired)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Run(KeyAction.Look, text, string.Empty, out fired);
    }

    /// <summary>The value of an attribute that is not part of a batch, by its key and its text; empty when the key is on the list of those to drop.</summary>
    public string Redact(string key, string value) => Redact(key, value, out _);

    /// <summary>As <see cref="Redact(string, string)"/>, with the rules that fired and how often.</summary>
    public string Redact(string key, string value, out IReadOnlyList<FiredRule> fired)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        return Run(Keys.Of(Encoding.UTF8.GetBytes(key)), value, string.Empty, out fired);
    }

    /// <summary>The statement without its literals, and without what else must not be kept.</summary>
    /// <param name="system">The value of <c>db.system.name</c>; may be empty.</param>
    public string RedactStatement(string statement, string system, out IReadOnlyList<FiredRule> fired)
    {
        ArgumentNullException.ThrowIfNull(statement);
        ArgumentNullException.ThrowIfNull(system);
        return Run(KeyAction.Statement, statement, system, out fired);
    }

    private string Run(KeyAction action, string text, string system, out IReadOnlyList<FiredRule> fired)
    {
        var work = Take();
        work.ForgetCounts();
        var result = Run(action, Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(system), work) is { } changed ? changed : text;
        fired = work.Fired();
        Return(work);
        return result;
    }

    /// <summary>What becomes of a text; null when it stays.</summary>
    private string? Run(KeyAction action, byte[] text, byte[] system, RedactedText work)
    {
        switch (action)
        {
            case KeyAction.Allow:
                return null;
            case KeyAction.Drop:
                work.Count(RedactionRule.DroppedKey);
                return string.Empty;
            case KeyAction.Mask or KeyAction.Secret:
                if (Placeholder.Is(text))
                {
                    return null;
                }

                work.Count(action == KeyAction.Mask ? RedactionRule.MaskedKey : RedactionRule.SecretKey);
                return Encoding.UTF8.GetString(Placeholder.Redacted);
            case KeyAction.Hash:
                if (Placeholder.IsPseudonym(text))
                {
                    return null;
                }

                Span<byte> pseudonym = stackalloc byte[Placeholder.PseudonymLength];
                WritePseudonym(text, pseudonym);
                work.Count(RedactionRule.HashedKey);
                return Encoding.UTF8.GetString(pseudonym);
            case KeyAction.Statement:
                return RedactStatement(text, system, secretsToo: true, work) ? Encoding.UTF8.GetString(work.Result) : null;
            default:
                return Redact(text, work) ? Encoding.UTF8.GetString(work.Result) : null;
        }
    }

    /// <returns>True when the text was changed: <see cref="RedactedText.Result"/> holds the new one.</returns>
    internal bool Redact(ReadOnlySpan<byte> text, RedactedText work)
    {
        // What was taken out may show that what is left is a secret, too: again until nothing more is found.
        var changed = false;
        for (var pass = 0; pass < MaxPasses && RedactOnce(text, work); pass++)
        {
            changed = true;
            text = work.Result;
        }

        return changed;
    }

    /// <summary>Takes the literals out of a statement, and secrets where they are looked for.</summary>
    /// <returns>True when the statement was changed: <see cref="RedactedText.Result"/> holds the new one.</returns>
    internal bool RedactStatement(ReadOnlySpan<byte> statement, ReadOnlySpan<byte> system, bool secretsToo, RedactedText work)
    {
        var changed = false;
        for (var pass = 0; pass < MaxPasses; pass++)
        {
            if (SqlLiterals.Strip(statement, system, Options.SqlComments, work))
            {
                changed = true;
                statement = work.Result;
            }

            if (!secretsToo || !Redact(statement, work))
            {
                break;
            }

            changed = true;
            statement = work.Result;
        }

        return changed;
    }

    private bool RedactOnce(ReadOnlySpan<byte> text, RedactedText work)
    {
        var changed = false;
        if (Options.Secrets && SecretScanner.Scan(text, work))
        {
            changed = true;
            text = work.Result;
        }

        if (!_personal.IsEmpty && _personal.Scan(text, Options.PersonalAction == PersonalAction.Hash ? _pseudonyms : null, work))
        {
            changed = true;
            text = work.Result;
        }

        foreach (var pattern in _patterns)
        {
            if (ScanPattern(pattern, text, work))
            {
                changed = true;
                text = work.Result;
            }
        }

        return changed;
    }

    /// <param name="to">Room for <see cref="Placeholder.PseudonymLength"/> bytes.</param>
    internal void WritePseudonym(ReadOnlySpan<byte> value, Span<byte> to) => _pseudonyms!.Write(value, to);

    internal RedactedText Take() => _idle.TryTake(out var work) ? work : new RedactedText();

    internal void Return(RedactedText work)
    {
        if (_idle.Count < MaxIdle && work.Result.Length <= LargestKept)
        {
            _idle.Add(work);
        }
    }

    private static bool ScanPattern(Regex pattern, ReadOnlySpan<byte> text, RedactedText work)
    {
        var chars = Encoding.UTF8.GetString(text);
        work.BeginPass();
        var (bytes, counted) = (0, 0);
        foreach (var match in pattern.EnumerateMatches(chars))
        {
            // The engine counts in UTF-16: a match never takes half of a pair of surrogates.
            var first = match.Index > counted && char.IsLowSurrogate(chars[match.Index]) ? match.Index - 1 : match.Index;
            var last = match.Index + match.Length;
            last += last < chars.Length && char.IsLowSurrogate(chars[last]) ? 1 : 0;
            if (match.Length == 0 || first < counted)
            {
                continue;
            }

            bytes += Encoding.UTF8.GetByteCount(chars.AsSpan(counted, first - counted));
            var length = Encoding.UTF8.GetByteCount(chars.AsSpan(first, last - first));
            counted = last;
            if (!Placeholder.Is(text.Slice(bytes, length)))
            {
                work.Replace(text, bytes, bytes + length, Placeholder.Redacted, RedactionRule.Pattern);
            }

            bytes += length;
        }

        return work.EndPass(text);
    }
}

/// <summary>A rule and how many values it took out.</summary>
public readonly record struct FiredRule(RedactionRule Rule, int Count);
