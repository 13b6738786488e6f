using Clew.Query.Language;
using Clew.Query.LogQL.Stored;
using Clew.Query.PromQL;
using Clew.Query.TraceQL;
using static Clew.Server.Configuration.SettingValues;

namespace Clew.Server.Configuration;

/// <summary>The settings of what queries in the languages may use up, and of how PromQL is read.</summary>
internal static class QueryLanguageSettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        Budget("language_timeout", Duration(TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1)), b => b.Timeout, (b, v) => b with { Timeout = v },
            "Time a query in a language may take in all, however many questions to the store it consists of."),
        Budget("steps", Integer(1, 1_000_000), b => b.Steps, (b, v) => b with { Steps = v },
            "Most steps of a query over a range; a query with more is refused."),
        Budget("samples", Whole(1_000, 10_000_000_000), b => b.Samples, (b, v) => b with { Samples = v },
            "Values a query in a language may hold at once, about 16 bytes each; beyond it the query is refused."),
        Budget("entries", Whole(1_000, 1_000_000_000_000), b => b.Entries, (b, v) => b with { Entries = v },
            "Log lines a LogQL query may read, those included that its filters let fall; beyond it the query is refused."),
        Budget("text", Size(1 << 16, 1L << 36), b => b.TextBytes, (b, v) => b with { TextBytes = v },
            "Bytes of text a LogQL query may hold for its answer: lines and labels; beyond it the query is refused."),
        Budget("selected_series", Integer(1, 100_000_000), b => b.Series, (b, v) => b with { Series = v },
            "Series that one selector of a PromQL query may select; a query with more is refused."),
        TraceQl("candidates", Integer(1, 10_000_000), t => t.Candidates, (t, v) => t with { Candidates = v },
            "Traces a TraceQL search evaluates when the store cannot test the whole query; beyond it the answer is marked as not complete."),
        TraceQl("metric_spans", Integer(1_000, 1_000_000_000), t => t.Spans, (t, v) => t with { Spans = v },
            "Spans a TraceQL metrics query reads when the store cannot count them; beyond it the query is refused."),
        LogQl("streams", Integer(1, 10_000_000), l => l.Streams, (l, v) => l with { Streams = v },
            "Streams a LogQL query, or a list of labels, looks at; beyond it the question is refused."),
        LogQl("portion_entries", Integer(100, 1_000_000), l => l.PortionEntries, (l, v) => l with { PortionEntries = v },
            "Log lines a LogQL query holds at once while it goes through them, and lines that may have the same time."),
        LogQl("log_counts", Integer(1_000, 100_000_000), l => l.Counts, (l, v) => l with { Counts = v },
            "Numbers of a count of log lines made in the store, streams times steps; with more, lines are read, or the question is refused."),
        Metrics("series", Integer(1, 1_000_000), m => m.Series, (m, v) => m with { Series = v },
            "Series of one TraceQL metrics query; beyond it the query is refused."),
        Metrics("compared_values", Integer(1, 1_000_000), m => m.ComparedValues, (m, v) => m with { ComparedValues = v },
            "Different values of one attribute that compare() counts; further ones count in its total only."),
        PromQl("experimental", Bool, o => o.Experimental, (o, v) => o with { Experimental = v },
            "Whether PromQL knows what Prometheus hides behind feature flags: experimental functions, arithmetic over durations, info, limitk and the like."),
        PromQl("lookback", Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)), o => o.Lookback, (o, v) => o with { Lookback = v },
            "How old the last sample of a series may be to count as its value now."),
        PromQl("delayed_name_removal", Bool, o => o.DelayNameRemoval, (o, v) => o with { DelayNameRemoval = v },
            "Whether the metric's name is dropped at the end of a PromQL query and not by each function."),
    ];

    private static Setting Budget<T>(string name, SettingValue<T> kind, Func<QueryBudgetLimits, T> get, Func<QueryBudgetLimits, T, QueryBudgetLimits> set, string description) => Setting.Of(
        "query." + name, kind, o => get(o.Queries.Budget), (o, v) => o with { Queries = o.Queries with { Budget = set(o.Queries.Budget, v) } }, description);

    private static Setting TraceQl<T>(string name, SettingValue<T> kind, Func<TraceSearchLimits, T> get, Func<TraceSearchLimits, T, TraceSearchLimits> set, string description) => Setting.Of(
        "query." + name, kind, o => get(o.Queries.TraceQl), (o, v) => o with { Queries = o.Queries with { TraceQl = set(o.Queries.TraceQl, v) } }, description);

    private static Setting LogQl<T>(string name, SettingValue<T> kind, Func<LogSearchLimits, T> get, Func<LogSearchLimits, T, LogSearchLimits> set, string description) => Setting.Of(
        "query." + name, kind, o => get(o.Queries.LogQl), (o, v) => o with { Queries = o.Queries with { LogQl = set(o.Queries.LogQl, v) } }, description);

    private static Setting Metrics<T>(string name, SettingValue<T> kind, Func<MetricsLimits, T> get, Func<MetricsLimits, T, MetricsLimits> set, string description) => Setting.Of(
        "query." + name, kind, o => get(o.Queries.TraceQlMetrics), (o, v) => o with { Queries = o.Queries with { TraceQlMetrics = set(o.Queries.TraceQlMetrics, v) } }, description);

    private static Setting PromQl<T>(string name, SettingValue<T> kind, Func<PromQlOptions, T> get, Func<PromQlOptions, T, PromQlOptions> set, string description) => Setting.Of(
        "promql." + name, kind, o => get(o.PromQl), (o, v) => o with { PromQl = set(o.PromQl, v) }, description);
}
