using System.Globalization;
using System.Text;
using Clew.Query.Language;
using Clew.Query.LogQL;
using Clew.Query.LogQL.Extraction;
using Clew.Query.LogQL.Parsing;
using Clew.Query.LogQL.Source;
using Clew.Query.LogQL.Syntax;
using Clew.Query.PromQL.Data;

namespace Clew.Benchmarks.Workloads;

/// <summary>A metric query of LogQL over a thousand lines of one stream, as portions of the store hold them.</summary>
/// <param name="query">Counts all of them, in one series or several.</param>
internal sealed class LogQlWorkload(string name, string query, Func<int, string> line) : IWorkload
{
    private const int Lines = 1_000;
    private const long Now = 1_795_255_872_000_000_000;

    private readonly LogQlQuery _query = LogQlParser.Parse(query);
    private readonly LogQlEngine _engine = new(new OnePortion(line), TimeProvider.System);

    public string Name => name;

    public int Items => Lines;

    public int Run()
    {
        var budget = new QueryBudget(new QueryBudgetLimits(), TimeProvider.System, CancellationToken.None);

        // The source has all at hand: nothing is waited for.
        return (int)_engine.InstantAsync(_query, Now, budget).GetAwaiter().GetResult().Series.Sum(series => series.Samples[0].Value);
    }

    private sealed class OnePortion(Func<int, string> line) : ILogSource
    {
        private readonly Portion _portion = new([.. Enumerable.Range(0, Lines).Select(i => Encoding.UTF8.GetBytes(line(i)))]);

        public async IAsyncEnumerable<LogPortion> SelectAsync(
            LogSelection selection, QueryBudget budget, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
        {
            await Task.CompletedTask;
            yield return _portion;
        }

        public Task<IReadOnlyList<LogCount>?> CountAsync(LogCounting counting, QueryBudget budget, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<LogCount>?>(null);
    }

    private sealed class Portion(byte[][] lines) : LogPortion
    {
        private readonly LogQlStream _stream = new(LabelSet.OfAll([new("service_name", "cart"), new("env", "prod")]));

        public override int Count => lines.Length;

        public override LogQlStream StreamOf(int row) => _stream;

        public override long TimeOf(int row) => Now - row;

        public override ReadOnlySpan<byte> LineOf(int row) => lines[row];

        public override void ReadMetadata(int row, ILogQlFieldSink sink) => sink.Add("detected_level", "info");
    }
}

/// <summary>The pipelines that are measured.</summary>
internal static class LogQlWorkloads
{
    public static IEnumerable<IWorkload> Create()
    {
        yield return new LogQlWorkload("logql_line_filters", "sum(count_over_time({service_name=\"cart\"} |= \"added\" != \"refused\" |> \"<_>added item <_>\" [1h]))", Json);
        yield return new LogQlWorkload("logql_logfmt", "sum by (level) (count_over_time({service_name=\"cart\"} | logfmt | took > 1ms and status < 500 [1h]))", Logfmt);
        yield return new LogQlWorkload("logql_json", "sum by (user_plan) (count_over_time({service_name=\"cart\"} | json | user_plan=~\"pro|free\" [1h]))", Json);
    }

    private static string Json(int i) => string.Create(
        CultureInfo.InvariantCulture, $$"""{"level":"info","msg":"added item {{i}}","user":{"id":{{i}},"plan":"{{(i % 3 == 0 ? "free" : "pro")}}"},"took_ms":{{i}}.5}""");

    private static string Logfmt(int i) => string.Create(CultureInfo.InvariantCulture, $"level={(i % 7 == 0 ? "warn" : "info")} msg=\"added item {i}\" took={i + 2}ms status=200");
}
