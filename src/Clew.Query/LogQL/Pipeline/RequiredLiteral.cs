using System.Text;

namespace Clew.Query.LogQL.Pipeline;

/// <summary>
/// A text that stands in everything a regular expression matches, found without understanding the expression: a stretch of plain characters outside of all
/// groups, classes and alternatives. Looking for it first spares most lines the expression.
/// </summary>
internal static class RequiredLiteral
{
    /// <summary>The longest such text; empty when there is none that is certain.</summary>
    /// <param name="expression">RE2 syntax, known to be well formed.</param>
    public static string Of(string expression)
    {
        // Flags can change what letters mean, alternatives and groups what is required; neither is followed here.
        if (expression.AsSpan().ContainsAny('|', '('))
        {
            return string.Empty;
        }

        var longest = string.Empty;
        var run = new StringBuilder();
        void End()
        {
            longest = run.Length > longest.Length ? run.ToString() : longest;
            run.Clear();
        }

        for (var i = 0; i < expression.Length; i++)
        {
            var character = expression[i];
            switch (character)
            {
                case '*' or '?' or '{':
                    // The character before may be missing.
                    run.Length -= run.Length > 0 ? 1 : 0;
                    End();
                    i = character == '{' && expression.IndexOf('}', i) is var close and > 0 ? close : i;
                    break;
                case '[':
                    End();
                    i = EndOfClass(expression, i);
                    break;
                case '\\' when i + 1 < expression.Length && char.IsAsciiLetterOrDigit(expression[i + 1]):
                    // A class or a position; what comes behind \p, \x and \Q is not read.
                    End();
                    if (expression[i + 1] is not ('d' or 'D' or 's' or 'S' or 'w' or 'W' or 'b' or 'B'))
                    {
                        return longest;
                    }

                    i++;
                    break;
                case '\\' when i + 1 < expression.Length:
                    run.Append(expression[++i]);
                    break;
                case '.' or '^' or '$' or '+':
                    End();
                    break;
                default:
                    if (char.IsSurrogate(character))
                    {
                        End();
                    }
                    else
                    {
                        run.Append(character);
                    }

                    break;
            }
        }

        End();
        return longest;
    }

    /// <summary>The place of the bracket that ends a class. A bracket right at its beginning, and those of <c>[:alpha:]</c>, do not end it.</summary>
    private static int EndOfClass(string expression, int start)
    {
        var i = start + 1;
        i += i < expression.Length && expression[i] == '^' ? 1 : 0;
        i += i < expression.Length && expression[i] == ']' ? 1 : 0;
        for (; i < expression.Length && expression[i] != ']'; i++)
        {
            if (expression[i] == '\\')
            {
                i++;
            }
            else if (expression[i] == '[' && i + 1 < expression.Length && expression[i + 1] == ':' && expression.IndexOf(":]", i + 2, StringComparison.Ordinal) is var end and > 0)
            {
                i = end + 1;
            }
        }

        return i;
    }
}
