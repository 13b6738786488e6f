namespace Clew.Query.PromQL.Syntax;

/// <summary>Operators between two expressions.</summary>
public enum BinaryOperator
{
    Or,
    And,
    Unless,
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Atan2,
    Power,

    /// <summary><c>&lt;/</c>: keeps of a native histogram what lies below a value (experimental).</summary>
    TrimAbove,

    /// <summary><c>&gt;/</c>: keeps of a native histogram what lies above a value (experimental).</summary>
    TrimBelow,
}

/// <summary>How operators are written and how they bind.</summary>
public static class BinaryOperators
{
    public static string Text(this BinaryOperator binary) => binary switch
    {
        BinaryOperator.Or => "or",
        BinaryOperator.And => "and",
        BinaryOperator.Unless => "unless",
        BinaryOperator.Equal => "==",
        BinaryOperator.NotEqual => "!=",
        BinaryOperator.Greater => ">",
        BinaryOperator.GreaterOrEqual => ">=",
        BinaryOperator.Less => "<",
        BinaryOperator.LessOrEqual => "<=",
        BinaryOperator.Add => "+",
        BinaryOperator.Subtract => "-",
        BinaryOperator.Multiply => "*",
        BinaryOperator.Divide => "/",
        BinaryOperator.Modulo => "%",
        BinaryOperator.Atan2 => "atan2",
        BinaryOperator.TrimAbove => "</",
        BinaryOperator.TrimBelow => ">/",
        _ => "^",
    };

    /// <summary>Operators with a larger number bind first. All but <c>^</c> group to the left.</summary>
    public static int Precedence(this BinaryOperator binary) => binary switch
    {
        BinaryOperator.Or => 1,
        BinaryOperator.And or BinaryOperator.Unless => 2,
        >= BinaryOperator.Equal and <= BinaryOperator.LessOrEqual => 3,
        BinaryOperator.TrimAbove or BinaryOperator.TrimBelow => 3,
        BinaryOperator.Add or BinaryOperator.Subtract => 4,
        BinaryOperator.Power => 6,
        _ => 5,
    };

    public static bool IsComparison(this BinaryOperator binary) => binary is >= BinaryOperator.Equal and <= BinaryOperator.LessOrEqual;

    /// <summary>Whether it works on sets of series and not on their values.</summary>
    public static bool IsSet(this BinaryOperator binary) => binary <= BinaryOperator.Unless;
}
