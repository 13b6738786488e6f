using System.Globalization;
using Clew.Query.Language;
using Clew.Query.LogQL.Matching;

namespace Clew.Query.LogQL.Templates;

/// <summary>Functions of numbers, as sprig has them (masterminds.github.io/sprig/math.html): texts are read as numbers, and what is none counts as 0.</summary>
internal static class NumberFunctions
{
    private const TemplateParameter Any = TemplateParameter.Any;

    /// <summary>Digits after the point that a quotient of decimal numbers has.</summary>
    private const int DivisionDigits = 16;

    public static IReadOnlyList<TemplateFunction> All { get; } =
    [
        TemplateFunctions.Many("add", Any, 0, (_, a) => Fold(a, 0, unchecked((sum, value) => sum + value), 0)),
        TemplateFunctions.Of("sub", [Any, Any], (_, a) => TemplateValue.Of(unchecked(Whole(a[0]) - Whole(a[1])))),
        TemplateFunctions.Many("mul", Any, 1, (_, a) => Fold(a, Whole(a[0]), unchecked((product, value) => product * value), 1)),
        TemplateFunctions.Of("div", [Any, Any], (_, a) => TemplateValue.Of(Divide("div", Whole(a[0]), Whole(a[1])))),
        TemplateFunctions.Of("mod", [Any, Any], (_, a) => TemplateValue.Of(Remainder(Whole(a[0]), Whole(a[1])))),
        TemplateFunctions.Many("min", Any, 1, (_, a) => Fold(a, Whole(a[0]), Math.Min, 1)),
        TemplateFunctions.Many("max", Any, 1, (_, a) => Fold(a, Whole(a[0]), Math.Max, 1)),
        TemplateFunctions.Many("addf", Any, 0, (_, a) => FoldNumbers(a, 0, 0, (sum, value) => sum + value, (sum, value) => sum + value)),
        TemplateFunctions.Many("subf", Any, 1, (_, a) => FoldNumbers(a, Number(a[0]), 1, (left, right) => left - right, (left, right) => left - right)),
        TemplateFunctions.Many("mulf", Any, 1, (_, a) => FoldNumbers(a, Number(a[0]), 1, (left, right) => left * right, (left, right) => left * right)),
        TemplateFunctions.Many("divf", Any, 1, (_, a) => FoldNumbers(a, Number(a[0]), 1, DivideExactly, DivideNumbers)),
        TemplateFunctions.Many("minf", Any, 1, (_, a) => FoldNumbers(a, Number(a[0]), 1, null, Math.Min)),
        TemplateFunctions.Many("maxf", Any, 1, (_, a) => FoldNumbers(a, Number(a[0]), 1, null, Math.Max)),
        TemplateFunctions.Of("ceil", [Any], (_, a) => TemplateValue.Of(Math.Ceiling(Number(a[0])))),
        TemplateFunctions.Of("floor", [Any], (_, a) => TemplateValue.Of(Math.Floor(Number(a[0])))),
        new("round", [Any, TemplateParameter.Integer, TemplateParameter.Number], null, 2, (_, a) =>
            TemplateValue.Of(Round(Number(a[0]), a[1].Integer, a.Length > 2 ? a[2].Number : 0.5))),
        TemplateFunctions.Of("int", [Any], (_, a) => TemplateValue.Of(Whole(a[0]))),
        TemplateFunctions.Of("float64", [Any], (_, a) => TemplateValue.Of(Number(a[0]))),
        TemplateFunctions.Of("bytes", [TemplateParameter.Text], (_, a) => LogQlBytes.TryParse(a[0].Text, out var bytes)
            ? TemplateValue.Of((double)bytes)
            : throw new LogQlTemplateException($"error calling bytes: {QuotedText.Quote(a[0].Text)} is no size such as 1.5KiB")),
    ];

    private static long Whole(in TemplateValue value) => value.Kind switch
    {
        TemplateValueKind.Integer or TemplateValueKind.Boolean => value.Integer,
        TemplateValueKind.Number => double.IsNaN(value.Number) ? 0 : (long)value.Number,
        TemplateValueKind.Text => GoInteger.TryParse(WithoutZeroFraction(value.Text), out var whole) ? whole : 0,
        _ => 0,
    };

    private static double Number(in TemplateValue value) => value.Kind switch
    {
        TemplateValueKind.Integer or TemplateValueKind.Boolean => value.Integer,
        TemplateValueKind.Number => value.Number,
        TemplateValueKind.Text => GoNumber.TryParse(value.Text, out var number) ? number : 0,
        _ => 0,
    };

    /// <summary><c>3.0</c> is a whole number too.</summary>
    private static ReadOnlySpan<char> WithoutZeroFraction(string text)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        return point > 0 && !text.AsSpan(point + 1).ContainsAnyExcept('0') ? text.AsSpan(0, point) : text;
    }

    private static TemplateValue Fold(ReadOnlySpan<TemplateValue> values, long start, Func<long, long, long> step, int from)
    {
        var result = start;
        foreach (var value in values[from..])
        {
            result = step(result, Whole(value));
        }

        return TemplateValue.Of(result);
    }

    /// <summary>In decimal numbers as long as all fit, so that 0.1 and 0.2 are 0.3; else in floating-point ones.</summary>
    private static TemplateValue FoldNumbers(
        ReadOnlySpan<TemplateValue> values, double start, int from, Func<decimal, decimal, decimal>? exact, Func<double, double, double> step)
    {
        if (exact is not null && TryExact(values, start, from, exact) is { } exactly)
        {
            return TemplateValue.Of(exactly);
        }

        var result = start;
        foreach (var value in values[from..])
        {
            result = step(result, Number(value));
        }

        return TemplateValue.Of(result);
    }

    private static double? TryExact(ReadOnlySpan<TemplateValue> values, double start, int from, Func<decimal, decimal, decimal> step)
    {
        const double Most = 1e15;
        const double Least = 1e-9;
        if (Math.Abs(start) is var first && (first > Most || (first < Least && first != 0) || double.IsNaN(first)))
        {
            return null;
        }

        var result = (decimal)start;
        foreach (var value in values[from..])
        {
            var number = Math.Abs(Number(value));
            if (number > Most || (number < Least && number != 0) || double.IsNaN(number))
            {
                return null;
            }

            try
            {
                result = step(result, (decimal)Number(value));
            }
            catch (OverflowException)
            {
                return null;
            }
        }

        // By its digits: the conversion of decimal numbers is off by a last bit at times.
        return double.Parse(result.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    private static decimal DivideExactly(decimal left, decimal right) => right == 0 ? throw DividedByZero("divf") : Math.Round(left / right, DivisionDigits);

    private static double DivideNumbers(double left, double right) => right == 0 ? throw DividedByZero("divf") : left / right;

    private static long Divide(string name, long left, long right) => right switch
    {
        0 => throw DividedByZero(name),
        -1 => unchecked(-left),
        _ => left / right,
    };

    private static long Remainder(long left, long right) => right switch
    {
        0 => throw DividedByZero("mod"),
        -1 => 0,
        _ => left % right,
    };

    private static double Round(double value, long places, double roundOn)
    {
        var power = Math.Pow(10, places);
        var shifted = power * value;
        var fraction = shifted - Math.Truncate(shifted);
        return (fraction >= roundOn ? Math.Ceiling(shifted) : Math.Floor(shifted)) / power;
    }

    private static LogQlTemplateException DividedByZero(string name) => new($"error calling {name}: division by zero");
}
