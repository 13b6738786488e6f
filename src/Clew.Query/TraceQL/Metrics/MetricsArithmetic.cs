using System.Text;
using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary>
/// <c>({ … } | rate()) / ({ … } | rate())</c>: computes number by number between series with the same labels, or with a number. Series without a partner are left out.
/// The label <c>__name__</c>, which only says what the function was, is not looked at and not kept.
/// </summary>
public sealed class MetricsArithmetic(ArithmeticSign sign, MetricsExpression left, MetricsExpression right, SourceSpan span) : MetricsExpression(span)
{
    public ArithmeticSign Sign { get; } = sign;

    public MetricsExpression Left { get; } = left;

    public MetricsExpression Right { get; } = right;

    public override IEnumerable<TraceQlNode> Children => [Left, Right];

    public override int Precedence => Sign.Precedence();

    public override double? Number => Left.Number is { } left && Right.Number is { } right ? Sign.Of(left, right) : null;

    public override void Check(TypeCheck check)
    {
        base.Check(check);
        check.Require(Left.Number is null || Right.Number is null, this, "at least one side must be a metrics query in parentheses");
    }

    public override IReadOnlyList<MetricSeries> Evaluate(IReadOnlyDictionary<MetricsSource, IReadOnlyList<MetricSeries>> computed)
    {
        var left = Left.Evaluate(computed);
        var right = Right.Evaluate(computed);
        if (Right.Number is { } number)
        {
            return [.. left.Select(one => Named(one, [.. one.Values.Select(value => Sign.Of(value, number))]))];
        }

        if (Left.Number is { } other)
        {
            return [.. right.Select(one => Named(one, [.. one.Values.Select(value => Sign.Of(other, value))]))];
        }

        var partners = right.GroupBy(one => Named(one, one.Values).Key).ToDictionary(group => group.Key, group => group.First());
        return
        [
            .. left.Select(one => Named(one, one.Values)).Where(one => partners.ContainsKey(one.Key))
                .Select(one => one with { Values = [.. one.Values.Zip(partners[one.Key].Values, (value, other) => Sign.Of(value, other))] }),
        ];
    }

    public override void Print(StringBuilder text)
    {
        PrintWithin(text, Left, Sign == ArithmeticSign.Power ? FieldPrecedence.Atom : Precedence);
        text.Append(' ').Append(Sign.Text()).Append(' ');
        PrintWithin(text, Right, Sign == ArithmeticSign.Power ? FieldPrecedence.Sign : Precedence + 1);
    }

    private static MetricSeries Named(MetricSeries series, double[] values) => series with { Labels = [.. series.Labels.Where(label => label.Key != "__name__")], Values = values };
}
