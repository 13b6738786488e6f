using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Clew.Server.Api.Contracts;
using Clew.Server.Api.Parameters;
using Clew.Telemetry;

namespace Clew.Server.Sampling;

/// <summary>What the paths of a condition are about.</summary>
internal enum OttlScope
{
    Span,
    SpanEvent,
}

/// <summary>
/// The part of OTTL that conditions of the sampling processor use: comparisons of a path with a literal, <c>IsMatch</c>, <c>IsRootSpan</c>,
/// <c>and</c>, <c>or</c>, <c>not</c>, parentheses. docs/sampling.md lists the paths.
/// </summary>
/// <remarks>
/// <code>
/// or      = and { "or" and }
/// and     = not { "and" not }
/// not     = "not" not | "(" or ")" | "true" | "false" | call | path op literal | literal op path
/// call    = IsMatch "(" path "," string ")" | IsRootSpan "(" ")"
/// op      = "==" | "!=" | "&lt;" | "&lt;=" | "&gt;" | "&gt;="
/// </code>
/// </remarks>
internal sealed class OttlCondition
{
    /// <summary>Parentheses and nots within each other; deeper ones are refused, because reading is recursive.</summary>
    private const int MaxDepth = 32;

    private static readonly FrozenDictionary<string, long> Constants = new Dictionary<string, long>(StringComparer.Ordinal)
    {
        ["SPAN_KIND_UNSPECIFIED"] = 0,
        ["SPAN_KIND_INTERNAL"] = 1,
        ["SPAN_KIND_SERVER"] = 2,
        ["SPAN_KIND_CLIENT"] = 3,
        ["SPAN_KIND_PRODUCER"] = 4,
        ["SPAN_KIND_CONSUMER"] = 5,
        ["STATUS_CODE_UNSET"] = 0,
        ["STATUS_CODE_OK"] = 1,
        ["STATUS_CODE_ERROR"] = 2,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly List<OttlToken> _tokens;
    private readonly OttlScope _scope;
    private int _next;
    private int _depth;
    private int _comparisons;

    private OttlCondition(List<OttlToken> tokens, OttlScope scope)
    {
        _tokens = tokens;
        _scope = scope;
    }

    /// <param name="problem">A sentence with the place, when it is none.</param>
    /// <param name="comparisons">How many comparisons it makes.</param>
    public static bool TryParse(string text, OttlScope scope, [NotNullWhen(true)] out Predicate? condition, out string problem, out int comparisons)
    {
        condition = null;
        problem = string.Empty;
        comparisons = 0;
        try
        {
            var parser = new OttlCondition(OttlToken.Split(text), scope);
            condition = parser.Or();
            parser.End();
            comparisons = parser._comparisons;
            return true;
        }
        catch (FormatException e)
        {
            condition = null;
            problem = $"\"{text}\": {e.Message}";
            return false;
        }
    }

    /// <summary>The pattern occurs somewhere in the value, as the collector's matching is not anchored.</summary>
    public static Predicate Finds(Field field, string pattern) =>
        Predicate.Compare(field, ComparisonOperator.Matches, Literal.String($"(?s:.*)(?:{pattern})(?s:.*)"));

    private Predicate Or()
    {
        var terms = new List<Predicate> { And() };
        while (TakeWord("or"))
        {
            terms.Add(And());
        }

        return terms.Count == 1 ? terms[0] : new AnyPredicate(terms);
    }

    private Predicate And()
    {
        var first = _comparisons;
        var terms = new List<Predicate> { Not() };
        while (TakeWord("and"))
        {
            terms.Add(Not());
        }

        if (terms.Count > 1 && _scope == OttlScope.SpanEvent && _comparisons - first > 1)
        {
            throw new FormatException("several comparisons of one event cannot be joined by 'and' here; use a condition of the span");
        }

        return terms.Count == 1 ? terms[0] : new AllPredicate(terms);
    }

    private Predicate Not()
    {
        if (++_depth > MaxDepth)
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"at most {MaxDepth} parentheses and nots within each other"));
        }

        try
        {
            if (TakeWord("not"))
            {
                return new NotPredicate(Not());
            }

            if (Take(OttlTokenKind.Sign, "("))
            {
                var inner = Or();
                Expect(")");
                return inner;
            }

            return Comparison();
        }
        finally
        {
            _depth--;
        }
    }

    private Predicate Comparison()
    {
        _comparisons++;
        if (IsConstant("true") || IsConstant("false"))
        {
            return Next().Text == "true" ? new AllPredicate([]) : new AnyPredicate([]);
        }

        if (TakeWord("IsMatch"))
        {
            Expect("(");
            var target = Path();
            Expect(",");
            var pattern = Next();
            if (pattern.Kind != OttlTokenKind.Text || !RegularExpressions.IsSound(pattern.Text))
            {
                throw pattern.Unexpected("a regular expression (RE2) in quotes");
            }

            Expect(")");
            return target.Finds(pattern.Text);
        }

        if (TakeWord("IsRootSpan"))
        {
            Expect("(");
            Expect(")");
            return Predicate.Equal(Field.Intrinsic(Intrinsics.ParentSpanId), Literal.String("0"));
        }

        if (Peek().Kind is OttlTokenKind.Text or OttlTokenKind.Number || IsConstant("nil") || Constants.ContainsKey(Peek().Text))
        {
            var literal = Value();
            var op = Mirror(Operator());
            return Path().Compare(op, literal);
        }

        var path = Path();
        return path.Compare(Operator(), Value());
    }

    private OttlPath Path()
    {
        var first = Next();
        if (first.Kind != OttlTokenKind.Word)
        {
            throw first.Unexpected("a path such as attributes[\"key\"], name or status.code");
        }

        var text = first.Text;
        if (text is "end_time_unix_nano" or "end_time" && Take(OttlTokenKind.Sign, "-"))
        {
            var start = Next();
            return start.Text is "start_time_unix_nano" or "start_time" ? OttlPath.Duration : throw start.Unexpected("start_time_unix_nano");
        }

        var key = string.Empty;
        if (Take(OttlTokenKind.Sign, "["))
        {
            var name = Next();
            key = name.Kind == OttlTokenKind.Text ? name.Text : throw name.Unexpected("a key in quotes");
            Expect("]");
            text += "[]";
        }

        return OttlPath.Find(text, key, _scope) ?? throw first.Unexpected($"a path that is known here: {OttlPath.Known(_scope)}");
    }

    private ComparisonOperator Operator()
    {
        var sign = Next();
        return sign.Text switch
        {
            "==" => ComparisonOperator.Equal,
            "!=" => ComparisonOperator.NotEqual,
            "<" => ComparisonOperator.Less,
            "<=" => ComparisonOperator.LessOrEqual,
            ">" => ComparisonOperator.Greater,
            ">=" => ComparisonOperator.GreaterOrEqual,
            _ => throw sign.Unexpected("==, !=, <, <=, > or >="),
        };
    }

    private static ComparisonOperator Mirror(ComparisonOperator op) => op switch
    {
        ComparisonOperator.Less => ComparisonOperator.Greater,
        ComparisonOperator.LessOrEqual => ComparisonOperator.GreaterOrEqual,
        ComparisonOperator.Greater => ComparisonOperator.Less,
        ComparisonOperator.GreaterOrEqual => ComparisonOperator.LessOrEqual,
        _ => op,
    };

    /// <returns>Null for <c>nil</c>.</returns>
    private Literal? Value()
    {
        var token = Next();
        switch (token.Kind)
        {
            case OttlTokenKind.Text:
                return Literal.String(token.Text);
            case OttlTokenKind.Number:
                return new Literal(LiteralType.Number, token.Text);
            case OttlTokenKind.Word when token.Text is "true" or "false":
                return Literal.Bool(token.Text == "true");
            case OttlTokenKind.Word when token.Text == "nil":
                return null;
            case OttlTokenKind.Word when Constants.TryGetValue(token.Text, out var constant):
                return Literal.Int(constant);
            case OttlTokenKind.Word when token.Text == "Duration":
                Expect("(");
                var length = Next();
                Expect(")");
                return DurationText.TryParse(length.Text, out var nanoseconds) ? Literal.Int(nanoseconds) : throw length.Unexpected(DurationText.Expected);
            default:
                throw token.Unexpected("a text, a number, true, false, nil or a constant such as STATUS_CODE_ERROR");
        }
    }

    private bool IsConstant(string word) => Peek() is { Kind: OttlTokenKind.Word } token && token.Text == word;

    private bool TakeWord(string word) => Take(OttlTokenKind.Word, word);

    private bool Take(OttlTokenKind kind, string text)
    {
        if (Peek().Kind != kind || Peek().Text != text)
        {
            return false;
        }

        _next++;
        return true;
    }

    private void Expect(string sign)
    {
        var token = Next();
        if (token.Kind != OttlTokenKind.Sign || token.Text != sign)
        {
            throw token.Unexpected($"'{sign}'");
        }
    }

    private void End()
    {
        if (Peek().Kind != OttlTokenKind.End)
        {
            throw Peek().Unexpected("'and', 'or' or the end");
        }
    }

    private OttlToken Peek() => _tokens[_next];

    private OttlToken Next() => _tokens[_next].Kind == OttlTokenKind.End ? _tokens[_next] : _tokens[_next++];
}
