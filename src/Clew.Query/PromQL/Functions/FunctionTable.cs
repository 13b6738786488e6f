using System.Collections.Frozen;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Functions;

/// <summary>All functions of PromQL as of Prometheus 3.14 (prometheus.io/docs/prometheus/latest/querying/functions), with their types.</summary>
public static class FunctionTable
{
    private const ExpressionType InstantVector = ExpressionType.InstantVector;
    private const ExpressionType RangeVector = ExpressionType.RangeVector;
    private const ExpressionType Scalar = ExpressionType.Scalar;
    private const ExpressionType Text = ExpressionType.String;

    /// <summary>Arguments of a function that takes any number of them; bounds memory.</summary>
    private const int Many = 1_000;

    private static readonly FrozenDictionary<string, FunctionSignature> ByName = Signatures().ToFrozenDictionary(signature => signature.Name, StringComparer.Ordinal);

    /// <summary>Every function, by name.</summary>
    public static IEnumerable<FunctionSignature> All => ByName.Values.OrderBy(signature => signature.Name, StringComparer.Ordinal);

    /// <summary>Names are in lower case.</summary>
    public static FunctionSignature? Find(string name) => ByName.GetValueOrDefault(name);

    private static IEnumerable<FunctionSignature> Signatures()
    {
        foreach (var name in (string[])["abs", "acos", "acosh", "asin", "asinh", "atan", "atanh", "ceil", "cos", "cosh", "deg", "exp", "floor", "ln", "log10", "log2", "rad", "sgn", "sin", "sinh", "sqrt", "tan", "tanh"])
        {
            yield return Exact(name, InstantVector, InstantVector);
        }

        foreach (var name in (string[])["day_of_month", "day_of_week", "day_of_year", "days_in_month", "hour", "minute", "month", "year"])
        {
            yield return new(name, [InstantVector], 0, 1, InstantVector, false);
        }

        foreach (var name in (string[])["absent", "histogram_avg", "histogram_count", "histogram_stddev", "histogram_stdvar", "histogram_sum", "sort", "sort_desc", "timestamp"])
        {
            yield return Exact(name, InstantVector, InstantVector);
        }

        foreach (var name in (string[])
                 [
                     "absent_over_time", "avg_over_time", "changes", "count_over_time", "delta", "deriv", "idelta", "increase", "irate", "last_over_time", "max_over_time", "min_over_time",
                     "present_over_time", "rate", "resets", "stddev_over_time", "stdvar_over_time", "sum_over_time",
                 ])
        {
            yield return Exact(name, InstantVector, RangeVector);
        }

        foreach (var name in (string[])["first_over_time", "mad_over_time", "ts_of_first_over_time", "ts_of_last_over_time", "ts_of_max_over_time", "ts_of_min_over_time"])
        {
            yield return Experimental(Exact(name, InstantVector, RangeVector));
        }

        yield return Exact("clamp", InstantVector, InstantVector, Scalar, Scalar);
        yield return Exact("clamp_max", InstantVector, InstantVector, Scalar);
        yield return Exact("clamp_min", InstantVector, InstantVector, Scalar);
        yield return new("round", [InstantVector, Scalar], 1, 2, InstantVector, false);
        yield return Exact("histogram_fraction", InstantVector, Scalar, Scalar, InstantVector);
        yield return Exact("histogram_quantile", InstantVector, Scalar, InstantVector);
        yield return Experimental(new("histogram_quantiles", [InstantVector, Text, Scalar], 3, 12, InstantVector, false));
        yield return Exact("label_replace", InstantVector, InstantVector, Text, Text, Text, Text);
        yield return new("label_join", [InstantVector, Text, Text, Text], 3, Many, InstantVector, false);
        yield return Exact("predict_linear", InstantVector, RangeVector, Scalar);
        yield return Exact("quantile_over_time", InstantVector, Scalar, RangeVector);
        yield return Experimental(Exact("double_exponential_smoothing", InstantVector, RangeVector, Scalar, Scalar));
        yield return Experimental(new("sort_by_label", [InstantVector, Text], 1, Many, InstantVector, false));
        yield return Experimental(new("sort_by_label_desc", [InstantVector, Text], 1, Many, InstantVector, false));
        yield return Experimental(new("info", [InstantVector, InstantVector], 1, 2, InstantVector, false));
        yield return Experimental(Exact("start_timestamp", InstantVector, InstantVector));
        yield return Exact("scalar", Scalar, InstantVector);
        yield return Exact("vector", InstantVector, Scalar);
        yield return Exact("pi", Scalar);
        yield return Exact("time", Scalar);
        yield return Experimental(Exact("start", Scalar));
        yield return Experimental(Exact("end", Scalar));
        yield return Experimental(Exact("step", Scalar));
        yield return Experimental(Exact("range", Scalar));
        yield return Experimental(Exact("min_of", Scalar, Scalar, Scalar));
        yield return Experimental(Exact("max_of", Scalar, Scalar, Scalar));
    }

    private static FunctionSignature Exact(string name, ExpressionType returns, params ExpressionType[] parameters) =>
        new(name, parameters, parameters.Length, parameters.Length, returns, false);

    private static FunctionSignature Experimental(FunctionSignature signature) => signature with { IsExperimental = true };
}
