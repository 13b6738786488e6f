using System.Text;
using Clew.Query.Language;

namespace Clew.Query.PromQL.Syntax;

/// <summary>How many series of one side may meet how many of the other.</summary>
public enum MatchCardinality
{
    OneToOne,

    /// <summary><c>group_left</c>: many on the left.</summary>
    ManyToOne,

    /// <summary><c>group_right</c>: many on the right.</summary>
    OneToMany,

    /// <summary>Set operators: any number on both sides.</summary>
    ManyToMany,
}

/// <summary>Which series of two vectors an operator brings together.</summary>
/// <param name="IsOn">Whether <paramref name="Labels"/> are those to compare; otherwise those to leave out.</param>
/// <param name="Include">Labels that the result takes from the side of one.</param>
/// <param name="FillLeft">The value of a left series that is missing, or null when there is no result then (experimental).</param>
/// <param name="FillRight">The same for the right side.</param>
public sealed record VectorMatching(
    MatchCardinality Cardinality, bool IsOn, IReadOnlyList<string> Labels, IReadOnlyList<string> Include, double? FillLeft = null, double? FillRight = null)
{
    public static readonly VectorMatching Simple = new(MatchCardinality.OneToOne, false, [], []);

    /// <summary>The modifiers with a space before each; nothing when there are none.</summary>
    public void Print(StringBuilder text)
    {
        if (IsOn || Labels.Count > 0 || Cardinality is MatchCardinality.ManyToOne or MatchCardinality.OneToMany)
        {
            text.Append(IsOn ? " on (" : " ignoring (");
            LabelNames.Print(text, Labels);
            text.Append(')');
        }

        if (Cardinality is MatchCardinality.ManyToOne or MatchCardinality.OneToMany)
        {
            text.Append(Cardinality == MatchCardinality.ManyToOne ? " group_left (" : " group_right (");
            LabelNames.Print(text, Include);
            text.Append(')');
        }

        if (FillLeft is { } both && FillRight is { } same && both.Equals(same))
        {
            text.Append(" fill (").Append(GoNumber.FormatGeneral(both)).Append(')');
            return;
        }

        if (FillLeft is { } left)
        {
            text.Append(" fill_left (").Append(GoNumber.FormatGeneral(left)).Append(')');
        }

        if (FillRight is { } right)
        {
            text.Append(" fill_right (").Append(GoNumber.FormatGeneral(right)).Append(')');
        }
    }
}
