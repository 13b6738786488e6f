using Clew.Query.Language;

namespace Clew.Query.LogQL.Parsing;

/// <summary>The tokens of a query with a place among them, and the making of errors.</summary>
internal sealed class LogQlTokenReader(string query)
{
    private readonly List<LogQlToken> _tokens = new LogQlLexer(query).Run();
    private int _at;
    private int _depth;

    public string Query { get; } = query;

    public LogQlToken Current => _tokens[_at];

    public LogQlToken Next => Peek(1);

    /// <summary>The token that many places on.</summary>
    public LogQlToken Peek(int places) => _tokens[Math.Min(_at + places, _tokens.Count - 1)];

    /// <summary>The token that was taken last.</summary>
    public LogQlToken Previous => _tokens[Math.Max(0, _at - 1)];

    /// <summary>The first token from here that is no opening parenthesis.</summary>
    public LogQlToken BehindParentheses
    {
        get
        {
            var place = _at;
            while (_tokens[place].IsSign("("))
            {
                place++;
            }

            return _tokens[place];
        }
    }

    public LogQlToken Take() => _tokens[_at].Kind == LogQlTokenKind.End ? _tokens[_at] : _tokens[_at++];

    public bool TryTakeSign(string sign)
    {
        if (!Current.IsSign(sign))
        {
            return false;
        }

        Take();
        return true;
    }

    public bool TryTakeWord(string word)
    {
        if (!Current.IsWord(word))
        {
            return false;
        }

        Take();
        return true;
    }

    public LogQlToken ExpectSign(string sign) => Current.IsSign(sign) ? Take() : throw Unexpected(sign);

    public LogQlToken Expect(LogQlTokenKind kind) => Current.Kind == kind ? Take() : throw Unexpected(kind switch
    {
        LogQlTokenKind.Identifier => "IDENTIFIER",
        LogQlTokenKind.String => "STRING",
        LogQlTokenKind.Number => "NUMBER",
        _ => "DURATION",
    });

    public QuerySyntaxException Error(string problem, SourceSpan? span = null) => new(Query, span ?? Current.Span, problem);

    /// <summary>The token here cannot stand here.</summary>
    /// <param name="expected">What can, as errors name tokens; nothing when it is too much to say.</param>
    public QuerySyntaxException Unexpected(params ReadOnlySpan<string> expected) =>
        Error($"syntax error: unexpected {Current.Shown}" + (expected.IsEmpty ? string.Empty : $", expecting {string.Join(" or ", expected!)}"));

    /// <summary>Counts nesting until it is disposed.</summary>
    public Depth Deeper() => ++_depth <= QueryBudgetLimits.Nesting ? new Depth(this) : throw Error($"expressions are nested deeper than {QueryBudgetLimits.Nesting}");

    internal readonly struct Depth(LogQlTokenReader reader) : IDisposable
    {
        public void Dispose() => reader._depth--;
    }
}
