using System.Text;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Printing;

/// <summary>
/// A query laid out over lines as Prometheus's <c>format_query</c> does it: what fits into 100 characters stays on one line, what does not is broken at its outermost
/// operator or parentheses, two spaces further in for each level. Parses to the same tree.
/// </summary>
public static class PromQlLayout
{
    private const int Width = 100;
    private const string Indent = "  ";

    public static string Format(Expression expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        var text = new StringBuilder();
        Append(expression, 0, text);
        return text.ToString();
    }

    private static void Append(Expression expression, int level, StringBuilder text)
    {
        var line = expression.ToString();
        if (line.Length <= Width || expression is VectorSelector or MatrixSelector or StringLiteral or NumberLiteral)
        {
            Margin(level, text).Append(line);
            return;
        }

        switch (expression)
        {
            case AggregateExpression aggregate:
                aggregate.PrintOperator(Margin(level, text));
                Arguments(aggregate.Children, level, text);
                break;
            case CallExpression call:
                Margin(level, text).Append(call.Function.Name);
                Arguments(call.Arguments, level, text);
                break;
            case ParenthesizedExpression parentheses:
                Margin(level, text);
                Arguments([parentheses.Inner], level, text);
                break;
            case BinaryExpression binary:
                Append(binary.Left, level + 1, text);
                binary.PrintOperator(Margin(level, text.Append('\n')));
                Append(binary.Right, level + 1, text.Append('\n'));
                break;
            case UnaryExpression unary:
                var inner = new StringBuilder();
                Append(unary.Operand, level, inner);
                Margin(level, text).Append(unary.IsNegative ? '-' : '+').Append(inner.ToString().AsSpan().TrimStart(' '));
                break;
            case SubqueryExpression subquery:
                Append(subquery.Inner, level, text);
                subquery.PrintRange(text);
                break;
            default:
                Margin(level, text).Append(line);
                break;
        }
    }

    private static void Arguments(IReadOnlyList<Expression> arguments, int level, StringBuilder text)
    {
        text.Append("(\n");
        for (var i = 0; i < arguments.Count; i++)
        {
            Append(arguments[i], level + 1, i > 0 ? text.Append(",\n") : text);
        }

        Margin(level, text.Append('\n')).Append(')');
    }

    private static StringBuilder Margin(int level, StringBuilder text) => text.Insert(text.Length, Indent, level);
}
