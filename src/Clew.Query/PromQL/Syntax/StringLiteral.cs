using System.Text;
using Clew.Query.Language;

namespace Clew.Query.PromQL.Syntax;

/// <summary>A text in quotes.</summary>
public sealed class StringLiteral(SourceSpan span, string value) : Expression(span)
{
    public string Value { get; } = value;

    public override ExpressionType Type => ExpressionType.String;

    public override void Print(StringBuilder text) => text.Append(QuotedText.Quote(Value));
}
