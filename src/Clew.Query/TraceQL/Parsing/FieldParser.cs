using Clew.Query.Language;
using Clew.Telemetry;

namespace Clew.Query.TraceQL;

/// <summary>Reads expressions about one span, loosest operators first.</summary>
internal sealed class FieldParser(TokenReader tokens)
{
    private static readonly Dictionary<string, ComparisonSign> Comparisons = Enum.GetValues<ComparisonSign>().ToDictionary(sign => sign.Text());
    private static readonly Dictionary<string, ArithmeticSign> Sums = Signs(ArithmeticSign.Add, ArithmeticSign.Subtract);
    private static readonly Dictionary<string, ArithmeticSign> Products = Signs(ArithmeticSign.Multiply, ArithmeticSign.Divide, ArithmeticSign.Remainder);

    /// <summary>Words that are values.</summary>
    private static readonly Dictionary<string, TraceValue> Words = new(StringComparer.Ordinal)
    {
        ["true"] = TraceValue.Of(true),
        ["false"] = TraceValue.Of(false),
        ["nil"] = TraceValue.Nil,
        ["minInt"] = TraceValue.Of(long.MinValue),
        ["maxInt"] = TraceValue.Of(long.MaxValue),
        ["unset"] = TraceValue.Of(SpanStatus.Unset),
        ["ok"] = TraceValue.Of(SpanStatus.Ok),
        ["error"] = TraceValue.Of(SpanStatus.Error),
        ["unspecified"] = TraceValue.Of(SpanKind.Unspecified),
        ["internal"] = TraceValue.Of(SpanKind.Internal),
        ["server"] = TraceValue.Of(SpanKind.Server),
        ["client"] = TraceValue.Of(SpanKind.Client),
        ["producer"] = TraceValue.Of(SpanKind.Producer),
        ["consumer"] = TraceValue.Of(SpanKind.Consumer),
    };

    /// <summary>The value of a literal or a word that is one; null for any other token.</summary>
    public static TraceValue? ValueOf(TraceQlToken token) => token.Kind switch
    {
        TraceQlTokenKind.Literal => token.Value,
        TraceQlTokenKind.Word when Words.TryGetValue(token.Text, out var value) => value,
        _ => null,
    };

    /// <summary>Expressions with commas between them, and the closing parenthesis.</summary>
    public List<FieldExpression> ParseList(string what)
    {
        tokens.Expect("(", $"after {what}");
        var fields = new List<FieldExpression> { Parse() };
        while (tokens.TryTake(","))
        {
            fields.Add(Parse());
        }

        tokens.Expect(")", $"or , in {what}()");
        return fields;
    }

    public FieldExpression Parse()
    {
        tokens.Enter();
        var left = And();
        while (tokens.Current.Is("||"))
        {
            tokens.TakeOperator();
            var right = And();
            left = new Logical(isAnd: false, left, right, SourceSpan.Cover(left.Span, right.Span));
        }

        tokens.Leave();
        return left;
    }

    /// <summary>An attribute or intrinsic, and nothing else.</summary>
    public FieldExpression ParseReference()
    {
        var start = tokens.Current.Span;
        return Atom() is var atom and (AttributeReference or IntrinsicReference) ? atom : throw tokens.Problem(tokens.From(start), $"expected an attribute or an intrinsic, not {tokens.From(start)}");
    }

    private FieldExpression And()
    {
        var left = Compare();
        while (tokens.Current.Is("&&"))
        {
            tokens.TakeOperator();
            var right = Compare();
            left = new Logical(isAnd: true, left, right, SourceSpan.Cover(left.Span, right.Span));
        }

        return left;
    }

    private FieldExpression Compare()
    {
        var left = Sum();
        while (tokens.Current.Kind == TraceQlTokenKind.Sign && Comparisons.TryGetValue(tokens.Current.Text, out var sign))
        {
            tokens.TakeOperator();
            var right = Sum();
            left = new Comparison(sign, left, right, SourceSpan.Cover(left.Span, right.Span));
        }

        return left;
    }

    private FieldExpression Sum()
    {
        var left = Product();
        while (tokens.Current.Kind == TraceQlTokenKind.Sign && Sums.TryGetValue(tokens.Current.Text, out var sign))
        {
            tokens.TakeOperator();
            var right = Product();
            left = new Arithmetic(sign, left, right, SourceSpan.Cover(left.Span, right.Span));
        }

        return left;
    }

    private FieldExpression Product()
    {
        var left = Signed();
        while (tokens.Current.Kind == TraceQlTokenKind.Sign && Products.TryGetValue(tokens.Current.Text, out var sign))
        {
            tokens.TakeOperator();
            var right = Signed();
            left = new Arithmetic(sign, left, right, SourceSpan.Cover(left.Span, right.Span));
        }

        return left;
    }

    private FieldExpression Signed()
    {
        var start = tokens.Current.Span;
        if (!tokens.Current.Is("-") && !tokens.Current.Is("!"))
        {
            return Power();
        }

        tokens.Enter();
        var isNot = tokens.TakeOperator().Is("!");
        var operand = Signed();
        tokens.Leave();
        var span = SourceSpan.Cover(start, operand.Span);
        return isNot ? new Not(operand, span)
            : operand is Constant { Value: var value } && value.Type.IsNumber() ? new Constant(Negative.Of(value), span)
            : new Negative(operand, span);
    }

    private FieldExpression Power()
    {
        var left = Atom();
        if (!tokens.Current.Is("^"))
        {
            return left;
        }

        tokens.TakeOperator();
        tokens.Enter();
        var right = Signed();
        tokens.Leave();
        return new Arithmetic(ArithmeticSign.Power, left, right, SourceSpan.Cover(left.Span, right.Span));
    }

    private FieldExpression Atom()
    {
        var token = tokens.Current;
        if (tokens.TryTake("("))
        {
            var inner = Parse();
            tokens.Expect(")", "to close the parenthesis");
            return inner;
        }

        if (ValueOf(token) is { } value)
        {
            tokens.Take();
            return new Constant(value, token.Span);
        }

        switch (token.Kind)
        {
            case TraceQlTokenKind.Attribute:
                tokens.Take();
                return new AttributeReference(token.Scope, token.Text, token.OfParent, token.Span);
            case TraceQlTokenKind.ParentMark:
                tokens.Take();
                return IntrinsicOf(tokens.Current, ofParent: true, token.Span);
            case TraceQlTokenKind.Word or TraceQlTokenKind.ScopedWord:
                return IntrinsicOf(token, ofParent: false, token.Span);
            default:
                throw tokens.Expected("an attribute, an intrinsic or a value");
        }
    }

    private IntrinsicReference IntrinsicOf(TraceQlToken token, bool ofParent, SourceSpan start)
    {
        if (Intrinsic.Find(token.Text) is not { } intrinsic)
        {
            throw token.Kind == TraceQlTokenKind.ScopedWord
                ? tokens.Problem(token.Span, $"there is no intrinsic {token.Text}; there are {string.Join(", ", Intrinsic.All.Select(known => known.ScopedName).Where(name => name.Length > 0))}")
                : tokens.Problem(token.Span, $"unknown name {token.Text}: an attribute has its scope or a point before it (span.{token.Text}, .{token.Text}), a text stands in quotes");
        }

        tokens.Take();
        return new IntrinsicReference(intrinsic, token.Kind == TraceQlTokenKind.ScopedWord, ofParent, SourceSpan.Cover(start, token.Span));
    }

    private static Dictionary<string, ArithmeticSign> Signs(params ArithmeticSign[] signs) => signs.ToDictionary(sign => sign.Text());
}
