using System.Diagnostics.CodeAnalysis;

namespace Clew.Query.LogQL.Matching;

/// <summary>
/// The pattern of the line filters <c>|&gt;</c> and <c>!&gt;</c>: literal texts with <c>&lt;_&gt;</c> for anything, also nothing, between them. The pattern
/// is the whole line: it begins and ends as the line does, unless with <c>&lt;_&gt;</c>.
/// </summary>
public sealed class LogQlLinePattern
{
    private readonly PatternPart[] _parts;

    private LogQlLinePattern(string source, PatternPart[] parts)
    {
        Source = source;
        _parts = parts;
    }

    public string Source { get; }

    /// <summary>The longest literal: a line without it does not match. Empty when there is none.</summary>
    public string LongestLiteral => _parts.Where(part => !part.IsCapture).Select(part => part.Text).MaxBy(text => text.Length) ?? string.Empty;

    /// <param name="problem">What is wrong with the pattern, when false is returned.</param>
    public static bool TryParse(string source, [NotNullWhen(true)] out LogQlLinePattern? pattern, out string problem)
    {
        ArgumentNullException.ThrowIfNull(source);
        pattern = PatternPart.TryParse(source, named: false, out var parts, out problem) ? new LogQlLinePattern(source, parts) : null;
        return pattern is not null;
    }

    public bool IsMatch(ReadOnlySpan<char> line)
    {
        if (_parts.Length == 0)
        {
            return true;
        }

        var first = 0;
        if (!_parts[0].IsCapture)
        {
            if (!line.StartsWith(_parts[0].Text, StringComparison.Ordinal))
            {
                return false;
            }

            line = line[_parts[0].Text.Length..];
            first = 1;
            if (_parts.Length == 1)
            {
                return line.IsEmpty;
            }
        }

        var last = _parts.Length;
        if (!_parts[^1].IsCapture)
        {
            if (!line.EndsWith(_parts[^1].Text, StringComparison.Ordinal))
            {
                return false;
            }

            line = line[..^_parts[^1].Text.Length];
            last--;
        }

        for (var i = first; i < last; i++)
        {
            if (_parts[i].IsCapture)
            {
                continue;
            }

            var at = line.IndexOf(_parts[i].Text, StringComparison.Ordinal);
            if (at < 0)
            {
                return false;
            }

            line = line[(at + _parts[i].Text.Length)..];
        }

        return true;
    }

    public override string ToString() => Source;
}
