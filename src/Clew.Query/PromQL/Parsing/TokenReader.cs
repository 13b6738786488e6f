using Clew.Query.Language;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Parsing;

/// <summary>The tokens of a query with a place among them, and the making of errors.</summary>
internal sealed class TokenReader
{
    private readonly List<Token> _tokens;
    private int _at;
    private int _depth;

    public TokenReader(string query, PromQlOptions options)
    {
        Query = query;
        Options = options;
        _tokens = new Lexer(query).Run();
    }

    public string Query { get; }

    public PromQlOptions Options { get; }

    public Token Current => _tokens[_at];

    public Token Next => _tokens[Math.Min(_at + 1, _tokens.Count - 1)];

    /// <summary>The token that was taken last.</summary>
    public Token Previous => _tokens[Math.Max(0, _at - 1)];

    public Token Take() => _tokens[_at].Kind == TokenKind.End ? _tokens[_at] : _tokens[_at++];

    public bool TryTake(TokenKind kind)
    {
        if (Current.Kind != kind)
        {
            return false;
        }

        Take();
        return true;
    }

    public Token Expect(TokenKind kind, string what) => Current.Kind == kind ? Take() : throw Unexpected($"expected \"{what}\"");

    /// <summary>The operator that stands here, if one does.</summary>
    public bool TryPeekOperator(out BinaryOperator binary)
    {
        var token = Current;
        var text = token.Kind switch
        {
            TokenKind.Operator => token.Text,
            TokenKind.Identifier => token.Text.ToLowerInvariant(),
            _ => string.Empty,
        };
        foreach (var candidate in Enum.GetValues<BinaryOperator>())
        {
            if (candidate.Text() == text)
            {
                binary = candidate;
                return true;
            }
        }

        binary = default;
        return false;
    }

    public QuerySyntaxException Error(string problem, SourceSpan? span = null) => new(Query, span ?? Current.Span, problem);

    public QuerySyntaxException Unexpected(string expected) => Error($"unexpected {Current.Shown}, {expected}");

    public void RequireExperimental(SourceSpan span, string what)
    {
        if (!Options.Experimental)
        {
            throw Error($"{what} is experimental and not switched on", span);
        }
    }

    /// <summary>Counts nesting until it is disposed.</summary>
    public Depth Deeper() => ++_depth <= QueryBudgetLimits.Nesting ? new Depth(this) : throw Error($"expressions are nested deeper than {QueryBudgetLimits.Nesting}");

    internal readonly struct Depth(TokenReader reader) : IDisposable
    {
        public void Dispose() => reader._depth--;
    }
}
