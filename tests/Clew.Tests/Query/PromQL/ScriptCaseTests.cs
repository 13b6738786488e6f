using Clew.Query.PromQL;

namespace Clew.Tests.Query.PromQL;

/// <summary>The meaning of queries, from our own scripts in <c>Cases</c>; the notation is that of Prometheus' test scripts.</summary>
public sealed class ScriptCaseTests
{
    [Theory]
    [InlineData("values")]
    [InlineData("operators")]
    [InlineData("histograms")]
    public async Task Scripts_get_the_answers_they_state_however_late_names_are_dropped(string name)
    {
        foreach (var delay in new[] { false, true })
        {
            var runner = new ScriptRunner(new PromQlOptions { Experimental = true, DelayNameRemoval = delay, UseStartTimestamps = true });

            var problems = await runner.RunAsync(CaseFile.Read($"PromQL/Cases/{name}.txt"));

            problems.ShouldBeEmpty($"with delayed name removal {delay}");
            runner.Evaluations.ShouldBeGreaterThan(20);
        }
    }

    [Theory]
    [InlineData("values")]
    [InlineData("operators")]
    [InlineData("histograms")]
    public async Task A_range_query_answers_at_each_step_what_an_instant_query_answers_there(string name)
    {
        var runner = new ScriptRunner(new PromQlOptions { Experimental = true }) { ComparesStepsWithInstants = true };

        (await runner.RunAsync(CaseFile.Read($"PromQL/Cases/{name}.txt"))).ShouldBeEmpty();
    }

    [SharedFact("compliance/promql")]
    public async Task Prometheus_scripts_answer_the_same_step_by_step_and_at_once()
    {
        var runner = new ScriptRunner(new PromQlOptions { Experimental = true, DelayNameRemoval = true }) { ComparesStepsWithInstants = true };
        var differences = new List<string>();
        foreach (var name in new[] { "aggregators", "operators", "selectors", "staleness", "subquery", "range_queries", "at_modifier", "limit", "fill-modifier", "extended_vectors" })
        {
            differences.AddRange((await runner.RunAsync(File.ReadAllText(SharedFolder.PathOf($"compliance/promql/{name}.test"))))
                .Where(problem => problem.Problem.Contains(ScriptRunner.StepsDiffer, StringComparison.Ordinal))
                .Select(problem => $"{name}:{problem.Line} {problem.Problem}"));
        }

        differences.ShouldBeEmpty();
    }
}
