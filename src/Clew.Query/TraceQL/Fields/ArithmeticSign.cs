namespace Clew.Query.TraceQL;

/// <summary>Ways to compute.</summary>
public enum ArithmeticSign
{
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
}

/// <summary>What the ways to compute mean.</summary>
public static class ArithmeticSigns
{
    public static string Text(this ArithmeticSign sign) => sign switch
    {
        ArithmeticSign.Add => "+",
        ArithmeticSign.Subtract => "-",
        ArithmeticSign.Multiply => "*",
        ArithmeticSign.Divide => "/",
        ArithmeticSign.Remainder => "%",
        _ => "^",
    };

    internal static int Precedence(this ArithmeticSign sign) => sign switch
    {
        ArithmeticSign.Add or ArithmeticSign.Subtract => FieldPrecedence.Sum,
        ArithmeticSign.Power => FieldPrecedence.Power,
        _ => FieldPrecedence.Product,
    };

    /// <summary>Computes with numbers of no type; NaN where there is no result.</summary>
    public static double Of(this ArithmeticSign sign, double left, double right) => sign switch
    {
        ArithmeticSign.Add => left + right,
        ArithmeticSign.Subtract => left - right,
        ArithmeticSign.Multiply => left * right,
        ArithmeticSign.Divide => right == 0 ? double.NaN : left / right,
        ArithmeticSign.Remainder => right == 0 ? double.NaN : left % right,
        _ => Math.Pow(left, right),
    };

    /// <summary>The type of the result as far as the types of the operands tell.</summary>
    internal static TraceValueType? TypeOf(this ArithmeticSign sign, TraceValueType left, TraceValueType right)
    {
        if (left == TraceValueType.Duration || right == TraceValueType.Duration)
        {
            return sign == ArithmeticSign.Divide && left == right ? TraceValueType.Float : TraceValueType.Duration;
        }

        return left == TraceValueType.Int && right == TraceValueType.Int ? TraceValueType.Int : TraceValueType.Float;
    }

    /// <summary>Computes with values as <see cref="Arithmetic"/> says.</summary>
    public static TraceValue Of(this ArithmeticSign sign, TraceValue left, TraceValue right)
    {
        if (!left.Type.IsNumber() || !right.Type.IsNumber())
        {
            return TraceValue.Nil;
        }

        if (left.Type == TraceValueType.Int && right.Type == TraceValueType.Int && Whole(sign, left.Whole, right.Whole) is { } whole)
        {
            return TraceValue.Of(whole);
        }

        var number = sign.Of(left.Number, right.Number);
        if (double.IsNaN(number))
        {
            return TraceValue.Nil;
        }

        return sign.TypeOf(left.Type, right.Type) == TraceValueType.Duration && Math.Abs(number) < long.MaxValue
            ? TraceValue.OfDuration((long)number)
            : TraceValue.Of(number);
    }

    /// <summary>The result where it is exact.</summary>
    private static long? Whole(ArithmeticSign sign, long left, long right)
    {
        try
        {
            return sign switch
            {
                ArithmeticSign.Add => checked(left + right),
                ArithmeticSign.Subtract => checked(left - right),
                ArithmeticSign.Multiply => checked(left * right),
                ArithmeticSign.Divide when right is not (0 or -1) && left % right == 0 => left / right,
                ArithmeticSign.Remainder when right is not (0 or -1) => left % right,
                _ => null,
            };
        }
        catch (OverflowException)
        {
            return null;
        }
    }
}
