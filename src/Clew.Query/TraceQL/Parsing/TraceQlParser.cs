using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary>
/// Reads a query: stages with bars between them, then hints. What stands between the bars is read as one kind of expression, loosest operators first;
/// whether it is about sets of spans, aggregates or metrics its parts tell.
/// </summary>
internal sealed class TraceQlParser
{
    private const string StageWords = "a filter { … }, an aggregate such as count(), by(), coalesce(), select() or a metrics function such as rate()";

    private static readonly Dictionary<string, SpanAggregateFunction> Aggregates = Enum.GetValues<SpanAggregateFunction>().ToDictionary(SpanAggregate.Word);
    private static readonly Dictionary<string, SpanMetricFunction> Functions = Enum.GetValues<SpanMetricFunction>().ToDictionary(SpanMetric.Word);

    private static readonly Dictionary<string, StructuralSign> Structures =
        (from relation in Enum.GetValues<StructuralRelation>() from form in Enum.GetValues<StructuralForm>() select new StructuralSign(relation, form)).ToDictionary(sign => sign.ToString());

    private static readonly Dictionary<string, ComparisonSign> Comparisons =
        Enum.GetValues<ComparisonSign>().Where(sign => !sign.IsPattern()).ToDictionary(sign => sign.Text());

    private static readonly Dictionary<string, ArithmeticSign> Computations = Enum.GetValues<ArithmeticSign>().ToDictionary(sign => sign.Text());

    private readonly TokenReader _tokens;
    private readonly FieldParser _fields;

    /// <exception cref="QuerySyntaxException">Something in it is no token.</exception>
    public TraceQlParser(string query)
    {
        _tokens = new TokenReader(query);
        _fields = new FieldParser(_tokens);
    }

    public TraceQlQuery ParseQuery()
    {
        var start = _tokens.Current.Span;
        var read = ParseStages();
        if (read.Scalar is { } scalar)
        {
            throw _tokens.Expected($"a comparison after the aggregate, as in {scalar} > 1");
        }

        if (read.Metrics is MetricsConstant)
        {
            throw _tokens.Expected(StageWords);
        }

        var hints = _tokens.Current.IsWord("with") ? ParseHints() : Hints.None;
        if (_tokens.Current.Kind != TraceQlTokenKind.End)
        {
            throw _tokens.Expected("|, an operator or the end of the query");
        }

        var span = _tokens.From(start);
        return new TraceQlQuery(read.Metrics is null ? new Pipeline(read.Stages, span) : null, read.Metrics, hints, span);
    }

    /// <summary>Stages with bars between them, up to a closing parenthesis or the end.</summary>
    private StagesRead ParseStages()
    {
        _tokens.Enter();
        var start = _tokens.Current.Span;
        var stages = new List<PipelineStage>();
        MetricsExpression? metrics = null;
        ScalarExpression? scalar = null;
        do
        {
            if (scalar is not null)
            {
                throw _tokens.Problem(scalar.Span, $"{scalar} must be compared with something before the next stage, as in {scalar} > 1");
            }

            if (metrics is not null)
            {
                metrics = ParseTopK(metrics);
                continue;
            }

            switch (ParseStage(stages, start))
            {
                case PipelineStage stage:
                    stages.Add(stage);
                    break;
                case ScalarExpression value:
                    scalar = value;
                    break;
                case MetricsExpression made when stages.Count == 0 || made.Span.Start == start.Start:
                    metrics = ParseThresholds(made);
                    break;
                case var other:
                    throw _tokens.Problem(other.Span, "a metrics query in parentheses stands at the beginning");
            }
        }
        while (_tokens.TryTake("|"));

        _tokens.Leave();
        return new StagesRead(stages, scalar, metrics);
    }

    private TraceQlNode ParseStage(List<PipelineStage> before, SourceSpan start)
    {
        var token = _tokens.Current;
        if (token.Kind != TraceQlTokenKind.Word || Aggregates.ContainsKey(token.Text) || FieldParser.ValueOf(token) is not null)
        {
            return ParseExpression(1);
        }

        if (Functions.TryGetValue(token.Text, out var function))
        {
            _tokens.Take();
            return ParseMetric(function, SpansBefore(before, token, start), start);
        }

        switch (token.Text)
        {
            case "by":
                _tokens.Take();
                return new GroupBy(_fields.ParseList("by"), _tokens.From(token.Span));
            case "select" when before.Count > 0:
                _tokens.Take();
                return new SelectFields(ParseReferences("select"), _tokens.From(token.Span));
            case "coalesce" when before.Count > 0:
                _tokens.Take();
                _tokens.Expect("(", "after coalesce");
                _tokens.Expect(")", "after coalesce(");
                return new Coalesce(_tokens.From(token.Span));
            case "compare":
                _tokens.Take();
                return ParseCompare(SpansBefore(before, token, start), start);
            default:
                throw _tokens.Expected(StageWords);
        }
    }

    private Pipeline SpansBefore(List<PipelineStage> before, TraceQlToken function, SourceSpan start) => before.Count > 0
        ? new Pipeline([.. before], _tokens.From(start))
        : throw _tokens.Problem(function.Span, $"{function.Text}() needs spans before it, as in {{ }} | {function.Text}()");

    private SpanMetric ParseMetric(SpanMetricFunction function, Pipeline spans, SourceSpan start)
    {
        var word = SpanMetric.Word(function);
        _tokens.Expect("(", $"after {word}");
        FieldExpression? of = null;
        var quantiles = new List<double>();
        if (function is not (SpanMetricFunction.Rate or SpanMetricFunction.CountOverTime))
        {
            of = _fields.Parse();
        }

        if (function == SpanMetricFunction.QuantileOverTime)
        {
            _tokens.Expect(",", $"and a quantile from 0 to 1 in {word}()");
            do
            {
                quantiles.Add(ParseNumber("a quantile from 0 to 1"));
            }
            while (_tokens.TryTake(","));
        }

        _tokens.Expect(")", $"to close {word}(");
        IReadOnlyList<FieldExpression> by = [];
        if (_tokens.Current.IsWord("by"))
        {
            _tokens.Take();
            by = _fields.ParseList("by");
        }

        return new SpanMetric(function, spans, of, quantiles, by, _tokens.From(start));
    }

    private CompareMetric ParseCompare(Pipeline spans, SourceSpan start)
    {
        _tokens.Expect("(", "after compare");
        var selection = ParseFilter();
        int? top = null;
        long? from = null;
        long? to = null;
        if (_tokens.TryTake(","))
        {
            top = (int)Math.Min(int.MaxValue, ParseWhole("how many values of each attribute to tell of"));
            if (_tokens.TryTake(","))
            {
                from = ParseWhole("the start of the selection in nanoseconds since 1970");
                _tokens.Expect(",", "and the end of the selection in compare()");
                to = ParseWhole("the end of the selection in nanoseconds since 1970");
            }
        }

        _tokens.Expect(")", "to close compare(");
        return new CompareMetric(spans, selection, top, from, to, _tokens.From(start));
    }

    private MetricsExpression ParseTopK(MetricsExpression series)
    {
        var word = _tokens.Current;
        if (!word.IsWord("topk") && !word.IsWord("bottomk"))
        {
            throw _tokens.Expected("topk() or bottomk() after a metrics function");
        }

        _tokens.Take();
        _tokens.Expect("(", $"after {word.Text}");
        var count = (int)Math.Min(int.MaxValue, ParseWhole("how many series to keep"));
        _tokens.Expect(")", $"to close {word.Text}(");
        return ParseThresholds(new TopK(series, word.Text == "bottomk", count, _tokens.From(word.Span)));
    }

    private MetricsExpression ParseThresholds(MetricsExpression series)
    {
        while (_tokens.Current.Kind == TraceQlTokenKind.Sign && Comparisons.TryGetValue(_tokens.Current.Text, out var sign))
        {
            var start = _tokens.TakeOperator().Span;
            if (ParseExpression(FieldPrecedence.Sum) is not ScalarConstant { Value: var bound } || !bound.Type.IsNumber())
            {
                throw _tokens.Problem(_tokens.From(start), "a metric is compared with a number or a duration");
            }

            series = new MetricThreshold(series, sign, bound, _tokens.From(start));
        }

        return series;
    }

    /// <summary>Operators of at least this precedence, see <see cref="FieldPrecedence"/>.</summary>
    private TraceQlNode ParseExpression(int loosest)
    {
        var left = ParseOperand();
        while (_tokens.Current.Kind == TraceQlTokenKind.Sign && PrecedenceOf(_tokens.Current.Text) is var precedence && precedence >= loosest)
        {
            // A metric's comparison ends it; ParseThresholds reads it.
            if (precedence == FieldPrecedence.Comparison && left is MetricsExpression)
            {
                break;
            }

            var sign = _tokens.TakeOperator();
            _tokens.Enter();
            var right = ParseExpression(precedence == FieldPrecedence.Power ? FieldPrecedence.Sign : precedence + 1);
            _tokens.Leave();
            left = Join(left, sign, right);
        }

        return left;
    }

    private static int PrecedenceOf(string sign) => sign switch
    {
        "||" => FieldPrecedence.Or,
        "&&" => FieldPrecedence.And,
        _ when Structures.ContainsKey(sign) || Comparisons.ContainsKey(sign) => FieldPrecedence.Comparison,
        _ when Computations.TryGetValue(sign, out var computation) => computation.Precedence(),
        _ => 0,
    };

    private TraceQlNode Join(TraceQlNode left, TraceQlToken sign, TraceQlNode right)
    {
        var span = SourceSpan.Cover(left.Span, right.Span);
        switch (left, right)
        {
            case (SpansetExpression one, SpansetExpression other) when sign.Text is "&&" or "||":
                return new SpansetCombination(sign.Text == "&&", one, other, span);
            case (SpansetExpression one, SpansetExpression other) when Structures.TryGetValue(sign.Text, out var structure):
                return new StructuralOperation(structure, one, other, span);
            case (ScalarExpression one, ScalarExpression other) when Comparisons.TryGetValue(sign.Text, out var comparison):
                return new ScalarFilter(comparison, one, other, span);
            case (ScalarExpression one, ScalarExpression other) when Computations.TryGetValue(sign.Text, out var computation):
                foreach (var side in new[] { one, other })
                {
                    if (side.Type is { } type && !type.IsNumber())
                    {
                        throw _tokens.Problem(side.Span, $"{sign.Text} computes with numbers and durations, and {side} is of type {type.Word()}");
                    }
                }

                return new ScalarArithmetic(computation, one, other, span);
            case (MetricsExpression or ScalarConstant, MetricsExpression or ScalarConstant) when Computations.TryGetValue(sign.Text, out var computation):
                return new MetricsArithmetic(computation, Metric(left), Metric(right), span);
            default:
                throw _tokens.Problem(sign.Span, $"{sign.Text} does not join {What(left)} and {What(right)}");
        }
    }

    private MetricsExpression Metric(TraceQlNode node) => node switch
    {
        MetricsExpression metric => metric,
        ScalarConstant { Value: { Type: TraceValueType.Int or TraceValueType.Float } value } => new MetricsConstant(value.Number, node.Span),
        _ => throw _tokens.Problem(node.Span, $"a metric is computed with numbers, not with {node}"),
    };

    private static string What(TraceQlNode node) => node switch
    {
        SpansetExpression => "a set of spans",
        ScalarFilter => "a comparison of aggregates",
        ScalarConstant => "a value",
        ScalarExpression => "an aggregate",
        _ => "a metric",
    };

    private TraceQlNode ParseOperand()
    {
        var token = _tokens.Current;
        if (token.Is("{"))
        {
            return ParseFilter();
        }

        if (token.Is("("))
        {
            return ParseParentheses();
        }

        if (token.Is("-"))
        {
            _tokens.TakeOperator();
            return ParseExpression(FieldPrecedence.Sign) is ScalarConstant { Value: var negated } && negated.Type.IsNumber()
                ? new ScalarConstant(Negative.Of(negated), _tokens.From(token.Span))
                : throw _tokens.Problem(_tokens.From(token.Span), "- stands before numbers and durations here");
        }

        if (FieldParser.ValueOf(token) is { } value)
        {
            _tokens.Take();
            return new ScalarConstant(value, token.Span);
        }

        if (token.Kind == TraceQlTokenKind.Word && Aggregates.TryGetValue(token.Text, out var function))
        {
            _tokens.Take();
            _tokens.Expect("(", $"after {token.Text}");
            var of = function == SpanAggregateFunction.Count ? null : _fields.Parse();
            _tokens.Expect(")", $"to close {token.Text}(");
            return new SpanAggregate(function, of, _tokens.From(token.Span));
        }

        throw _tokens.Expected(StageWords);
    }

    private TraceQlNode ParseParentheses()
    {
        var start = _tokens.Take().Span;
        var read = ParseStages();
        _tokens.Expect(")", "to close the parenthesis");
        return read switch
        {
            { Metrics: { } metrics } => metrics,
            { Scalar: { } scalar, Stages.Count: 0 } => scalar,
            { Scalar: { } scalar } => new ScalarPipeline(read.Stages, scalar, _tokens.From(start)),
            { Stages: [SpansetExpression only] } => only,
            _ => new Pipeline(read.Stages, _tokens.From(start)),
        };
    }

    private SpansetFilter ParseFilter()
    {
        var start = _tokens.Current.Span;
        _tokens.Expect("{", "to begin a filter");
        var condition = _tokens.Current.Is("}") ? null : _fields.Parse();
        _tokens.Expect("}", "or an operator in the filter");
        return new SpansetFilter(condition, _tokens.From(start));
    }

    private List<FieldExpression> ParseReferences(string what)
    {
        _tokens.Expect("(", $"after {what}");
        var fields = new List<FieldExpression> { _fields.ParseReference() };
        while (_tokens.TryTake(","))
        {
            fields.Add(_fields.ParseReference());
        }

        _tokens.Expect(")", $"or , in {what}()");
        return fields;
    }

    private Hints ParseHints()
    {
        var start = _tokens.Take().Span;
        _tokens.Expect("(", "after with");
        var hints = new List<KeyValuePair<string, TraceValue>>();
        do
        {
            var name = _tokens.Current.Kind == TraceQlTokenKind.Word ? _tokens.Take().Text : throw _tokens.Expected("the name of a hint");
            _tokens.Expect("=", $"after the hint {name}");
            hints.Add(new(name, FieldParser.ValueOf(_tokens.Current) is { } value ? value : throw _tokens.Expected($"the value of the hint {name}")));
            _tokens.Take();
        }
        while (_tokens.TryTake(","));

        _tokens.Expect(")", "or , in with()");
        return new Hints(hints, _tokens.From(start));
    }

    private double ParseNumber(string what) => _tokens.Current is { Kind: TraceQlTokenKind.Literal, Value: { Type: TraceValueType.Int or TraceValueType.Float } value }
        ? Taken(value).Number
        : throw _tokens.Expected(what);

    private long ParseWhole(string what) => _tokens.Current is { Kind: TraceQlTokenKind.Literal, Value: { Type: TraceValueType.Int } value }
        ? Taken(value).Whole
        : throw _tokens.Expected(what);

    private TraceValue Taken(TraceValue value)
    {
        _tokens.Take();
        return value;
    }

    /// <param name="Scalar">An aggregate at the end that is not compared yet.</param>
    /// <param name="Metrics">What the stages made in the end, if they are a metrics query; it holds the stages.</param>
    private sealed record StagesRead(IReadOnlyList<PipelineStage> Stages, ScalarExpression? Scalar, MetricsExpression? Metrics);
}
