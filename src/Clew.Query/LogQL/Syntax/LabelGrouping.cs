using System.Text;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.LogQL.Syntax;

/// <summary><c>by (a, b)</c> or <c>without (a, b)</c>.</summary>
/// <param name="IsWithout">Whether the labels are those to leave out; otherwise those to keep.</param>
public sealed record LabelGrouping(bool IsWithout, IReadOnlyList<string> Labels)
{
    /// <summary>With a space before.</summary>
    public void Print(StringBuilder text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Append(IsWithout ? " without (" : " by (");
        LabelNames.Print(text, Labels);
        text.Append(')');
    }
}
