using Clew.Query.Language;
using Clew.Query.PromQL.Functions;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Parsing;

/// <summary>Whether the parts of an expression fit together.</summary>
internal sealed class TypeCheck(TokenReader tokens)
{
    /// <summary>Functions that take <c>anchored</c> ranges; <c>smoothed</c> ones go with the first three alone.</summary>
    private static readonly string[] TakesSmoothed = ["delta", "increase", "rate"];

    private static readonly string[] TakesAnchored = ["changes", "delta", "increase", "rate", "resets"];

    public BinaryExpression Binary(BinaryOperator binary, Expression left, Expression right, MatchingModifiers modifiers, SourceSpan operatorSpan)
    {
        foreach (var side in (Expression[])[left, right])
        {
            if (side.Type is not (ExpressionType.Scalar or ExpressionType.InstantVector))
            {
                throw tokens.Error($"a binary expression must contain only scalars and instant vectors, not a {side.Type.Words()}", side.Span);
            }
        }

        var scalars = left.Type == ExpressionType.Scalar && right.Type == ExpressionType.Scalar;
        var vectors = left.Type == ExpressionType.InstantVector && right.Type == ExpressionType.InstantVector;
        if (scalars && binary.IsComparison() && !modifiers.ReturnsBool)
        {
            throw tokens.Error("comparisons between scalars must use the bool modifier", operatorSpan);
        }

        if (!vectors && binary.IsSet())
        {
            throw tokens.Error($"the set operator \"{binary.Text()}\" is only allowed between instant vectors", operatorSpan);
        }

        if (!vectors && (modifiers.IsExplicit || modifiers.Matching.Cardinality is MatchCardinality.ManyToOne or MatchCardinality.OneToMany))
        {
            throw tokens.Error("vector matching is only allowed between instant vectors", operatorSpan);
        }

        if (!vectors && (modifiers.Matching.FillLeft ?? modifiers.Matching.FillRight) is not null)
        {
            throw tokens.Error("filling is only allowed between instant vectors", operatorSpan);
        }

        return new BinaryExpression(SourceSpan.Cover(left.Span, right.Span), binary, left, right, modifiers.ReturnsBool, vectors ? modifiers.Matching : null);
    }

    public void Call(FunctionSignature function, List<Expression> arguments, SourceSpan span)
    {
        if (arguments.Count < function.MinArguments || arguments.Count > function.MaxArguments)
        {
            var expected = function.MinArguments == function.MaxArguments ? $"{function.MinArguments}"
                : arguments.Count < function.MinArguments ? $"at least {function.MinArguments}" : $"at most {function.MaxArguments}";
            throw tokens.Error($"expected {expected} argument(s) in call to {QuotedText.Quote(function.Name)}, got {arguments.Count}", span);
        }

        for (var i = 0; i < arguments.Count; i++)
        {
            Require(arguments[i], function.ParameterAt(i), $"call to function {QuotedText.Quote(function.Name)}");
            if (arguments[i].Unwrapped() is MatrixSelector { Selector.Modifiers.Edges: not EdgeMode.Plain } matrix)
            {
                var smoothed = matrix.Selector.Modifiers.Edges == EdgeMode.Smoothed;
                var taken = smoothed ? TakesSmoothed : TakesAnchored;
                if (!taken.Contains(function.Name))
                {
                    throw tokens.Error($"{(smoothed ? "smoothed" : "anchored")} modifier can only be used with: {string.Join(", ", taken)} - not with {function.Name}", span);
                }
            }
        }

        if (function.Name == "info" && arguments.Count > 1 && arguments[1] is not VectorSelector { Name: null })
        {
            throw tokens.Error("expected label selectors only", arguments[1].Span);
        }
    }

    /// <summary>Refuses selectors that every series could fulfil. What <c>info</c> is told to look for is not one of them.</summary>
    public void Selectors(Expression expression)
    {
        if (expression is VectorSelector selector && selector.Matchers.All(matcher => matcher.MatchesEmpty))
        {
            throw tokens.Error("vector selector must contain at least one non-empty matcher", selector.Span);
        }

        var isInfo = expression is CallExpression { Function.Name: "info" };
        foreach (var child in isInfo ? expression.Children.Take(1) : expression.Children)
        {
            Selectors(child);
        }
    }

    public (Expression Operand, Expression? Parameter) Aggregate(AggregateOperator aggregate, List<Expression> arguments, SourceSpan span)
    {
        var desired = aggregate.Parameter() is null ? 1 : 2;
        if (arguments.Count != desired)
        {
            throw tokens.Error(
                arguments.Count == 0
                    ? "no arguments for aggregate expression provided"
                    : $"wrong number of arguments for aggregate expression provided, expected {desired}, got {arguments.Count}",
                span);
        }

        var where = $"aggregation expression {QuotedText.Quote(aggregate.Text())}";
        if (aggregate.Parameter() is { } type)
        {
            Require(arguments[0], type, $"parameter of {where}");
        }

        Require(arguments[^1], ExpressionType.InstantVector, where);
        return (arguments[^1], desired == 2 ? arguments[0] : null);
    }

    private void Require(Expression expression, ExpressionType type, string where)
    {
        if (expression.Type != type)
        {
            throw tokens.Error($"expected type {type.Words()} in {where}, got {expression.Type.Words()}", expression.Span);
        }
    }
}
