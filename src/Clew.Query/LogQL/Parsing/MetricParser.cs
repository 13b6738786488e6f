using System.Globalization;
using Clew.Query.Language;
using Clew.Query.LogQL.Syntax;
using Clew.Query.PromQL.Functions;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.LogQL.Parsing;

/// <summary>Metric queries: range aggregations, vector aggregations, functions, and operators between them by precedence.</summary>
internal sealed class MetricParser(LogQlTokenReader tokens, PipelineParser logs)
{
    private readonly GroupingParser _grouping = new(tokens);

    public Expression Expression() => Binary(0);

    private Expression Binary(int minimum)
    {
        using var depth = tokens.Deeper();
        var left = Primary();
        for (var chained = 0; TryPeekOperator(out var binary) && binary.Precedence() >= minimum; chained++)
        {
            if (chained >= QueryBudgetLimits.Nesting)
            {
                throw tokens.Error($"more than {QueryBudgetLimits.Nesting} operators follow each other");
            }

            var sign = tokens.Take();
            var (returnsBool, matching) = _grouping.Modifiers(binary);
            var right = Binary(binary == BinaryOperator.Power ? binary.Precedence() : binary.Precedence() + 1);
            left = Combine(binary, left, right, returnsBool, matching, sign.Span);
        }

        return left;
    }

    private BinaryExpression Combine(BinaryOperator binary, Expression left, Expression right, bool returnsBool, VectorMatching? matching, SourceSpan sign)
    {
        var scalar = left.Type == ExpressionType.Scalar ? left : right.Type == ExpressionType.Scalar ? right : null;
        if (binary.IsSet() && scalar is not null)
        {
            throw tokens.Error($"unexpected literal for {(scalar == left ? "left" : "right")} leg of logical/set binary operation ({binary.Text()}): {scalar}", scalar.Span);
        }

        if (matching is not null && scalar is not null)
        {
            throw tokens.Error("on, ignoring and grouping match series: both sides must be vectors", sign);
        }

        var span = SourceSpan.Cover(left.Span, right.Span);
        return new BinaryExpression(span, binary, left, right, returnsBool, scalar is null ? matching ?? Simple(binary) : null);
    }

    private static VectorMatching Simple(BinaryOperator binary) =>
        VectorMatching.Simple with { Cardinality = binary.IsSet() ? MatchCardinality.ManyToMany : MatchCardinality.OneToOne };

    private bool TryPeekOperator(out BinaryOperator binary)
    {
        var token = tokens.Current;
        binary = default;
        if (token.Kind is not (LogQlTokenKind.Sign or LogQlTokenKind.Identifier))
        {
            return false;
        }

        foreach (var candidate in Enum.GetValues<BinaryOperator>())
        {
            if (candidate.Text() == token.Text && candidate is not (BinaryOperator.Atan2 or BinaryOperator.TrimAbove or BinaryOperator.TrimBelow))
            {
                binary = candidate;
                return true;
            }
        }

        return false;
    }

    private Expression Primary()
    {
        var token = tokens.Current;
        switch (token.Kind)
        {
            case LogQlTokenKind.Number:
                return Number();
            case LogQlTokenKind.Sign when token.Text is "+" or "-":
                return Number();
            case LogQlTokenKind.Sign when token.Text == "(":
                tokens.Take();
                var inner = Binary(0);
                var close = tokens.ExpectSign(")");
                return new ParenthesizedExpression(SourceSpan.Cover(token.Span, close.Span), inner);
            case LogQlTokenKind.Identifier when tokens.Next.IsSign("(") || tokens.Next.IsWord("by") || tokens.Next.IsWord("without"):
                return Named(token);
            case LogQlTokenKind.Sign when token.Text == "{":
                throw tokens.Error("syntax error: a selection of lines stands alone or within a range aggregation");
            default:
                throw tokens.Unexpected();
        }
    }

    private Expression Named(LogQlToken name)
    {
        if (RangeOperations.TryParse(name.Text, out var operation))
        {
            return RangeAggregation(operation);
        }

        switch (name.Text)
        {
            case "sum" or "avg" or "min" or "max" or "count" or "stddev" or "stdvar" or "topk" or "bottomk" when AggregateOperators.TryParse(name.Text, out var aggregate):
                return Aggregate(aggregate);
            case "approx_topk":
                return ApproximateTopK();
            case "sort" or "sort_desc":
                tokens.Take();
                tokens.ExpectSign("(");
                var sorted = Vector();
                tokens.ExpectSign(")");
                return Call(name, [sorted]);
            case "vector":
                tokens.Take();
                tokens.ExpectSign("(");
                var number = Number();
                tokens.ExpectSign(")");
                return Call(name, [number]);
            case "label_replace":
                return LabelReplace(name);
            default:
                throw tokens.Unexpected();
        }
    }

    private LogQlRangeAggregation RangeAggregation(RangeOperation operation)
    {
        var name = tokens.Take();
        tokens.ExpectSign("(");
        double? parameter = null;
        if (tokens.Current.Kind == LogQlTokenKind.Number || tokens.Current.IsSign("-") || tokens.Current.IsSign("+"))
        {
            var number = Number();
            parameter = operation == RangeOperation.QuantileOverTime
                ? number.Value
                : throw tokens.Error($"parameter {GoNumber.FormatGeneral(number.Value)} not supported for operation {operation.Text()}", number.Span);
            tokens.ExpectSign(",");
        }

        var range = logs.Range();
        tokens.ExpectSign(")");
        if (operation == RangeOperation.QuantileOverTime && parameter is null)
        {
            throw tokens.Error("parameter required for operation quantile_over_time", name.Span);
        }

        if (range.Unwrap is null && !operation.TakesLines())
        {
            throw tokens.Error($"invalid aggregation {operation.Text()} without unwrap", name.Span);
        }

        if (range.Unwrap is not null && !operation.TakesValues())
        {
            throw tokens.Error($"invalid aggregation {operation.Text()} with unwrap", name.Span);
        }

        var place = tokens.Current.Span;
        var grouping = _grouping.TryGrouping();
        if (grouping is not null && !operation.TakesGrouping())
        {
            throw tokens.Error($"grouping not allowed for {operation.Text()} aggregation", place);
        }

        return new LogQlRangeAggregation(Since(name), operation, range, parameter, grouping);
    }

    private AggregateExpression Aggregate(AggregateOperator aggregate)
    {
        var name = tokens.Take();
        var grouping = _grouping.TryGrouping();
        tokens.ExpectSign("(");
        var parameter = aggregate is AggregateOperator.TopK or AggregateOperator.BottomK ? Count(name) : NoParameter(name);
        var operand = Vector();
        tokens.ExpectSign(")");
        grouping ??= _grouping.TryGrouping();
        return new AggregateExpression(Since(name), aggregate, operand, parameter, grouping?.IsWithout ?? false, grouping?.Labels ?? []);
    }

    private LogQlApproximateTopK ApproximateTopK()
    {
        var name = tokens.Take();
        if (tokens.Current.IsWord("by") || tokens.Current.IsWord("without"))
        {
            throw tokens.Error("grouping not allowed for approx_topk aggregation");
        }

        tokens.ExpectSign("(");
        var parameter = Count(name);
        var operand = Vector();
        tokens.ExpectSign(")");
        if (tokens.Current.IsWord("by") || tokens.Current.IsWord("without"))
        {
            throw tokens.Error("grouping not allowed for approx_topk aggregation");
        }

        var span = Since(name);
        return new LogQlApproximateTopK(span, new AggregateExpression(span, AggregateOperator.TopK, operand, parameter, false, []));
    }

    /// <summary>How many series <c>topk</c> and its like keep.</summary>
    private NumberLiteral Count(LogQlToken name)
    {
        if (tokens.Current.Kind != LogQlTokenKind.Number && !tokens.Current.IsSign("-") && !tokens.Current.IsSign("+"))
        {
            throw tokens.Error($"parameter required for operation {name.Text}");
        }

        var number = Number();
        if (number.Value != Math.Truncate(number.Value) || Math.Abs(number.Value) > int.MaxValue)
        {
            throw tokens.Error($"invalid parameter {name.Text}({GoNumber.FormatGeneral(number.Value)},", number.Span);
        }

        if (number.Value < 1)
        {
            throw tokens.Error($"invalid parameter (must be greater than 0) {name.Text}({number.Value.ToString(CultureInfo.InvariantCulture)}", number.Span);
        }

        tokens.ExpectSign(",");
        return number;
    }

    private NumberLiteral? NoParameter(LogQlToken name) => tokens.Current.Kind == LogQlTokenKind.Number && tokens.Next.IsSign(",")
        ? throw tokens.Error($"unsupported parameter for operation {name.Text}({tokens.Current.Text},")
        : null;

    private CallExpression LabelReplace(LogQlToken name)
    {
        tokens.Take();
        tokens.ExpectSign("(");
        var arguments = new List<Expression> { Vector() };
        for (var i = 0; i < 4; i++)
        {
            tokens.ExpectSign(",");
            var text = tokens.Expect(LogQlTokenKind.String);
            arguments.Add(new StringLiteral(text.Span, text.Text));
        }

        tokens.ExpectSign(")");
        var (destination, expression) = ((StringLiteral)arguments[1], (StringLiteral)arguments[4]);
        if (!LabelNames.IsPlainLabel(destination.Value))
        {
            throw tokens.Error($"invalid destination label name {QuotedText.Quote(destination.Value)} in label_replace", destination.Span);
        }

        return Re2Pattern.TryParse(expression.Value, whole: true, out _, out var problem)
            ? Call(name, arguments)
            : throw tokens.Error($"invalid regular expression in label_replace: {problem}", expression.Span);
    }

    private CallExpression Call(LogQlToken name, List<Expression> arguments) => new(Since(name), FunctionTable.Find(name.Text)!, arguments);

    private Expression Vector()
    {
        var expression = Binary(0);
        return expression.Type == ExpressionType.InstantVector
            ? expression
            : throw tokens.Error($"a vector is needed here, {expression} is a scalar", expression.Span);
    }

    private NumberLiteral Number()
    {
        var start = tokens.Current;
        var isNegative = tokens.TryTakeSign("-");
        if (!isNegative)
        {
            tokens.TryTakeSign("+");
        }

        var token = tokens.Expect(LogQlTokenKind.Number);
        return GoNumber.TryParse(token.Text, out var number)
            ? new NumberLiteral(SourceSpan.Cover(start.Span, token.Span), isNegative ? -number : number)
            : throw tokens.Error($"{QuotedText.Quote(token.Text)} is no number", token.Span);
    }

    private SourceSpan Since(LogQlToken start) => SourceSpan.Cover(start.Span, tokens.Previous.Span);
}
