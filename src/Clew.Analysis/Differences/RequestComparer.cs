using System.Globalization;
using Clew.Analysis.Inspections;

namespace Clew.Analysis.Differences;

/// <summary>Compares two requests, answers or log lines field by field: a working one and a failing one.</summary>
public static class RequestComparer
{
    /// <summary>Differences in an answer; the first ones.</summary>
    public const int MaxDifferences = 1_000;

    /// <summary>Characters of a value that are shown.</summary>
    public const int MaxValue = 300;

    /// <param name="redact">Takes secrets out of a value, given the last part of its path; values are compared before and shown after.</param>
    public static RequestDiff Compare(string a, string b, Func<string, string, string> redact)
    {
        ArgumentNullException.ThrowIfNull(redact);
        var (formatA, left) = RequestFields.Read(a);
        var (formatB, right) = RequestFields.Read(b);
        var others = right.ToDictionary(field => field.Key, field => field.Value, StringComparer.Ordinal);
        var known = left.Select(field => field.Key).ToHashSet(StringComparer.Ordinal);
        var differences = new List<FieldDifference>();
        var same = 0;
        foreach (var (path, value) in left)
        {
            if (others.TryGetValue(path, out var other) && other == value)
            {
                same++;
            }
            else
            {
                differences.Add(Difference(path, value, other, redact));
            }
        }

        differences.AddRange(right.Where(field => !known.Contains(field.Key)).Select(field => Difference(field.Key, null, field.Value, redact)));
        return new RequestDiff(formatA, formatB, [.. differences.Take(MaxDifferences)], same, Math.Max(0, differences.Count - MaxDifferences));
    }

    private static FieldDifference Difference(string path, string? a, string? b, Func<string, string, string> redact)
    {
        var key = Key(path);
        var (shownA, shownB) = (a is null ? null : Cut(redact(key, a)), b is null ? null : Cut(redact(key, b)));
        var note = a is null || b is null ? null : shownA == shownB ? (redact(key, a) == a ? null : "another value; both are hidden") : Note(a, b);
        return new FieldDifference(path, shownA, shownB, note);
    }

    private static string? Note(string a, string b)
    {
        if (double.TryParse(a, NumberStyles.Float, CultureInfo.InvariantCulture, out var first) && double.TryParse(b, NumberStyles.Float, CultureInfo.InvariantCulture, out var second))
        {
            return first > 0 && second / first is >= 1.5 and < 1e6 and var more ? Phrase.Text($"{more:0.#} times as much") : second > 0 && first / second is >= 1.5 and < 1e6 and var less ? Phrase.Text($"{less:0.#} times less") : null;
        }

        // Times are written with a date and a time; a bare number is none.
        return a.Contains(':', StringComparison.Ordinal) && b.Contains(':', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(a, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var then) && DateTimeOffset.TryParse(b, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var now)
            ? now == then ? "the same moment" : now > then ? $"{Phrase.Seconds((now - then).TotalSeconds)} later" : $"{Phrase.Seconds((then - now).TotalSeconds)} earlier"
            : null;
    }

    /// <summary>The last name of a path, by which secrets are known: <c>body.user.password</c> → <c>password</c>.</summary>
    private static string Key(string path)
    {
        var end = path.IndexOfAny(['[', ' '], Math.Max(0, path.LastIndexOf('.')));
        var name = end < 0 ? path : path[..end];
        return name[(name.LastIndexOf('.') + 1)..];
    }

    private static string Cut(string text) => text.Length <= MaxValue ? text : text[..(MaxValue - 1)] + "…";
}
