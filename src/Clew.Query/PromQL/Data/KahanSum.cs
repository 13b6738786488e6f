namespace Clew.Query.PromQL.Data;

/// <summary>A sum that keeps what rounding takes away (Neumaier's variant of Kahan's): exact to about twice the digits of a double.</summary>
public struct KahanSum
{
    private double _sum;
    private double _compensation;

    /// <summary>The sum so far.</summary>
    public readonly double Value => double.IsInfinity(_sum) ? _sum : _sum + _compensation;

    /// <summary>The sum without what was lost to rounding, and that.</summary>
    public readonly (double Sum, double Compensation) Parts => (_sum, _compensation);

    public void Add(double value) => (_sum, _compensation) = Step(value, _sum, _compensation);

    public static KahanSum Of(double sum, double compensation) => new() { _sum = sum, _compensation = compensation };

    /// <summary>Adds one value to a sum and its compensation.</summary>
    public static (double Sum, double Compensation) Step(double value, double sum, double compensation)
    {
        var total = sum + value;
        if (double.IsInfinity(total))
        {
            return (total, 0);
        }

        return Math.Abs(sum) >= Math.Abs(value)
            ? (total, compensation + (sum - total + value))
            : (total, compensation + (value - total + sum));
    }
}
