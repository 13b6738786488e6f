using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Clew.Query.Language;

namespace Clew.Query.LogQL.Extraction;

/// <summary>
/// The way to a value in a JSON document, as LogQL writes it: fields (<c>my.field</c>, <c>my["field"]</c>) and places in arrays (<c>list[0]</c>), in any
/// order and depth.
/// </summary>
internal sealed class JsonPath
{
    private readonly (string? Field, int Index)[] _steps;

    private JsonPath((string? Field, int Index)[] steps)
    {
        _steps = steps;
    }

    public static bool TryParse(string expression, [NotNullWhen(true)] out JsonPath? path, out string problem)
    {
        ArgumentNullException.ThrowIfNull(expression);
        path = null;
        var steps = new List<(string? Field, int Index)>();
        var at = 0;
        while (at < expression.Length)
        {
            if (steps.Count >= ExtractionLimits.JsonDepth)
            {
                problem = $"more than {ExtractionLimits.JsonDepth} steps";
                return false;
            }

            if (expression[at] == '[')
            {
                if (!TryBracket(expression, ref at, steps, out problem))
                {
                    return false;
                }

                continue;
            }

            if (steps.Count > 0)
            {
                if (expression[at] != '.')
                {
                    problem = Unexpected(expression, at);
                    return false;
                }

                at++;
            }

            var start = at;
            while (at < expression.Length && (char.IsLetterOrDigit(expression[at]) || expression[at] is '_' or '-' or '@'))
            {
                at++;
            }

            if (at == start || char.IsAsciiDigit(expression[start]))
            {
                problem = Unexpected(expression, start);
                return false;
            }

            steps.Add((expression[start..at], -1));
        }

        problem = steps.Count == 0 ? "it is empty" : string.Empty;
        path = steps.Count == 0 ? null : new JsonPath([.. steps]);
        return path is not null;
    }

    /// <summary>Goes from the document's start to the value and leaves the scanner before it. False when there is none, or the document is malformed before it.</summary>
    public bool TryGoTo(ref JsonScanner scanner, JsonText keys)
    {
        foreach (var (field, index) in _steps)
        {
            if (!(field is null ? TryElement(ref scanner, index) : TryField(ref scanner, field, keys)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryField(ref JsonScanner scanner, string field, JsonText keys)
    {
        if (!scanner.TryTake('{') || scanner.TryTake('}'))
        {
            return false;
        }

        do
        {
            if (!scanner.TryTakeText(out var key, out var escaped) || !scanner.TryTake(':'))
            {
                return false;
            }

            if (keys.Resolve(key, escaped).SequenceEqual(field))
            {
                return true;
            }
        }
        while (scanner.TrySkipValue(1) && scanner.TryTake(','));
        return false;
    }

    private static bool TryElement(ref JsonScanner scanner, int index)
    {
        if (!scanner.TryTake('[') || scanner.Peek() == ']')
        {
            return false;
        }

        for (; index > 0; index--)
        {
            if (!scanner.TrySkipValue(1) || !scanner.TryTake(','))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryBracket(string expression, ref int at, List<(string? Field, int Index)> steps, out string problem)
    {
        problem = Unexpected(expression, at + 1);
        var start = ++at;
        if (start < expression.Length && expression[start] is '"' or '`')
        {
            at = QuotedText.EndOf(expression, start);
            if (at < 0 || !QuotedText.TryUnquote(expression.AsSpan(start, at - start), out var field, out problem))
            {
                problem = at < 0 ? "a quoted field is not closed" : problem;
                return false;
            }

            steps.Add((field, -1));
        }
        else
        {
            while (at < expression.Length && char.IsAsciiDigit(expression[at]))
            {
                at++;
            }

            if (!int.TryParse(expression.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            {
                return false;
            }

            steps.Add((null, index));
        }

        problem = at < expression.Length && expression[at] == ']' ? string.Empty : Unexpected(expression, at);
        at++;
        return problem.Length == 0;
    }

    private static string Unexpected(string expression, int at) => at >= expression.Length
        ? "it ends too early"
        : string.Create(CultureInfo.InvariantCulture, $"unexpected {QuotedText.Quote(expression[at].ToString())} at its character {at + 1}");
}
