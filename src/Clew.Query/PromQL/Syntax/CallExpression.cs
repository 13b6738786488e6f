using System.Text;
using Clew.Query.Language;
using Clew.Query.PromQL.Functions;

namespace Clew.Query.PromQL.Syntax;

/// <summary>A function with its arguments.</summary>
public sealed class CallExpression(SourceSpan span, FunctionSignature function, IReadOnlyList<Expression> arguments) : Expression(span)
{
    public FunctionSignature Function { get; } = function;

    public IReadOnlyList<Expression> Arguments { get; } = arguments;

    public override ExpressionType Type => Function.Returns;

    public override IReadOnlyList<Expression> Children => Arguments;

    public override void Print(StringBuilder text)
    {
        text.Append(Function.Name).Append('(');
        for (var i = 0; i < Arguments.Count; i++)
        {
            Arguments[i].Print(i > 0 ? text.Append(", ") : text);
        }

        text.Append(')');
    }
}
