using System.Globalization;
using System.Text.RegularExpressions;
using Clew.Telemetry;

namespace Clew.Server.Investigations;

/// <summary>
/// What a sentence like "checkout failed for user_789 at 10:15" names: ids, a time, a service that exists, a quoted message. Nothing else of it is understood, and nothing is guessed:
/// a word that is none of these is left out.
/// </summary>
internal sealed partial record StartingText
{
    /// <summary>32 hex digits.</summary>
    public TraceId Trace { get; private init; }

    /// <summary>A time of day is the latest such moment, in UTC, that has passed.</summary>
    public Timestamp? At { get; private init; }

    /// <summary>A user, session or customer; empty when none is named.</summary>
    public string User { get; private init; } = "";

    /// <summary>A service that exists; the longest name that occurs as a word.</summary>
    public string Service { get; private init; } = "";

    /// <summary>A message in quotes, or a signature's or template's 16 hex digits.</summary>
    public string Error { get; private init; } = "";

    /// <summary>Whether nothing was understood: then the whole may be a message itself.</summary>
    public bool IsEmpty => Trace.IsEmpty && At is null && User.Length == 0 && Service.Length == 0 && Error.Length == 0;

    /// <summary>Reads a sentence.</summary>
    /// <param name="services">Names of services that exist.</param>
    public static StartingText Parse(string text, IEnumerable<string> services, DateTimeOffset now)
    {
        var found = new StartingText();
        if (Quoted().Match(text) is { Success: true } quoted)
        {
            found = found with { Error = quoted.Groups["text"].Value };
            text = text.Remove(quoted.Index, quoted.Length);
        }

        if (TraceDigits().Match(text) is { Success: true } trace && TraceId.TryParse(trace.Value, out var id) && !id.IsEmpty)
        {
            found = found with { Trace = id };
            text = text.Remove(trace.Index, trace.Length);
        }
        else if (found.Error.Length == 0 && SignatureDigits().Match(text) is { Success: true } signature)
        {
            found = found with { Error = signature.Value };
            text = text.Remove(signature.Index, signature.Length);
        }

        if (Moment().Match(text) is { Success: true } moment
            && DateTimeOffset.TryParse(moment.Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var exact))
        {
            found = found with { At = Timestamp.FromDateTimeOffset(exact) };
            text = text.Remove(moment.Index, moment.Length);
        }
        else if (TimeOfDay().Match(text) is { Success: true } clock
            && TimeOnly.TryParse(clock.Value.PadLeft(5, '0'), CultureInfo.InvariantCulture, out var time))
        {
            var today = new DateTimeOffset(DateOnly.FromDateTime(now.UtcDateTime), time, TimeSpan.Zero);
            found = found with { At = Timestamp.FromDateTimeOffset(today <= now ? today : today.AddDays(-1)) };
            text = text.Remove(clock.Index, clock.Length);
        }

        if (Named().Match(text) is { Success: true } named)
        {
            found = found with { User = named.Groups["id"].Value };
            text = text.Remove(named.Index, named.Length);
        }
        else if (Person().Match(text) is { Success: true } person)
        {
            found = found with { User = person.Value };
            text = text.Remove(person.Index, person.Length);
        }

        var known = services.Where(s => s.Length > 1 && IsWord(text, s)).MaxBy(s => s.Length);
        return known is null ? found : found with { Service = known };
    }

    private static bool IsWord(string text, string word)
    {
        for (var at = text.IndexOf(word, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if ((at == 0 || !IsNamePart(text[at - 1])) && (at + word.Length == text.Length || !IsNamePart(text[at + word.Length])))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsNamePart(char c) => char.IsLetterOrDigit(c) || c is '-' or '_';

    [GeneratedRegex("\"(?<text>[^\"]{3,})\"|(?<![A-Za-z])'(?<text>[^']{3,})'")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\b[0-9a-fA-F]{32}\b")]
    private static partial Regex TraceDigits();

    [GeneratedRegex(@"\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*[0-9])[0-9a-f]{16}\b")]
    private static partial Regex SignatureDigits();

    [GeneratedRegex(@"\b\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?")]
    private static partial Regex Moment();

    [GeneratedRegex(@"(?<![\d:.])\d{1,2}:\d{2}(:\d{2})?(?![\d:.])")]
    private static partial Regex TimeOfDay();

    // user=alice, session: 9f3c, customer id 42
    [GeneratedRegex(@"\b(?:user|usr|customer|session|account)(?:[ _.]?id)?(?:\s*[=:#]\s*|\s+(?=\S*\d))(?<id>[A-Za-z0-9][\w@.+-]*\w)", RegexOptions.IgnoreCase)]
    private static partial Regex Named();

    // user_789, sess-9f3c1a, somebody@example.org, a UUID
    [GeneratedRegex(@"\b(?:user|usr|customer|cust|session|sess|account|acct)[_-][\w-]*\d[\w-]*|[\w.+-]+@[\w-]+\.[\w.-]*\w|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", RegexOptions.IgnoreCase)]
    private static partial Regex Person();
}
