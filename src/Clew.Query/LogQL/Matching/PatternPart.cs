using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Clew.Query.LogQL.Extraction;

namespace Clew.Query.LogQL.Matching;

/// <summary>A part of a pattern: literal text, or a capture <c>&lt;name&gt;</c>, unnamed when <c>&lt;_&gt;</c>.</summary>
internal readonly record struct PatternPart(string Text, bool IsCapture)
{
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

    public bool IsUnnamed => IsCapture && Text == "_";

    /// <summary>Cuts a pattern into its parts. Literals and captures take turns.</summary>
    /// <param name="named">Captures may have names and one must; else they may not.</param>
    public static bool TryParse(string pattern, bool named, [NotNullWhen(true)] out PatternPart[]? parts, out string problem)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        parts = null;
        problem = string.Empty;
        var found = new List<PatternPart>();
        var literal = 0;
        for (var at = 0; at <= pattern.Length; at++)
        {
            var length = at < pattern.Length ? CaptureLength(pattern.AsSpan(at)) : 0;
            if (at < pattern.Length && length == 0)
            {
                continue;
            }

            if (at > literal)
            {
                found.Add(new(pattern[literal..at], IsCapture: false));
            }

            if (length == 0)
            {
                break;
            }

            var capture = new PatternPart(pattern[(at + 1)..(at + length - 1)], IsCapture: true);
            problem = found.Count > 0 && found[^1].IsCapture ? $"the captures <{found[^1].Text}> and <{capture.Text}> have nothing between them"
                : capture.IsUnnamed ? string.Empty
                : !named ? $"a named capture is not allowed here: <{capture.Text}>"
                : found.Contains(capture) ? $"the capture <{capture.Text}> comes twice"
                : string.Empty;
            if (problem.Length > 0)
            {
                return false;
            }

            found.Add(capture);
            at += length - 1;
            literal = at + 1;
        }

        problem = pattern.Length == 0 && named ? "it is empty"
            : named && !found.Exists(part => part is { IsCapture: true, IsUnnamed: false }) ? "at least one named capture is needed: <name>"
            : found.Count > 2 * ExtractionLimits.Captures ? $"more than {ExtractionLimits.Captures} captures"
            : string.Empty;
        parts = problem.Length == 0 ? [.. found] : null;
        return parts is not null;
    }

    /// <summary>The length of the capture that begins here, with its brackets; 0 when none does.</summary>
    private static int CaptureLength(ReadOnlySpan<char> text)
    {
        if (text[0] != '<')
        {
            return 0;
        }

        var length = text[1..].IndexOfAnyExcept(NameCharacters);
        return length > 0 && text[length + 1] == '>' && !char.IsAsciiDigit(text[1]) ? length + 2 : 0;
    }
}
