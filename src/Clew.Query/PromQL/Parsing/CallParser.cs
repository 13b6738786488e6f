using Clew.Query.Language;
using Clew.Query.PromQL.Functions;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Parsing;

/// <summary>Function calls and aggregations.</summary>
/// <param name="expression">Reads an expression of any kind.</param>
internal sealed class CallParser(TokenReader tokens, TypeCheck check, Func<Expression> expression)
{
    public CallExpression Function()
    {
        var name = tokens.Take();
        var function = FunctionTable.Find(name.Text) ?? throw tokens.Error($"unknown function with name {QuotedText.Quote(name.Text)}", name.Span);
        if (function.IsExperimental)
        {
            tokens.RequireExperimental(name.Span, $"function {QuotedText.Quote(name.Text)}");
        }

        var arguments = Arguments();
        var span = SourceSpan.Cover(name.Span, tokens.Previous.Span);
        check.Call(function, arguments, span);
        return new CallExpression(span, function, arguments);
    }

    public AggregateExpression Aggregate(AggregateOperator aggregate)
    {
        var name = tokens.Take();
        if (aggregate.IsExperimental())
        {
            tokens.RequireExperimental(name.Span, $"{aggregate.Text()}()");
        }

        var grouping = Grouping();
        var arguments = Arguments();
        grouping ??= Grouping();

        var span = SourceSpan.Cover(name.Span, tokens.Previous.Span);
        var (operand, parameter) = check.Aggregate(aggregate, arguments, span);
        return new AggregateExpression(span, aggregate, operand, parameter, grouping?.Without ?? false, grouping?.Names ?? []);
    }

    private (bool Without, List<string> Names)? Grouping() =>
        tokens.Current.IsWord("by") || tokens.Current.IsWord("without") ? (tokens.Take().IsWord("without"), MatchingParser.Names(tokens)) : null;

    private List<Expression> Arguments()
    {
        var arguments = new List<Expression>();
        tokens.Expect(TokenKind.OpenParenthesis, "(");
        if (tokens.TryTake(TokenKind.CloseParenthesis))
        {
            return arguments;
        }

        while (true)
        {
            arguments.Add(expression());
            if (tokens.TryTake(TokenKind.CloseParenthesis))
            {
                return arguments;
            }

            if (!tokens.TryTake(TokenKind.Comma))
            {
                throw tokens.Unexpected("expected \",\" or \")\"");
            }

            if (tokens.Current.Kind == TokenKind.CloseParenthesis)
            {
                throw tokens.Error("trailing commas are not allowed in function call arguments");
            }
        }
    }
}
