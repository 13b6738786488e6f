namespace Clew.Query.TraceQL;

/// <summary>Ways to compare.</summary>
public enum ComparisonSign
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Matches,
    NotMatches,
}

/// <summary>What the ways to compare mean.</summary>
public static class ComparisonSigns
{
    public static string Text(this ComparisonSign sign) => sign switch
    {
        ComparisonSign.Equal => "=",
        ComparisonSign.NotEqual => "!=",
        ComparisonSign.Less => "<",
        ComparisonSign.LessOrEqual => "<=",
        ComparisonSign.Greater => ">",
        ComparisonSign.GreaterOrEqual => ">=",
        ComparisonSign.Matches => "=~",
        _ => "!~",
    };

    public static bool IsPattern(this ComparisonSign sign) => sign is ComparisonSign.Matches or ComparisonSign.NotMatches;

    public static bool IsOrder(this ComparisonSign sign) => sign is ComparisonSign.Less or ComparisonSign.LessOrEqual or ComparisonSign.Greater or ComparisonSign.GreaterOrEqual;

    /// <param name="order">As of a comparer: below zero, zero, above zero.</param>
    public static bool Of(this ComparisonSign sign, int order) => sign switch
    {
        ComparisonSign.Equal => order == 0,
        ComparisonSign.NotEqual => order != 0,
        ComparisonSign.Less => order < 0,
        ComparisonSign.LessOrEqual => order <= 0,
        ComparisonSign.Greater => order > 0,
        ComparisonSign.GreaterOrEqual => order >= 0,
        _ => false,
    };

    /// <summary>As IEEE 754 has it: not a number is only unequal.</summary>
    public static bool Of(this ComparisonSign sign, double left, double right) =>
        double.IsNaN(left) || double.IsNaN(right) ? sign == ComparisonSign.NotEqual : sign.Of(left.CompareTo(right));
}
