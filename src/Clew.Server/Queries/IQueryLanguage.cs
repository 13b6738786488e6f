using Clew.Query.Language;
using Clew.Server.Configuration;
using Clew.Telemetry;

namespace Clew.Server.Queries;

/// <summary>
/// A query language as <c>/api/query</c> knows it. To add one: write a class, and list it in <see cref="QueryEndpoints"/>.
/// </summary>
internal interface IQueryLanguage
{
    /// <summary>What the parameter <c>language</c> calls it, in lower case.</summary>
    string Name { get; }

    /// <summary>Reads a query, so that one that is none is refused before anything is sent.</summary>
    /// <exception cref="QuerySyntaxException">It does not follow the grammar; says where.</exception>
    IParsedQuery Parse(string query);

    /// <summary>Words of the language for editors to offer; what comes from the data is asked for by <see cref="KeysAsync"/>.</summary>
    QueryWords Words { get; }

    /// <summary>Names that conditions can be about, by the place they are from.</summary>
    Task<IReadOnlyList<QueryKeys>> KeysAsync(QueryStore store, TimeRange range);

    /// <summary>Values of one of these names, as they are written in a query, most likely ones first.</summary>
    /// <exception cref="QuerySyntaxException">It is not such a name.</exception>
    /// <exception cref="InvalidQuestionException">It is more than one.</exception>
    Task<IReadOnlyList<string>> ValuesAsync(QueryStore store, TimeRange range, string key, int limit);
}

/// <summary>A query that follows the grammar.</summary>
internal interface IParsedQuery
{
    /// <summary>Answers it: rows as they are found, and in between how far it has come. Ends with a <see cref="QueryProgress"/> that says whether that was all.</summary>
    /// <exception cref="QueryLimitException">It met a limit, perhaps after some rows.</exception>
    IAsyncEnumerable<QueryEvent> RunAsync(QueryStore store, QueryQuestion question);
}

/// <summary>Where a query is answered from, and what it may use up.</summary>
internal sealed record QueryStore(ITelemetryReader Reader, Tenant Tenant, QueryLimits Limits, TimeProvider Clock, CancellationToken Cancellation)
{
    /// <summary>Null when the store does not answer questions about metrics.</summary>
    public IMetricReader? Metrics { get; init; }

    public QueryBudget Budget() => new(Limits.Budget, Clock, Cancellation);
}

/// <param name="Range">What the query is about.</param>
/// <param name="Step">Of a query over a range, the length of a step; null for one number for the whole range.</param>
/// <param name="Limit">Rows at most, where the language has a use for it.</param>
internal sealed record QueryQuestion(TimeRange Range, TimeSpan? Step, int Limit);

/// <summary>One line of an answer.</summary>
internal abstract record QueryEvent;

/// <summary>A row.</summary>
/// <param name="Kind">What it is: <c>trace</c>, <c>series</c>.</param>
/// <param name="Write">Writes the members of the row's object.</param>
internal sealed record QueryRow(string Kind, Action<System.Text.Json.Utf8JsonWriter> Write) : QueryEvent
{
    /// <summary>The row is what is known so far; it comes again, with the same key, when more is known.</summary>
    public bool IsPartial { get; init; }
}

/// <summary>How far a query has come.</summary>
/// <param name="Inspected">Spans, records or samples that were evaluated; what the store counted by itself is not among them.</param>
/// <param name="IsLast">No row follows.</param>
/// <param name="IsComplete">With <paramref name="IsLast"/>: whether the rows are all there are.</param>
internal sealed record QueryProgress(long Inspected, bool IsLast, bool IsComplete) : QueryEvent;

/// <summary>Names of one place.</summary>
/// <param name="Scope">Such as <c>span</c>, <c>resource</c>, <c>intrinsic</c>.</param>
/// <param name="Names">As they are written in a query.</param>
internal sealed record QueryKeys(string Scope, IReadOnlyList<string> Names);

/// <summary>The words of a language.</summary>
/// <param name="Functions">With the parentheses and what stands in them.</param>
/// <param name="Keywords">Words that stand for themselves, values among them.</param>
/// <param name="Operators">Signs.</param>
internal sealed record QueryWords(IReadOnlyList<string> Functions, IReadOnlyList<string> Keywords, IReadOnlyList<string> Operators);
