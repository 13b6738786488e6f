using Clew.Query.Language;
using Clew.Query.PromQL;
using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Parsing;
using Clew.Server.Tests.Storage;
using Clew.Tests;
using Clew.Tests.Query;
using Clew.Tests.Query.PromQL;

namespace Clew.Server.Tests.Query;

/// <summary>PromQL on the real store: series that came by remote write answer as they were sent, those of OpenTelemetry as the cases state.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class StoredPromQlTests
{
    [Fact]
    public async Task Metrics_of_opentelemetry_are_the_series_that_the_cases_state()
    {
        await using var store = await TemporaryStore.OpenAsync();
        var wrong = new List<string>();
        foreach (var one in StoredSeriesLines.All())
        {
            wrong.AddRange(await one.CheckAsync(store.Metrics, batch => store.Writer.WriteAsync(batch, CancellationToken.None)));
        }

        string.Join("\n\n", wrong).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_store_gives_the_answers_that_memory_gives()
    {
        await using var store = await TemporaryStore.OpenAsync();
        foreach (var name in new[] { "values", "operators" })
        {
            var runner = new ScriptRunner(new PromQlOptions { Experimental = true }, Source(store));
            (await runner.RunAsync(CaseFile.Read($"PromQL/Cases/{name}.txt"))).ShouldBeEmpty(name);
            runner.Evaluations.ShouldBeGreaterThan(20);
        }
    }

    /// <summary>A question that named them all would be longer than the engine reads.</summary>
    [Fact]
    public async Task A_selector_without_a_name_looks_at_however_many_metrics_there_are()
    {
        const int Metrics = 9_000;
        await using var store = await TemporaryStore.OpenAsync();
        var source = new StoredScriptSource(store.Metrics, batch => store.Writer.WriteAsync(batch, CancellationToken.None)) { FirstPortion = 2_000, PortionPoints = 100_000 };
        for (var i = 0; i < Metrics; i++)
        {
            source.Add(LabelSet.Of([new("__name__", $"a_metric_with_a_name_that_is_rather_long_{i}"), new("x", $"{i % 2}")]), 1_000, 1, null, 0);
        }

        var engine = new PromQlEngine(source, new PromQlOptions());
        var result = await engine.InstantAsync(PromQlParser.Parse("count({x=\"1\"})"), 2_000, new QueryBudget(new QueryBudgetLimits(), TimeProvider.System, CancellationToken.None));

        result.Series.Single().Samples[0].Value.ShouldBe(Metrics / 2);
    }

    /// <summary>Those of Prometheus' own scripts that hold nothing the store does not keep: it has no fractional counts of native histograms.</summary>
    [SharedFact("compliance/promql")]
    public async Task Prometheus_own_scripts_get_their_answers_from_the_store()
    {
        await using var store = await TemporaryStore.OpenAsync();
        var problems = new List<string>();
        var evaluations = 0;
        foreach (var name in new[] { "at_modifier", "collision", "literals", "name_label_dropping", "selectors", "staleness", "trig_functions" })
        {
            var runner = new ScriptRunner(new PromQlOptions { Experimental = true, DelayNameRemoval = true }, Source(store));
            problems.AddRange((await runner.RunAsync(File.ReadAllText(SharedFolder.PathOf($"compliance/promql/{name}.test")))).Select(problem => $"{name}:{problem.Line} {problem.Problem}"));
            evaluations += runner.Evaluations;
        }

        problems.ShouldBeEmpty($"of {evaluations} evaluations");
        evaluations.ShouldBeGreaterThan(150);
    }

    private static StoredScriptSource Source(TemporaryStore store) => new(store.Metrics, batch => store.Writer.WriteAsync(batch, CancellationToken.None));
}
