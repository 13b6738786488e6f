using Clew.Query.Language;
using Clew.Query.LogQL.Syntax;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.LogQL.Parsing;

/// <summary>
/// From text to a checked tree (grammar: grafana.com/docs/loki/latest/query). Errors name tokens as Loki's do; <see cref="QuerySyntaxException"/> has the
/// place.
/// </summary>
public static class LogQlParser
{
    /// <summary>Parses and checks a query.</summary>
    /// <exception cref="QuerySyntaxException">It does not follow the grammar, or its parts do not fit together.</exception>
    public static LogQlQuery Parse(string query)
    {
        var tokens = Tokens(query);
        var logs = new PipelineParser(tokens);
        if (tokens.BehindParentheses.IsSign("{"))
        {
            var expression = logs.LogExpression();
            RequireEnd(tokens);
            return new LogQlQuery(expression);
        }

        var metric = new MetricParser(tokens, logs).Expression();
        RequireEnd(tokens);
        return new LogQlQuery(metric);
    }

    /// <summary>Parses a selector alone, as <c>match[]</c> parameters hold them. It may match every stream.</summary>
    /// <exception cref="QuerySyntaxException">It is not a selector, or more than one.</exception>
    public static IReadOnlyList<LabelMatcher> ParseMatchers(string selector)
    {
        var tokens = Tokens(selector);
        var matchers = new PipelineParser(tokens).Matchers();
        RequireEnd(tokens);
        return matchers;
    }

    /// <summary>The error as Loki writes it: <c>parse error at line 1, col 5: …</c>.</summary>
    public static string Describe(QuerySyntaxException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"parse error at line {error.Position.Line}, col {error.Position.Column}: {error.Problem}");
    }

    private static LogQlTokenReader Tokens(string query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return query.Length <= QueryBudgetLimits.QueryLength
            ? new LogQlTokenReader(query)
            : throw new QuerySyntaxException(query, default, $"the query has more than {QueryBudgetLimits.QueryLength} characters");
    }

    private static void RequireEnd(LogQlTokenReader tokens)
    {
        if (tokens.Current.Kind != LogQlTokenKind.End)
        {
            throw tokens.Unexpected();
        }
    }
}
