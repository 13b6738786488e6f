using System.Globalization;
using Clew.Analysis.Statistics;

namespace Clew.Analysis.Worlds;

/// <summary>
/// Samples the numbers that log statements write, by statement and the word in front: durations, counts, sizes. Ids, addresses, moments and places in code are no
/// quantities and left out by their looks. Bounded by <see cref="Limits.MaxLogNumbers"/>.
/// </summary>
internal sealed class LogNumberCollector
{
    /// <summary>Numbers of one line that are looked at.</summary>
    private const int MaxPerLine = 6;

    /// <summary>Longer ones are ids or moments.</summary>
    private const int MaxDigits = 9;

    private readonly Dictionary<(int Service, int Template, string Name), (BoundedSample<double> Window, BoundedSample<double> Baseline)> _numbers = [];

    /// <summary>Whether something was left out because of the limit.</summary>
    public bool IsCut { get; private set; }

    public void Add(string body, int service, int template, bool inWindow)
    {
        var line = body.AsSpan(0, Math.Min(body.Length, Limits.MaxLogLineLength));
        var at = 0;
        for (var found = 0; found < MaxPerLine && at < line.Length;)
        {
            var digit = line[at..].IndexOfAnyInRange('0', '9');
            if (digit < 0)
            {
                return;
            }

            var start = at + digit;
            var end = start;
            while (end < line.Length && (char.IsAsciiDigit(line[end]) || (line[end] == '.' && end + 1 < line.Length && char.IsAsciiDigit(line[end + 1]))))
            {
                end++;
            }

            at = end;
            if (Number(line, start, end) is { } value)
            {
                var key = (service, template, Name(line[..start], found));
                found++;
                if (!_numbers.TryGetValue(key, out var samples))
                {
                    if (_numbers.Count >= Limits.MaxLogNumbers)
                    {
                        IsCut = true;
                        return;
                    }

                    _numbers[key] = samples = (new(Limits.MaxSampledNumbers), new(Limits.MaxSampledNumbers));
                }

                (inWindow ? samples.Window : samples.Baseline).Add(value);
            }
            else
            {
                // The rest of a word that is no quantity is none either: 10.0.0.1:8080, 2026-01-01T10:00:00.
                while (at < line.Length && !char.IsWhiteSpace(line[at]) && line[at] is not (',' or ';' or '=' or '&' or '"'))
                {
                    at++;
                }
            }
        }
    }

    public IReadOnlyList<WorldLogNumber> Close() =>
    [
        .. _numbers.Where(n => n.Value.Window.Kept.Count > 0 && n.Value.Baseline.Kept.Count > 0)
            .OrderBy(n => n.Key.Service).ThenBy(n => n.Key.Template).ThenBy(n => n.Key.Name, StringComparer.Ordinal)
            .Select(n => new WorldLogNumber(n.Key.Service, n.Key.Template, n.Key.Name, n.Value.Window.Kept, n.Value.Baseline.Kept)),
    ];

    /// <summary>The quantity a run of digits is; null when what stands beside it says otherwise.</summary>
    private static double? Number(ReadOnlySpan<char> line, int start, int end)
    {
        var digits = line[start..end];
        var before = start == 0 ? ' ' : line[start - 1];
        if (before == '-' && (start == 1 || line[start - 2] is ' ' or '=' or ':'))
        {
            before = ' ';
        }

        var after = end == line.Length ? ' ' : line[end];
        var unitEnd = end;
        while (unitEnd < line.Length && (char.IsAsciiLetter(line[unitEnd]) || line[unitEnd] is '%' or 'µ'))
        {
            unitEnd++;
        }

        var closes = unitEnd == line.Length || line[unitEnd] is ' ' or ',' or ';' or ')' or ']' or '}' or '"' or '\'' or '&' or '\t' or '|' or '.' or '/';
        return digits.Length > MaxDigits || digits.Count('.') > 1 || (digits.Length > 1 && digits[0] == '0' && digits[1] != '.')
            || before is not (' ' or '=' or ':' or '(' or '[' or '"' or '\'' or '\t' or ',' or '/' or '|')
            || unitEnd - end > 7 || !closes || (after == '/' && before == '/')
            ? null
            : double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value : null;
    }

    /// <summary>"took" of "request took 34 ms", "active" of "active=21"; the place when there is no word.</summary>
    private static string Name(ReadOnlySpan<char> before, int place)
    {
        var end = before.Length;
        while (end > 0 && !char.IsAsciiLetter(before[end - 1]))
        {
            end--;
        }

        var start = end;
        while (start > 0 && (char.IsAsciiLetterOrDigit(before[start - 1]) || before[start - 1] is '_' or '.'))
        {
            start--;
        }

        // Further back than a few signs it is no longer its name.
        return before.Length - end > 4 || start == end ? string.Create(CultureInfo.InvariantCulture, $"number {place + 1}") : before[start..end].ToString();
    }
}
