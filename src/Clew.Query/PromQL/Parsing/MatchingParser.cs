using Clew.Query.Language;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Parsing;

/// <summary>The modifiers between a binary operator and its right side.</summary>
/// <param name="ReturnsBool">Whether <c>bool</c> stands there.</param>
/// <param name="Matching">The matching they say, or the simple one.</param>
/// <param name="IsExplicit">Whether any label is named, so that both sides must be vectors.</param>
internal readonly record struct MatchingModifiers(bool ReturnsBool, VectorMatching Matching, bool IsExplicit);

/// <summary>Reads <c>bool</c>, <c>on</c>, <c>ignoring</c>, <c>group_left</c>, <c>group_right</c> and <c>fill</c>.</summary>
internal sealed class MatchingParser(TokenReader tokens)
{
    public MatchingModifiers Parse(BinaryOperator binary)
    {
        var matching = VectorMatching.Simple with { Cardinality = binary.IsSet() ? MatchCardinality.ManyToMany : MatchCardinality.OneToOne };
        var returnsBool = false;
        if (tokens.Current.IsWord("bool"))
        {
            var token = tokens.Take();
            returnsBool = binary.IsComparison() ? true : throw tokens.Error("bool modifier can only be used on comparison operators", token.Span);
        }

        var isExplicit = false;
        if (tokens.Next.Kind == TokenKind.OpenParenthesis && (tokens.Current.IsWord("on") || tokens.Current.IsWord("ignoring")))
        {
            var on = tokens.Take().IsWord("on");
            matching = matching with { IsOn = on, Labels = Names(tokens) };
            isExplicit = on || matching.Labels.Count > 0;
            matching = Group(matching, binary);
        }

        return new MatchingModifiers(returnsBool, Fill(matching, binary), isExplicit);
    }

    /// <summary><c>(a, b, "c")</c>.</summary>
    public static List<string> Names(TokenReader tokens)
    {
        var names = new List<string>();
        tokens.Expect(TokenKind.OpenParenthesis, "(");
        while (tokens.Current.Kind != TokenKind.CloseParenthesis)
        {
            var name = tokens.Current;
            if (name.Kind is not (TokenKind.Identifier or TokenKind.String))
            {
                throw tokens.Unexpected("expected a label name");
            }

            if (!LabelNames.IsValid(name.Text) || (name.Kind == TokenKind.Identifier && !LabelNames.IsPlainLabel(name.Text)))
            {
                throw tokens.Error($"invalid label name {QuotedText.Quote(name.Text)}", name.Span);
            }

            names.Add(tokens.Take().Text);
            if (!tokens.TryTake(TokenKind.Comma) && tokens.Current.Kind != TokenKind.CloseParenthesis)
            {
                throw tokens.Unexpected("expected \",\" or \")\"");
            }
        }

        tokens.Take();
        return names;
    }

    private VectorMatching Group(VectorMatching matching, BinaryOperator binary)
    {
        var token = tokens.Current;
        if (!token.IsWord("group_left") && !token.IsWord("group_right"))
        {
            return matching;
        }

        tokens.Take();
        if (binary.IsSet())
        {
            throw tokens.Error($"no grouping allowed for the set operator \"{binary.Text()}\"", token.Span);
        }

        var include = tokens.Current.Kind == TokenKind.OpenParenthesis ? Names(tokens) : [];
        if (matching.IsOn && include.Find(matching.Labels.Contains) is { } twice)
        {
            throw tokens.Error($"label {QuotedText.Quote(twice)} must not occur in ON and GROUP clause at once", token.Span);
        }

        return matching with { Cardinality = token.IsWord("group_left") ? MatchCardinality.ManyToOne : MatchCardinality.OneToMany, Include = include };
    }

    private VectorMatching Fill(VectorMatching matching, BinaryOperator binary)
    {
        while (tokens.Next.Kind == TokenKind.OpenParenthesis && (tokens.Current.IsWord("fill") || tokens.Current.IsWord("fill_left") || tokens.Current.IsWord("fill_right")))
        {
            var token = tokens.Take();
            tokens.RequireExperimental(token.Span, $"the modifier {token.Text}");
            if (binary.IsSet())
            {
                throw tokens.Error($"filling is not allowed for the set operator \"{binary.Text()}\"", token.Span);
            }

            tokens.Take();
            var negative = tokens.Current.IsOperator("-");
            if (negative || tokens.Current.IsOperator("+"))
            {
                tokens.Take();
            }

            var value = tokens.Current;
            if (!(value.Kind is TokenKind.Number or TokenKind.Duration or TokenKind.Identifier)
                || (value.Kind == TokenKind.Identifier && !GoNumber.TryParse(value.Text, out _)))
            {
                throw tokens.Unexpected("expected a number");
            }

            tokens.Take();
            tokens.Expect(TokenKind.CloseParenthesis, ")");
            var number = value.Kind == TokenKind.Identifier && GoNumber.TryParse(value.Text, out var special) ? special : DurationParser.Number(value).Value;
            number = negative ? -number : number;
            matching = token.IsWord("fill") ? matching with { FillLeft = number, FillRight = number }
                : token.IsWord("fill_left") ? matching with { FillLeft = number }
                : matching with { FillRight = number };
        }

        return matching;
    }
}
