using Clew.Query.Language;
using Clew.Query.LogQL.Stored;
using Clew.Query.TraceQL;

namespace Clew.Server.Configuration;

/// <summary>How much one question may ask for. Each limit has a unit, a reason and a consequence; each is a setting under <c>query</c>.</summary>
public sealed record QueryLimits
{
    /// <summary>Traces in one answer. Bounds memory and the time to read them all. A larger <c>limit</c> is refused with 400.</summary>
    public int Traces { get; init; } = 1_500;

    /// <summary>Traces in an answer when the question does not say: a page of them.</summary>
    public int DefaultTraces { get; init; } = 20;

    /// <summary>Log records in one answer. Bounds memory. A larger <c>limit</c> is refused with 400.</summary>
    public int Logs { get; init; } = 10_000;

    /// <summary>Log records in an answer when the question does not say.</summary>
    public int DefaultLogs { get; init; } = 100;

    /// <summary>
    /// Spans in one answer, of one trace or of all found ones together. About 4 KiB each while the answer is made. Beyond: 422, naming this limit.
    /// </summary>
    public int Spans { get; init; } = 250_000;

    /// <summary>Conditions on attributes in one question: each reads two columns more. More are refused with 400.</summary>
    public int Conditions { get; init; } = 32;

    /// <summary>Characters of one condition. Longer ones are refused with 400.</summary>
    public int ConditionLength { get; init; } = 4_096;

    /// <summary>Services, or operations of a service, in one list; the most frequent ones stay.</summary>
    public int Names { get; init; } = 10_000;

    /// <summary>How much a LogQL query reads from the store at once.</summary>
    public LogSearchLimits LogQl { get; init; } = new();

    /// <summary>Pages that follow what is new (<c>GET /api/events</c>) at once. Each holds a connection and up to 64 waiting events. Further ones are refused with 429, and ask now and then.</summary>
    public int Followers { get; init; } = 256;

    /// <summary>Tails of logs that are open at once. Each holds a connection and asks the store every second. Further ones are refused with 429.</summary>
    public int Tails { get; init; } = 64;

    /// <summary>How far back dependencies are looked for when the question does not say; the join reads every span of that time.</summary>
    public TimeSpan DependencyWindow { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How much a TraceQL query reads from the store; the limits <c>query.candidates</c> and <c>query.metric_spans</c>.</summary>
    public TraceSearchLimits TraceQl { get; init; } = new();

    /// <summary>What a TraceQL metrics query may make; the limits <c>query.series</c> and <c>query.compared_values</c>.</summary>
    public MetricsLimits TraceQlMetrics { get; init; } = new();

    /// <summary>What one query in a language may use up; the limits <c>query.steps</c>, <c>query.samples</c> and <c>query.language_timeout</c>.</summary>
    public QueryBudgetLimits Budget { get; init; } = new();
}
