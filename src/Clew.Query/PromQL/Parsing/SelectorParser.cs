using Clew.Query.Language;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Parsing;

/// <summary>Selectors, their brackets and their modifiers.</summary>
internal sealed class SelectorParser(TokenReader tokens, DurationParser durations)
{
    /// <summary>A selector whose name, if it has one before the braces, was taken already.</summary>
    public VectorSelector Parse(Token? name)
    {
        var metric = name?.Text;
        var span = name?.Span ?? tokens.Current.Span;
        var matchers = new List<LabelMatcher>();
        if (tokens.Current.Kind == TokenKind.OpenBrace)
        {
            tokens.Take();
            while (tokens.Current.Kind != TokenKind.CloseBrace)
            {
                Matcher(matchers, ref metric, name is not null);
                if (!tokens.TryTake(TokenKind.Comma) && tokens.Current.Kind != TokenKind.CloseBrace)
                {
                    throw tokens.Unexpected("expected \",\" or \"}\"");
                }
            }

            span = SourceSpan.Cover(span, tokens.Take().Span);
        }

        if (metric is not null)
        {
            if (name is not null && matchers.Exists(matcher => matcher is { Name: LabelNames.MetricName }))
            {
                throw tokens.Error($"metric name must not be set twice: {QuotedText.Quote(metric)} or {QuotedText.Quote(matchers.Find(matcher => matcher.Name == LabelNames.MetricName)!.Value)}", span);
            }

            matchers.Add(LabelMatcher.Equal(LabelNames.MetricName, metric));
        }

        return new VectorSelector(span, metric, matchers, TimeModifiers.None);
    }

    /// <summary><c>[range]</c> or <c>[range:step]</c> behind an expression.</summary>
    public Expression Brackets(Expression expression)
    {
        tokens.Take();
        var range = durations.InBrackets();
        if (tokens.TryTake(TokenKind.Colon))
        {
            var step = tokens.Current.Kind == TokenKind.CloseBracket ? null : durations.InBrackets();
            var end = tokens.Expect(TokenKind.CloseBracket, "]");
            var subquerySpan = SourceSpan.Cover(expression.Span, end.Span);
            return expression.Type == ExpressionType.InstantVector
                ? new SubqueryExpression(subquerySpan, expression, range, step, TimeModifiers.None)
                : throw tokens.Error($"subquery is only allowed on an instant vector, not on a {expression.Type.Words()}", subquerySpan);
        }

        var close = tokens.Expect(TokenKind.CloseBracket, "]");
        var span = SourceSpan.Cover(expression.Span, close.Span);
        if (expression is not VectorSelector selector)
        {
            throw tokens.Error("ranges are only allowed for vector selectors", span);
        }

        return selector.Modifiers == TimeModifiers.None
            ? new MatrixSelector(span, selector, range)
            : throw tokens.Error("no modifiers are allowed before a range; write them behind it", span);
    }

    /// <summary>One modifier behind an expression.</summary>
    public Expression Modifier(Expression expression)
    {
        var modifiers = expression switch
        {
            VectorSelector vector => vector.Modifiers,
            MatrixSelector matrix => matrix.Selector.Modifiers,
            SubqueryExpression subquery => subquery.Modifiers,
            _ => throw tokens.Error($"the modifier \"{tokens.Current.Text}\" must stand behind a selector or a subquery"),
        };
        var token = tokens.Take();
        modifiers = token.Kind == TokenKind.At ? At(modifiers) : token.Text.ToLowerInvariant() switch
        {
            "offset" => Offset(modifiers, token),
            var edges => Edges(modifiers, token, edges == "anchored" ? EdgeMode.Anchored : EdgeMode.Smoothed, expression),
        };
        var span = SourceSpan.Cover(expression.Span, tokens.Previous.Span);
        return expression switch
        {
            VectorSelector vector => new VectorSelector(span, vector.Name, vector.Matchers, modifiers),
            MatrixSelector matrix => new MatrixSelector(span, new VectorSelector(matrix.Selector.Span, matrix.Selector.Name, matrix.Selector.Matchers, modifiers), matrix.Range),
            _ => new SubqueryExpression(span, ((SubqueryExpression)expression).Inner, ((SubqueryExpression)expression).Range, ((SubqueryExpression)expression).Step, modifiers),
        };
    }

    private void Matcher(List<LabelMatcher> matchers, ref string? metric, bool hasName)
    {
        var label = tokens.Current;
        if (label.Kind is not (TokenKind.Identifier or TokenKind.String))
        {
            throw tokens.Unexpected("expected a label name or \"}\"");
        }

        tokens.Take();
        MatchKind? kind = tokens.Current switch
        {
            { Kind: TokenKind.Assign } => MatchKind.Equal,
            { Kind: TokenKind.Operator, Text: "!=" } => MatchKind.NotEqual,
            { Kind: TokenKind.MatchRegex } => MatchKind.Regex,
            { Kind: TokenKind.MatchNotRegex } => MatchKind.NotRegex,
            _ => null,
        };
        if (kind is null)
        {
            if (label.Kind != TokenKind.String)
            {
                throw tokens.Unexpected("expected one of \"=\", \"!=\", \"=~\", \"!~\"");
            }

            if (hasName || metric is not null)
            {
                throw tokens.Error($"metric name must not be set twice: {QuotedText.Quote(metric ?? string.Empty)} or {QuotedText.Quote(label.Text)}", label.Span);
            }

            metric = LabelNames.IsValid(label.Text) ? label.Text : throw tokens.Error($"invalid metric name {QuotedText.Quote(label.Text)}", label.Span);
            return;
        }

        if (!LabelNames.IsValid(label.Text))
        {
            throw tokens.Error($"invalid label name {QuotedText.Quote(label.Text)}", label.Span);
        }

        tokens.Take();
        var value = tokens.Current.Kind == TokenKind.String ? tokens.Take() : throw tokens.Unexpected("expected a string");
        if (!LabelMatcher.TryCreate(label.Text, kind.Value, value.Text, out var matcher, out var problem))
        {
            throw tokens.Error(problem, value.Span);
        }

        matchers.Add(matcher);
    }

    private TimeModifiers Offset(TimeModifiers modifiers, Token token) => modifiers.Offset is null
        ? modifiers with { Offset = durations.Offset() }
        : throw tokens.Error("offset may not be set multiple times", token.Span);

    private TimeModifiers Edges(TimeModifiers modifiers, Token token, EdgeMode edges, Expression expression)
    {
        tokens.RequireExperimental(token.Span, $"the modifier {token.Text}");
        return expression is SubqueryExpression || (edges == EdgeMode.Anchored && expression is not MatrixSelector)
            ? throw tokens.Error($"the modifier \"{token.Text}\" must stand behind a {(edges == EdgeMode.Anchored ? "range vector selector" : "selector")}", token.Span)
            : modifiers.Edges == EdgeMode.Plain
                ? modifiers with { Edges = edges }
                : throw tokens.Error("anchored and smoothed may be set only once, and not together", token.Span);
    }

    private TimeModifiers At(TimeModifiers modifiers)
    {
        if (modifiers.At != AtAnchor.None)
        {
            throw tokens.Error("@ may not be set multiple times", tokens.Previous.Span);
        }

        var token = tokens.Current;
        if ((token.IsWord("start") || token.IsWord("end")) && tokens.Next.Kind == TokenKind.OpenParenthesis)
        {
            tokens.Take();
            tokens.Take();
            tokens.Expect(TokenKind.CloseParenthesis, ")");
            return modifiers with { At = token.IsWord("start") ? AtAnchor.Start : AtAnchor.End };
        }

        var sign = 1.0;
        while (tokens.Current is { Kind: TokenKind.Operator, Text: "+" or "-" })
        {
            sign *= tokens.Take().Text == "-" ? -1 : 1;
        }

        var number = tokens.Current.Kind is TokenKind.Number or TokenKind.Duration ? DurationParser.Number(tokens.Take()).Value
            : tokens.Current.Kind == TokenKind.Identifier && GoNumber.TryParse(tokens.Current.Text, out var special) ? Special(special)
            : throw tokens.Unexpected("expected a timestamp, start() or end()");
        var milliseconds = sign * number * 1_000;
        return double.IsFinite(milliseconds) && Math.Abs(milliseconds) < long.MaxValue / 2.0
            ? modifiers with { At = AtAnchor.Time, AtMilliseconds = (long)Math.Round(milliseconds) }
            : throw tokens.Error("timestamp out of bounds for @ modifier", tokens.Previous.Span);
    }

    private double Special(double number)
    {
        tokens.Take();
        return number;
    }
}
