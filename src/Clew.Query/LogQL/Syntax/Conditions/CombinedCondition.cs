using System.Text;
using Clew.Query.Language;
using Clew.Query.LogQL.Pipeline;

namespace Clew.Query.LogQL.Syntax;

/// <summary>
/// Two conditions with <c>and</c> (also written as a comma or a space) or <c>or</c> between them. Both bind alike and group to the left; parentheses
/// group otherwise.
/// </summary>
public sealed class CombinedCondition(SourceSpan span, bool isOr, LabelCondition left, LabelCondition right) : LabelCondition(span)
{
    public bool IsOr { get; } = isOr;

    public LabelCondition Left { get; } = left;

    public LabelCondition Right { get; } = right;

    public override void Print(StringBuilder text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Left.Print(text);
        text.Append(IsOr ? " or " : " and ");
        if (Right is not CombinedCondition)
        {
            Right.Print(text);
            return;
        }

        Right.Print(text.Append('('));
        text.Append(')');
    }

    internal override bool Holds(WorkingLine line)
    {
        if (!IsOr)
        {
            return Left.Holds(line) && Right.Holds(line);
        }

        // Of a line that went wrong either part may say that it is kept.
        var holds = Left.Holds(line);
        return holds && !line.HasError ? holds : Right.Holds(line) || holds;
    }
}
