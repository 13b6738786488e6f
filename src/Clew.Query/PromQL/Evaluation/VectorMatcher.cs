using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Evaluation;

/// <summary>Arithmetic and comparison between two vectors. Which series meet is known by their labels; whether they do, at each step by their samples.</summary>
internal sealed class VectorMatcher(BinaryExpression binary, StepGrid grid, EvaluationContext context)
{
    private readonly VectorMatching _matching = binary.Matching ?? VectorMatching.Simple;
    private readonly ColumnSet _results = new(context, grid.Count);
    private readonly Dictionary<(LabelSet, LabelSet), LabelSet> _labels = [];

    /// <summary>Steps at which one of the sides has nothing at all: nothing is looked at then, nor what would be wrong with the other side.</summary>
    private readonly bool[] _isIdle = new bool[grid.Count];

    private bool ManyOnLeft => _matching.Cardinality != MatchCardinality.OneToMany;

    private bool IsOneToOne => _matching.Cardinality == MatchCardinality.OneToOne;

    private bool DropsName => binary.ReturnsBool || !binary.Operator.IsComparison();

    public List<SeriesColumn> Evaluate(List<SeriesColumn> left, List<SeriesColumn> right)
    {
        // From here on: many is the side that may have several series for one of the other.
        var (many, one) = ManyOnLeft ? (left, right) : (right, left);
        for (var step = 0; step < grid.Count; step++)
        {
            _isIdle[step] = _matching is { FillLeft: null, FillRight: null } && !(left.Exists(column => column.Has(step)) && right.Exists(column => column.Has(step)));
        }

        var ones = MatchKey.Group(one, _matching);
        var manies = MatchKey.Group(many, _matching);
        foreach (var key in manies.Keys.Concat(ones.Keys.Where(key => !manies.ContainsKey(key))))
        {
            context.Budget.Check();
            Group(
                key,
                manies.TryGetValue(key, out var m) ? m.ConvertAll(place => many[place]) : [],
                ones.TryGetValue(key, out var o) ? o.ConvertAll(place => one[place]) : []);
        }

        return context.Options.DelayNameRemoval ? _results.Columns : ColumnSet.Merge(_results.Columns);
    }

    private void Group(LabelSet key, List<SeriesColumn> manies, List<SeriesColumn> ones)
    {
        // Prometheus turns the sides of group_right round and the fill values not: fill_left always stands for the side of many.
        var fillMany = _matching.FillLeft;
        var fillOne = _matching.FillRight;
        if ((ones.Count == 0 && fillOne is null) || (manies.Count == 0 && fillMany is null))
        {
            if (ones.Count > 1)
            {
                ForbidSeveral(ones);
            }

            return;
        }

        for (var step = 0; step < grid.Count; step++)
        {
            if (_isIdle[step])
            {
                continue;
            }

            var other = TheOne(ones, step);
            if (other is null && fillOne is null)
            {
                continue;
            }

            var found = false;
            foreach (var column in manies)
            {
                if (!column.Has(step))
                {
                    continue;
                }

                if (found && IsOneToOne)
                {
                    throw new PromQlException("multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)");
                }

                found = true;
                var otherSample = other is null ? new Sample(fillOne!.Value, null) : SampleOf(other, step);
                Put(step, SampleOf(column, step), otherSample, column, other?.Labels ?? LabelSet.Empty, other is null);
            }

            if (!found && other is not null && fillMany is { } value)
            {
                var labels = MetricNames.Drop(IsOneToOne ? other.Labels : key, context.Options);
                Put(step, new Sample(value, null), SampleOf(other, step), new SeriesColumn(labels, false, [], null), other.Labels, false);
            }
        }
    }

    private static Sample SampleOf(SeriesColumn column, int step) => new(column.Floats[step], column.HistogramAt(step));

    /// <summary>The only series of the side of one that has a sample.</summary>
    private SeriesColumn? TheOne(List<SeriesColumn> ones, int step)
    {
        SeriesColumn? found = null;
        foreach (var column in ones)
        {
            if (!column.Has(step))
            {
                continue;
            }

            if (found is not null)
            {
                throw Several(found, column);
            }

            found = column;
        }

        return found;
    }

    private void ForbidSeveral(List<SeriesColumn> ones)
    {
        for (var step = 0; step < grid.Count; step++)
        {
            if (!_isIdle[step])
            {
                TheOne(ones, step);
            }
        }
    }

    private PromQlException Several(SeriesColumn first, SeriesColumn second) => new(
        $"found duplicate series for the match group {MatchKey.Of(first.Labels, _matching)} on the {(ManyOnLeft ? "right" : "left")} hand-side of the operation: "
        + $"[{second.Labels}, {first.Labels}]; many-to-many matching not allowed: matching labels must be unique on one side");

    private void Put(int step, Sample many, Sample one, SeriesColumn column, LabelSet oneLabels, bool oneIsFilled)
    {
        var (left, right) = ManyOnLeft ? (many, one) : (one, many);
        Sample result;
        if (binary.ReturnsBool)
        {
            if (left.Histogram is null && right.Histogram is null)
            {
                result = new Sample(SampleArithmetic.Apply(binary.Operator, left.Value, right.Value), null);
            }
            else if (left.Histogram is null || right.Histogram is null || binary.Operator is not (BinaryOperator.Equal or BinaryOperator.NotEqual))
            {
                SampleArithmetic.TryApply(binary.Operator, left, right, context, binary.Span, out _);
                return;
            }
            else
            {
                result = new Sample(SampleArithmetic.TryApply(binary.Operator, left, right, context, binary.Span, out _) ? 1 : 0, null);
            }
        }
        else if (!SampleArithmetic.TryApply(binary.Operator, left, right, context, binary.Span, out result))
        {
            return;
        }

        var labels = Labels(column.Labels, oneLabels, oneIsFilled);
        var target = _results.Get(labels, context.Options.DelayNameRemoval && (column.DropName || DropsName));
        if (target.Has(step))
        {
            throw new PromQlException(IsOneToOne
                ? "vector cannot contain metrics with the same labelset"
                : "multiple matches for labels: grouping labels must ensure unique matches");
        }

        target.Set(step, result.Value, result.Histogram);
    }

    private LabelSet Labels(LabelSet many, LabelSet one, bool oneIsFilled)
    {
        if (_labels.TryGetValue((many, one), out var known))
        {
            return known;
        }

        var labels = many;
        if (DropsName && !context.Options.DelayNameRemoval)
        {
            labels = MetricNames.Drop(labels, context.Options);
        }

        if (IsOneToOne)
        {
            labels = _matching.IsOn
                ? labels.Where(_matching.Labels.Contains)
                : labels.Where(label => !_matching.Labels.Contains(label));
        }
        else if (!oneIsFilled)
        {
            foreach (var name in _matching.Include)
            {
                labels = labels.With(name, one[name]);
            }
        }

        return _labels[(many, one)] = labels;
    }
}
