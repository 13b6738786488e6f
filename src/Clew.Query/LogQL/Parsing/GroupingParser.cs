using Clew.Query.Language;
using Clew.Query.LogQL.Syntax;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.LogQL.Parsing;

/// <summary>Lists of labels and what they stand behind: <c>by</c>, <c>without</c>, <c>on</c>, <c>ignoring</c>, <c>group_left</c>, <c>group_right</c>; and <c>bool</c>.</summary>
internal sealed class GroupingParser(LogQlTokenReader tokens)
{
    /// <summary>The grouping that stands here, or null.</summary>
    public LabelGrouping? TryGrouping() =>
        tokens.Current.IsWord("by") || tokens.Current.IsWord("without") ? new LabelGrouping(tokens.Take().IsWord("without"), Labels()) : null;

    /// <summary>What stands between an operator and its right side.</summary>
    /// <returns>The matching is null when nothing is said of it.</returns>
    public (bool ReturnsBool, VectorMatching? Matching) Modifiers(BinaryOperator binary)
    {
        var returnsBool = false;
        if (tokens.Current.IsWord("bool"))
        {
            var token = tokens.Take();
            returnsBool = binary.IsComparison() ? true : throw tokens.Error("bool modifier can only be used on comparison operators", token.Span);
        }

        if (!tokens.Current.IsWord("on") && !tokens.Current.IsWord("ignoring"))
        {
            return (returnsBool, null);
        }

        var isOn = tokens.Take().IsWord("on");
        var matching = new VectorMatching(binary.IsSet() ? MatchCardinality.ManyToMany : MatchCardinality.OneToOne, isOn, Labels(), []);
        var side = tokens.Current;
        if (!side.IsWord("group_left") && !side.IsWord("group_right"))
        {
            return (returnsBool, matching);
        }

        tokens.Take();
        if (binary.IsSet())
        {
            throw tokens.Error($"no grouping allowed for {QuotedText.Quote(binary.Text())} operation", side.Span);
        }

        // Parentheses behind the word are its labels; an expression in parentheses needs another pair.
        var include = tokens.Current.IsSign("(") && IsLabelList() ? Labels() : [];
        if (matching.IsOn && include.Find(matching.Labels.Contains) is { } twice)
        {
            throw tokens.Error($"label {QuotedText.Quote(twice)} must not occur in ON and GROUP clause at once", side.Span);
        }

        return (returnsBool, matching with { Cardinality = side.IsWord("group_left") ? MatchCardinality.ManyToOne : MatchCardinality.OneToMany, Include = include });
    }

    /// <summary>Whether the parenthesis here begins a list of labels: it is empty, or its first word is followed by a comma or the end.</summary>
    private bool IsLabelList() => tokens.Next.IsSign(")") || (tokens.Next.Kind == LogQlTokenKind.Identifier && (tokens.Peek(2).IsSign(",") || tokens.Peek(2).IsSign(")")));

    private List<string> Labels()
    {
        var labels = new List<string>();
        tokens.ExpectSign("(");
        if (tokens.TryTakeSign(")"))
        {
            return labels;
        }

        do
        {
            labels.Add(tokens.Expect(LogQlTokenKind.Identifier).Text);
        }
        while (tokens.TryTakeSign(","));

        tokens.ExpectSign(")");
        return labels;
    }
}
