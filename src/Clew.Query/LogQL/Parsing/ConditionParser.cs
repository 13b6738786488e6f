using Clew.Query.Language;
using Clew.Query.LogQL.Matching;
using Clew.Query.LogQL.Syntax;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.LogQL.Parsing;

/// <summary>Label filters: comparisons with <c>and</c>, <c>or</c>, commas, spaces and parentheses.</summary>
internal sealed class ConditionParser(LogQlTokenReader tokens)
{
    /// <summary>All conditions that follow each other. They bind alike, from left to right.</summary>
    public LabelCondition Conditions()
    {
        using var depth = tokens.Deeper();
        var left = Primary();
        for (var chained = 1; ; chained++)
        {
            if (chained > LogQlLimits.Conditions)
            {
                throw tokens.Error($"a label filter has more than {LogQlLimits.Conditions} conditions");
            }

            bool isOr;
            if (tokens.TryTakeWord("or"))
            {
                isOr = true;
            }
            else if (tokens.TryTakeWord("and") || tokens.TryTakeSign(",") || StandsBesideAnother())
            {
                isOr = false;
            }
            else
            {
                return left;
            }

            var right = Primary();
            left = new CombinedCondition(SourceSpan.Cover(left.Span, right.Span), isOr, left, right);
        }
    }

    public static bool TryMatchKind(LogQlToken token, out MatchKind kind)
    {
        (kind, var found) = token switch
        {
            { Kind: LogQlTokenKind.Sign, Text: "=" } => (MatchKind.Equal, true),
            { Kind: LogQlTokenKind.Sign, Text: "!=" } => (MatchKind.NotEqual, true),
            { Kind: LogQlTokenKind.Sign, Text: "=~" } => (MatchKind.Regex, true),
            { Kind: LogQlTokenKind.Sign, Text: "!~" } => (MatchKind.NotRegex, true),
            _ => (default, false),
        };
        return found;
    }

    public static LabelMatcher Matcher(LogQlTokenReader tokens, LogQlToken label, MatchKind kind, LogQlToken value) =>
        LabelMatcher.TryCreate(label.Text, kind, value.Text, out var matcher, out var problem) ? matcher : throw tokens.Error($"error parsing regexp: {problem}", value.Span);

    /// <summary>Whether the token compares.</summary>
    public static bool IsComparison(LogQlToken token) => TryMatchKind(token, out _) || TryComparison(token, out _);

    private bool StandsBesideAnother() =>
        tokens.Current.IsSign("(") || (tokens.Current.Kind == LogQlTokenKind.Identifier && IsComparison(tokens.Next));

    private LabelCondition Primary()
    {
        if (tokens.TryTakeSign("("))
        {
            var inner = Conditions();
            tokens.ExpectSign(")");
            return inner;
        }

        var label = tokens.Expect(LogQlTokenKind.Identifier);
        var sign = tokens.Current;
        if (!IsComparison(sign))
        {
            throw tokens.Unexpected("=", "==", "!=", "=~", "!~", ">", ">=", "<", "<=");
        }

        tokens.Take();
        var value = tokens.Current;
        var span = SourceSpan.Cover(label.Span, value.Span);
        if (value.IsWord("ip") && tokens.Next.IsSign("("))
        {
            return Address(label, sign);
        }

        if (value.Kind == LogQlTokenKind.String)
        {
            return TryMatchKind(sign, out var kind)
                ? new TextCondition(span, Matcher(tokens, label, kind, tokens.Take()))
                : throw tokens.Unexpected("NUMBER", "DURATION", "BYTES");
        }

        return TryComparison(sign, out var comparison) ? Quantity(label, comparison) : throw tokens.Unexpected("STRING");
    }

    private AddressCondition Address(LogQlToken label, LogQlToken sign)
    {
        if (sign.Text is not ("=" or "!="))
        {
            throw tokens.Error("ip: only = and != compare with ip()", sign.Span);
        }

        var address = AddressText(tokens);
        return new AddressCondition(SourceSpan.Cover(label.Span, tokens.Previous.Span), label.Text, sign.Text == "!=", address);
    }

    /// <summary><c>ip("…")</c>.</summary>
    public static string AddressText(LogQlTokenReader tokens)
    {
        tokens.Take();
        tokens.ExpectSign("(");
        var address = tokens.Expect(LogQlTokenKind.String);
        tokens.ExpectSign(")");
        return LogQlIpMatcher.TryParse(address.Text, out _, out var problem) ? address.Text : throw tokens.Error($"ip: {problem}", address.Span);
    }

    private QuantityCondition Quantity(LogQlToken label, BinaryOperator comparison)
    {
        var isNegative = tokens.TryTakeSign("-");
        var token = tokens.Current;
        var written = isNegative ? "-" + token.Text : token.Text;
        var (kind, value) = token.Kind switch
        {
            LogQlTokenKind.Number when GoNumber.TryParse(token.Text, out var number) => (QuantityKind.Number, number),
            LogQlTokenKind.Duration when LogQlLexer.TryDuration(token.Text, out var nanoseconds) => (QuantityKind.Duration, (double)nanoseconds),
            LogQlTokenKind.Bytes when !isNegative && LogQlBytes.TryParse(token.Text, out var bytes) => (QuantityKind.Bytes, (double)bytes),
            _ => throw tokens.Unexpected("STRING", "NUMBER", "DURATION", "BYTES"),
        };
        tokens.Take();
        return new QuantityCondition(SourceSpan.Cover(label.Span, token.Span), label.Text, comparison, kind, isNegative ? -value : value, written);
    }

    private static bool TryComparison(LogQlToken token, out BinaryOperator comparison)
    {
        (comparison, var found) = token.Kind != LogQlTokenKind.Sign ? (default, false) : token.Text switch
        {
            "=" or "==" => (BinaryOperator.Equal, true),
            "!=" => (BinaryOperator.NotEqual, true),
            ">" => (BinaryOperator.Greater, true),
            ">=" => (BinaryOperator.GreaterOrEqual, true),
            "<" => (BinaryOperator.Less, true),
            "<=" => (BinaryOperator.LessOrEqual, true),
            _ => (default, false),
        };
        return found;
    }
}
