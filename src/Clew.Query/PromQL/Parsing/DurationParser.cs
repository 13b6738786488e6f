using Clew.Query.Language;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Parsing;

/// <summary>Lengths of time: literals, and arithmetic over them where that is switched on.</summary>
internal sealed class DurationParser(TokenReader tokens)
{
    /// <summary>A number or duration as an expression.</summary>
    public static NumberLiteral Number(Token token)
    {
        if (token.Kind == TokenKind.Duration && PrometheusDuration.TryParse(token.Text, out var milliseconds))
        {
            return new NumberLiteral(token.Span, milliseconds / 1_000.0, isDuration: true);
        }

        // As in Go, whole numbers may be octal.
        if (token.Text.Length > 1 && token.Text[0] == '0' && token.Text.AsSpan().IndexOfAnyExceptInRange('0', '7') < 0)
        {
            return new NumberLiteral(token.Span, token.Text.Aggregate(0.0, (value, digit) => (value * 8) + (digit - '0')));
        }

        return new NumberLiteral(token.Span, GoNumber.TryParse(token.Text, out var number) ? number : double.NaN);
    }

    /// <summary>A length in brackets: any arithmetic, and more than nothing where that is known already.</summary>
    public Duration InBrackets()
    {
        var duration = Sum();
        return duration is DurationLiteral { Value: <= 0 } ? throw tokens.Error("duration must be greater than 0", duration.Span) : Alone(duration);
    }

    /// <summary>A length behind <c>offset</c>: one literal, call or parenthesis with signs before it; operators behind it belong to the expression.</summary>
    public Duration Offset() => Alone(Signed());

    private static Duration Alone(Duration duration) => duration is DurationLiteral literal ? literal.Alone() : duration;

    private Duration Sum()
    {
        using var depth = tokens.Deeper();
        var left = Product();
        while (tokens.Current is { Kind: TokenKind.Operator, Text: "+" or "-" })
        {
            left = Arithmetic(left, Product);
        }

        return left;
    }

    private Duration Product()
    {
        var left = Signed(power: true);
        while (tokens.Current is { Kind: TokenKind.Operator, Text: "*" or "/" or "%" })
        {
            left = Arithmetic(left, () => Signed(power: true));
        }

        return left;
    }

    private Duration Signed(bool power = false)
    {
        using var depth = tokens.Deeper();
        if (tokens.Current is { Kind: TokenKind.Operator, Text: "+" or "-" })
        {
            var sign = tokens.Take();
            var inner = Signed(power);
            var span = SourceSpan.Cover(sign.Span, inner.Span);
            return inner is DurationLiteral literal
                ? new DurationLiteral(span, sign.Text == "-" ? -literal.Value : literal.Value, literal.IsNumber)
                : new DurationSign(span, sign.Text == "-", inner);
        }

        var left = Primary();
        return power && tokens.Current.IsOperator("^") ? Arithmetic(left, () => Signed(power: true)) : left;
    }

    private DurationArithmetic Arithmetic(Duration left, Func<Duration> operand)
    {
        var token = tokens.Current;
        tokens.RequireExperimental(token.Span, "arithmetic over durations");
        tokens.TryPeekOperator(out var binary);
        tokens.Take();
        var right = operand();
        return new DurationArithmetic(SourceSpan.Cover(left.Span, right.Span), binary, left, right);
    }

    private Duration Primary()
    {
        var token = tokens.Current;
        if (token.Kind is TokenKind.Number or TokenKind.Duration)
        {
            tokens.Take();
            var number = Number(token);
            return double.IsFinite(number.Value) && Math.Abs(number.Value) < long.MaxValue / 1_000_000_000.0
                ? new DurationLiteral(token.Span, number.Value, !number.IsDuration)
                : throw tokens.Error("duration out of range", token.Span);
        }

        if (token.Kind == TokenKind.OpenParenthesis)
        {
            tokens.RequireExperimental(token.Span, "arithmetic over durations");
            tokens.Take();
            var inner = Sum();
            var close = tokens.Expect(TokenKind.CloseParenthesis, ")");
            return new DurationInParentheses(SourceSpan.Cover(token.Span, close.Span), inner);
        }

        if (tokens.Next.Kind == TokenKind.OpenParenthesis && (token.IsWord("step") || token.IsWord("range") || token.IsWord("min_of") || token.IsWord("max_of")))
        {
            tokens.RequireExperimental(token.Span, "arithmetic over durations");
            tokens.Take();
            tokens.Take();
            return token.IsWord("step") || token.IsWord("range")
                ? new DurationOfQuery(SourceSpan.Cover(token.Span, tokens.Expect(TokenKind.CloseParenthesis, ")").Span), token.IsWord("step"))
                : Extreme(token);
        }

        throw tokens.Unexpected("expected a duration");
    }

    private DurationExtreme Extreme(Token name)
    {
        var left = Sum();
        tokens.Expect(TokenKind.Comma, ",");
        var right = Sum();
        var close = tokens.Expect(TokenKind.CloseParenthesis, ")");
        return new DurationExtreme(SourceSpan.Cover(name.Span, close.Span), name.IsWord("min_of"), left, right);
    }
}
