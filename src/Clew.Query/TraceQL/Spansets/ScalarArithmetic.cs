using System.Text;
using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary>Computing with aggregates: <c>max(duration) - min(duration)</c>. Types as within braces, see <see cref="Arithmetic"/>.</summary>
public sealed class ScalarArithmetic(ArithmeticSign sign, ScalarExpression left, ScalarExpression right, SourceSpan span) : ScalarExpression(span)
{
    public ArithmeticSign Sign { get; } = sign;

    public ScalarExpression Left { get; } = left;

    public ScalarExpression Right { get; } = right;

    public override IEnumerable<TraceQlNode> Children => [Left, Right];

    public override TraceValueType? Type => Left.Type is { } left && Right.Type is { } right ? Sign.TypeOf(left, right) : null;

    public override int Precedence => Sign.Precedence();

    public override TraceValue Evaluate(Spanset set) => Sign.Of(Left.Evaluate(set), Right.Evaluate(set));

    public override void Print(StringBuilder text)
    {
        PrintWithin(text, Left, Sign == ArithmeticSign.Power ? FieldPrecedence.Atom : Precedence);
        text.Append(' ').Append(Sign.Text()).Append(' ');
        PrintWithin(text, Right, Sign == ArithmeticSign.Power ? FieldPrecedence.Sign : Precedence + 1);
    }
}
