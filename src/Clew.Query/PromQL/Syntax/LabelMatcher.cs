using System.Buffers;
using System.Text;
using Clew.Query.Language;

namespace Clew.Query.PromQL.Syntax;

public enum MatchKind
{
    Equal,
    NotEqual,

    /// <summary>The whole value matches a pattern.</summary>
    Regex,
    NotRegex,
}

/// <summary>A condition on one label. A series without the label has the empty value.</summary>
public sealed class LabelMatcher
{
    private static readonly SearchValues<char> PatternCharacters = SearchValues.Create(@"\.+*?()[]{}^$");

    /// <summary>The values that a pattern made of plain alternatives (<c>a|b|c</c>) stands for; null for other patterns.</summary>
    private readonly HashSet<string>? _alternatives;

    private LabelMatcher(string name, MatchKind kind, string value, Re2Pattern? pattern)
    {
        Name = name;
        Kind = kind;
        Value = value;
        Pattern = pattern;
        if (pattern is not null && !value.AsSpan().ContainsAny(PatternCharacters))
        {
            _alternatives = [.. value.Split('|')];
        }
    }

    public string Name { get; }

    public MatchKind Kind { get; }

    /// <summary>The value, or the pattern as it was written.</summary>
    public string Value { get; }

    /// <summary>The pattern of <see cref="MatchKind.Regex"/> and <see cref="MatchKind.NotRegex"/>.</summary>
    public Re2Pattern? Pattern { get; }

    /// <summary>The values that match, when the pattern or value names them one by one; otherwise null. For stores that can look values up.</summary>
    public IReadOnlyCollection<string>? Alternatives => Kind is MatchKind.Equal ? [Value] : Kind is MatchKind.Regex ? _alternatives : null;

    /// <summary>Whether a series without the label fulfils the condition.</summary>
    public bool MatchesEmpty => Matches(string.Empty);

    /// <summary>Makes a matcher.</summary>
    /// <param name="problem">What is wrong with the pattern, when false is returned.</param>
    public static bool TryCreate(string name, MatchKind kind, string value, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out LabelMatcher? matcher, out string problem)
    {
        matcher = null;
        Re2Pattern? pattern = null;
        problem = string.Empty;
        if (kind is MatchKind.Regex or MatchKind.NotRegex && !Re2Pattern.TryParse(value, whole: true, out pattern, out problem))
        {
            return false;
        }

        matcher = new LabelMatcher(name, kind, value, pattern);
        return true;
    }

    public static LabelMatcher Equal(string name, string value) => new(name, MatchKind.Equal, value, null);

    public bool Matches(string value) => Kind switch
    {
        MatchKind.Equal => value == Value,
        MatchKind.NotEqual => value != Value,
        MatchKind.Regex => MatchesPattern(value),
        _ => !MatchesPattern(value),
    };

    /// <summary>The same without a string made for the value.</summary>
    public bool Matches(ReadOnlySpan<char> value) => Kind switch
    {
        MatchKind.Equal => value.SequenceEqual(Value),
        MatchKind.NotEqual => !value.SequenceEqual(Value),
        MatchKind.Regex => MatchesPattern(value),
        _ => !MatchesPattern(value),
    };

    public void Print(StringBuilder text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Append(LabelNames.IsPlainLabel(Name) ? Name : QuotedText.Quote(Name))
            .Append(Kind switch { MatchKind.Equal => "=", MatchKind.NotEqual => "!=", MatchKind.Regex => "=~", _ => "!~" })
            .Append(QuotedText.Quote(Value));
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        Print(text);
        return text.ToString();
    }

    private bool MatchesPattern(string value) => _alternatives?.Contains(value) ?? Pattern!.IsMatch(value);

    private bool MatchesPattern(ReadOnlySpan<char> value) =>
        _alternatives is null ? Pattern!.IsMatch(value) : _alternatives.GetAlternateLookup<ReadOnlySpan<char>>().Contains(value);
}
