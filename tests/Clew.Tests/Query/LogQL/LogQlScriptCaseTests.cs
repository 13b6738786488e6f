namespace Clew.Tests.Query.LogQL;

/// <summary>The meaning of queries, from our own scripts in <c>Cases</c>.</summary>
public sealed class LogQlScriptCaseTests
{
    public static readonly TheoryData<string> Scripts = ["lines", "filters", "ranges", "vectors", "operators"];

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task Scripts_get_the_answers_they_state_however_the_source_cuts_its_portions(string name)
    {
        foreach (var portion in new[] { 1, 3, 1_000 })
        {
            var runner = new LogQlScriptRunner(new MemoryLogSource { PortionSize = portion });

            (await runner.RunAsync(CaseFile.Read($"LogQL/Cases/{name}.txt"))).ShouldBeEmpty($"in portions of {portion}");
            runner.Evaluations.ShouldBeGreaterThan(40);
        }
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task A_source_that_uses_every_hint_and_counts_itself_gives_the_same_answers(string name)
    {
        var source = new MemoryLogSource { UsesHints = true, Counts = true };

        (await new LogQlScriptRunner(source).RunAsync(CaseFile.Read($"LogQL/Cases/{name}.txt"))).ShouldBeEmpty();
        source.CountingsDone.ShouldBeGreaterThanOrEqualTo(name is "vectors" or "operators" ? 10 : 0);
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task A_range_query_answers_at_each_step_what_an_instant_query_answers_there(string name)
    {
        var runner = new LogQlScriptRunner(new MemoryLogSource()) { ComparesStepsWithInstants = true };

        (await runner.RunAsync(CaseFile.Read($"LogQL/Cases/{name}.txt"))).ShouldBeEmpty();
    }
}
