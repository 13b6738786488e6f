using System.Text.Json;
using Clew.Query.Language;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Printing;

/// <summary>A query's tree as Prometheus's <c>parse_query</c> gives it. Lengths of time and moments are milliseconds.</summary>
public static class PromQlJson
{
    public static void Write(Utf8JsonWriter writer, Expression expression)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        switch (expression)
        {
            case AggregateExpression aggregate:
                writer.WriteString("type"u8, "aggregation"u8);
                writer.WriteString("op"u8, aggregate.Operator.Text());
                Child(writer, "expr", aggregate.Operand);
                Child(writer, "param", aggregate.Parameter);
                Texts(writer, "grouping", aggregate.Grouping);
                writer.WriteBoolean("without"u8, aggregate.IsWithout);
                break;
            case BinaryExpression binary:
                WriteBinary(writer, binary);
                break;
            case CallExpression call:
                WriteCall(writer, call);
                break;
            case MatrixSelector matrix:
                writer.WriteString("type"u8, "matrixSelector"u8);
                writer.WriteNumber("range"u8, Milliseconds(matrix.Range));
                WriteSelector(writer, matrix.Selector);
                break;
            case VectorSelector selector:
                writer.WriteString("type"u8, "vectorSelector"u8);
                WriteSelector(writer, selector);
                break;
            case SubqueryExpression subquery:
                writer.WriteString("type"u8, "subquery"u8);
                Child(writer, "expr", subquery.Inner);
                writer.WriteNumber("range"u8, Milliseconds(subquery.Range));
                writer.WriteNumber("step"u8, Milliseconds(subquery.Step));
                WriteModifiers(writer, subquery.Modifiers);
                break;
            case NumberLiteral number:
                writer.WriteString("type"u8, "numberLiteral"u8);
                writer.WriteString("val"u8, GoNumber.FormatPlain(number.Value));
                break;
            case StringLiteral text:
                writer.WriteString("type"u8, "stringLiteral"u8);
                writer.WriteString("val"u8, text.Value);
                break;
            case ParenthesizedExpression parentheses:
                writer.WriteString("type"u8, "parenExpr"u8);
                Child(writer, "expr", parentheses.Inner);
                break;
            case UnaryExpression unary:
                writer.WriteString("type"u8, "unaryExpr"u8);
                writer.WriteString("op"u8, unary.IsNegative ? "-"u8 : "+"u8);
                Child(writer, "expr", unary.Operand);
                break;
        }

        writer.WriteEndObject();
    }

    private static void WriteBinary(Utf8JsonWriter writer, BinaryExpression binary)
    {
        writer.WriteString("type"u8, "binaryExpr"u8);
        writer.WriteString("op"u8, binary.Operator.Text());
        writer.WriteBoolean("bool"u8, binary.ReturnsBool);
        Child(writer, "lhs", binary.Left);
        Child(writer, "rhs", binary.Right);
        if (binary.Matching is not { } matching)
        {
            writer.WriteNull("matching"u8);
            return;
        }

        writer.WriteStartObject("matching"u8);
        writer.WriteString("card"u8, matching.Cardinality switch
        {
            MatchCardinality.ManyToOne => "many-to-one"u8,
            MatchCardinality.OneToMany => "one-to-many"u8,
            MatchCardinality.ManyToMany => "many-to-many"u8,
            _ => "one-to-one"u8,
        });
        Texts(writer, "labels", matching.Labels);
        writer.WriteBoolean("on"u8, matching.IsOn);
        Texts(writer, "include", matching.Include);
        writer.WriteStartObject("fillValues"u8);
        Fill("lhs", matching.FillLeft);
        Fill("rhs", matching.FillRight);
        writer.WriteEndObject();
        writer.WriteEndObject();

        void Fill(string side, double? value)
        {
            writer.WritePropertyName(side);
            if (value is { } number && double.IsFinite(number))
            {
                writer.WriteNumberValue(number);
            }
            else if (value is { } special)
            {
                writer.WriteStringValue(GoNumber.FormatPlain(special));
            }
            else
            {
                writer.WriteNullValue();
            }
        }
    }

    private static void WriteCall(Utf8JsonWriter writer, CallExpression call)
    {
        writer.WriteString("type"u8, "call"u8);
        writer.WriteStartObject("func"u8);
        writer.WriteString("name"u8, call.Function.Name);
        Texts(writer, "argTypes", [.. call.Function.Parameters.Select(Word)]);
        writer.WriteNumber("variadic"u8, call.Function.MaxArguments > call.Function.Parameters.Count ? -1 : call.Function.MaxArguments - call.Function.MinArguments);
        writer.WriteString("returnType"u8, Word(call.Function.Returns));
        writer.WriteEndObject();
        writer.WriteStartArray("args"u8);
        foreach (var argument in call.Arguments)
        {
            Write(writer, argument);
        }

        writer.WriteEndArray();
    }

    private static void WriteSelector(Utf8JsonWriter writer, VectorSelector selector)
    {
        writer.WriteString("name"u8, selector.Name ?? string.Empty);
        writer.WriteStartArray("matchers"u8);
        foreach (var matcher in selector.Matchers)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, matcher.Name);
            writer.WriteString("value"u8, matcher.Value);
            writer.WriteString("type"u8, matcher.Kind switch { MatchKind.Equal => "="u8, MatchKind.NotEqual => "!="u8, MatchKind.Regex => "=~"u8, _ => "!~"u8 });
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        WriteModifiers(writer, selector.Modifiers);
        writer.WriteBoolean("anchored"u8, selector.Modifiers.Edges == EdgeMode.Anchored);
        writer.WriteBoolean("smoothed"u8, selector.Modifiers.Edges == EdgeMode.Smoothed);
    }

    private static void WriteModifiers(Utf8JsonWriter writer, TimeModifiers modifiers)
    {
        writer.WriteNumber("offset"u8, Milliseconds(modifiers.Offset));
        if (modifiers.At == AtAnchor.Time)
        {
            writer.WriteNumber("timestamp"u8, modifiers.AtMilliseconds);
        }
        else
        {
            writer.WriteNull("timestamp"u8);
        }

        switch (modifiers.At)
        {
            case AtAnchor.Start:
                writer.WriteString("startOrEnd"u8, "start"u8);
                break;
            case AtAnchor.End:
                writer.WriteString("startOrEnd"u8, "end"u8);
                break;
            default:
                writer.WriteNull("startOrEnd"u8);
                break;
        }
    }

    /// <summary>Lengths that are computed from those of the query are not known here and 0.</summary>
    private static long Milliseconds(Duration? duration) => duration is DurationLiteral literal ? literal.Milliseconds(default) : 0;

    private static void Child(Utf8JsonWriter writer, string name, Expression? child)
    {
        writer.WritePropertyName(name);
        if (child is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            Write(writer, child);
        }
    }

    private static void Texts(Utf8JsonWriter writer, string name, IReadOnlyList<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    private static string Word(ExpressionType type) => type switch
    {
        ExpressionType.Scalar => "scalar",
        ExpressionType.String => "string",
        ExpressionType.RangeVector => "matrix",
        _ => "vector",
    };
}
