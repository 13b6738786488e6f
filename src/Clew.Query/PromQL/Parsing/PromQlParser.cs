using Clew.Query.Language;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Parsing;

/// <summary>
/// From text to a checked tree (grammar: prometheus.io/docs/prometheus/latest/querying/basics and operators). Descends by precedence; types are checked
/// as nodes are made, so that an error stands where the expression does.
/// </summary>
public sealed class PromQlParser
{
    private readonly TokenReader _tokens;
    private readonly TypeCheck _check;
    private readonly DurationParser _durations;
    private readonly SelectorParser _selectors;
    private readonly CallParser _calls;
    private readonly MatchingParser _matching;

    private PromQlParser(string query, PromQlOptions options)
    {
        _tokens = new TokenReader(query, options);
        _check = new TypeCheck(_tokens);
        _durations = new DurationParser(_tokens);
        _selectors = new SelectorParser(_tokens, _durations);
        _calls = new CallParser(_tokens, _check, () => Binary(0));
        _matching = new MatchingParser(_tokens);
    }

    /// <summary>Parses and checks a query.</summary>
    /// <exception cref="QuerySyntaxException">It does not follow the grammar, or its types do not fit.</exception>
    public static Expression Parse(string query, PromQlOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.Length > QueryBudgetLimits.QueryLength)
        {
            throw new QuerySyntaxException(query, default, $"the query has more than {QueryBudgetLimits.QueryLength} characters");
        }

        var parser = new PromQlParser(query, options ?? new PromQlOptions());
        if (parser._tokens.Current.Kind == TokenKind.End)
        {
            throw parser._tokens.Error("no expression found in input");
        }

        var expression = parser.Binary(0);
        if (parser._tokens.Current.Kind != TokenKind.End)
        {
            throw parser._tokens.Unexpected("expected an operator or the end");
        }

        if (options?.AllowsAllSeries != true)
        {
            parser._check.Selectors(expression);
        }

        return expression;
    }

    /// <summary>Parses the conditions of a selector alone, as <c>match[]</c> parameters hold them.</summary>
    /// <exception cref="QuerySyntaxException">It is not a selector, or has modifiers.</exception>
    public static IReadOnlyList<LabelMatcher> ParseSelector(string selector)
    {
        var expression = Parse(selector);
        return expression is VectorSelector { Modifiers: var modifiers } vector && modifiers == TimeModifiers.None
            ? vector.Matchers
            : throw new QuerySyntaxException(selector, expression.Span, "expected a metric selector without modifiers");
    }

    private Expression Binary(int minimum)
    {
        using var depth = _tokens.Deeper();
        var left = Unary();
        while (_tokens.TryPeekOperator(out var binary) && binary.Precedence() >= minimum)
        {
            var token = _tokens.Take();
            if (binary is BinaryOperator.TrimAbove or BinaryOperator.TrimBelow)
            {
                _tokens.RequireExperimental(token.Span, $"the operator {token.Text}");
            }

            var modifiers = _matching.Parse(binary);
            var right = Binary(binary == BinaryOperator.Power ? binary.Precedence() : binary.Precedence() + 1);
            left = _check.Binary(binary, left, right, modifiers, token.Span);
        }

        return left;
    }

    private Expression Unary()
    {
        if (_tokens.Current is { Kind: TokenKind.Operator, Text: "+" or "-" })
        {
            var sign = _tokens.Take();
            var operand = Binary(BinaryOperator.Power.Precedence());
            var span = SourceSpan.Cover(sign.Span, operand.Span);
            if (operand is NumberLiteral number)
            {
                return new NumberLiteral(span, sign.Text == "-" ? -number.Value : number.Value, number.IsDuration);
            }

            return operand.Type is ExpressionType.Scalar or ExpressionType.InstantVector
                ? new UnaryExpression(span, sign.Text == "-", operand)
                : throw _tokens.Error($"a sign is only allowed before a scalar or an instant vector, not before a {operand.Type.Words()}", span);
        }

        return Postfix(Primary());
    }

    private Expression Primary()
    {
        var token = _tokens.Current;
        switch (token.Kind)
        {
            case TokenKind.Number or TokenKind.Duration:
                _tokens.Take();
                return DurationParser.Number(token);
            case TokenKind.String:
                _tokens.Take();
                return new StringLiteral(token.Span, token.Text);
            case TokenKind.OpenParenthesis:
                _tokens.Take();
                var inner = Binary(0);
                var close = _tokens.Expect(TokenKind.CloseParenthesis, ")");
                return new ParenthesizedExpression(SourceSpan.Cover(token.Span, close.Span), inner);
            case TokenKind.OpenBrace:
                return _selectors.Parse(null);
            case TokenKind.Identifier:
                return Name(token);
            default:
                throw _tokens.Unexpected("expected an expression");
        }
    }

    /// <summary>What a word is shows in what follows it.</summary>
    private Expression Name(Token token)
    {
        var next = _tokens.Next;
        if (AggregateOperators.TryParse(token.Text, out var aggregate) && (next.Kind == TokenKind.OpenParenthesis || next.IsWord("by") || next.IsWord("without")))
        {
            return _calls.Aggregate(aggregate);
        }

        if (next.Kind == TokenKind.OpenParenthesis)
        {
            return _calls.Function();
        }

        if (GoNumber.TryParse(token.Text, out var number))
        {
            _tokens.Take();
            return new NumberLiteral(token.Span, number);
        }

        _tokens.Take();
        return _selectors.Parse(token);
    }

    /// <summary>Ranges, subqueries and time modifiers behind an expression.</summary>
    private Expression Postfix(Expression expression)
    {
        while (true)
        {
            var token = _tokens.Current;
            if (token.Kind == TokenKind.OpenBracket)
            {
                expression = _selectors.Brackets(expression);
            }
            else if (token.Kind == TokenKind.At || token.IsWord("offset") || token.IsWord("anchored") || token.IsWord("smoothed"))
            {
                expression = _selectors.Modifier(expression);
            }
            else
            {
                return expression;
            }
        }
    }
}
