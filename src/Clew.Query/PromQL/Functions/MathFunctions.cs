using System.Collections.Frozen;

namespace Clew.Query.PromQL.Functions;

/// <summary>Functions of one number, applied to each float; histograms are left out.</summary>
internal static class MathFunctions
{
    private static readonly FrozenDictionary<string, Func<double, double>> ByName = new Dictionary<string, Func<double, double>>
    {
        ["abs"] = Math.Abs,
        ["acos"] = Math.Acos,
        ["acosh"] = Math.Acosh,
        ["asin"] = Math.Asin,
        ["asinh"] = Math.Asinh,
        ["atan"] = Math.Atan,
        ["atanh"] = Math.Atanh,
        ["ceil"] = Math.Ceiling,
        ["cos"] = Math.Cos,
        ["cosh"] = Math.Cosh,
        ["deg"] = static value => value * 180 / Math.PI,
        ["exp"] = Math.Exp,
        ["floor"] = Math.Floor,
        ["ln"] = Math.Log,
        ["log10"] = Math.Log10,
        ["log2"] = Math.Log2,
        ["rad"] = static value => value * Math.PI / 180,
        ["sgn"] = static value => value < 0 ? -1 : value > 0 ? 1 : value,
        ["sin"] = Math.Sin,
        ["sinh"] = Math.Sinh,
        ["sqrt"] = Math.Sqrt,
        ["tan"] = Math.Tan,
        ["tanh"] = Math.Tanh,
    }.ToFrozenDictionary();

    public static Func<double, double>? Find(string name) => ByName.GetValueOrDefault(name);
}
