using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary>Goes through the tokens of a query, and says what was expected where something else stands.</summary>
internal sealed class TokenReader
{
    private readonly string _query;
    private readonly List<TraceQlToken> _tokens;
    private int _at;
    private int _depth;
    private int _operators;

    public TokenReader(string query)
    {
        _query = query;
        if (query.Length > QueryBudgetLimits.QueryLength)
        {
            throw new QuerySyntaxException(query, new SourceSpan(QueryBudgetLimits.QueryLength, query.Length), $"the query has more than {QueryBudgetLimits.QueryLength} characters");
        }

        _tokens = new TraceQlLexer(query).Read();
    }

    public TraceQlToken Current => _tokens[_at];

    public TraceQlToken Following => _tokens[Math.Min(_at + 1, _tokens.Count - 1)];

    public SourceSpan From(SourceSpan start) => SourceSpan.Cover(start, _at == 0 ? start : _tokens[_at - 1].Span);

    public TraceQlToken Take() => _tokens[_at == _tokens.Count - 1 ? _at : _at++];

    public bool TryTake(string sign)
    {
        if (!Current.Is(sign))
        {
            return false;
        }

        _at++;
        return true;
    }

    public void Expect(string sign, string after)
    {
        if (!TryTake(sign))
        {
            throw Expected($"{sign} {after}");
        }
    }

    /// <summary>Goes one level into the query; leave with <see cref="Leave"/>.</summary>
    public void Enter()
    {
        if (++_depth > QueryBudgetLimits.Nesting)
        {
            throw Problem(Current.Span, $"the query has more than {QueryBudgetLimits.Nesting} expressions within each other");
        }
    }

    public void Leave() => _depth--;

    /// <summary>Takes an operator.</summary>
    public TraceQlToken TakeOperator() => ++_operators <= TraceQlLimits.Operators
        ? Take()
        : throw Problem(Current.Span, $"the query has more than {TraceQlLimits.Operators} operators");

    public QuerySyntaxException Expected(string what) =>
        Problem(Current.Span, $"unexpected {(Current.Kind == TraceQlTokenKind.End ? Current.Text : Current.Span.TextIn(_query))}, expected {what}");

    public QuerySyntaxException Problem(SourceSpan span, string problem) => new(_query, span, problem);
}
