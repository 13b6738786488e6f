using Clew.Query.PromQL;

namespace Clew.Tests.Query.PromQL;

/// <summary>
/// The scripts with which Prometheus tests its own engine, from the shared folder. What does not pass yet is listed by file and line in
/// <c>Cases/known-failures.txt</c>, which may only become shorter: a failure that is not listed fails the test, and so does a listed one that passes.
/// </summary>
public sealed class ComplianceTests
{
    private const string Folder = "compliance/promql";

    [SharedTheory(Folder)]
    [InlineData("core", 1_236, 1_236, "aggregators at_modifier collision functions histograms literals name_label_dropping operators range_queries selectors staleness subquery trig_functions")]
    [InlineData("native histograms", 522, 500, "native_histograms")]
    [InlineData("experimental", 437, 350, "duration_expression extended_vectors fill-modifier info limit start_timestamps type_and_unit")]
    public async Task Prometheus_own_scripts_pass_but_for_the_failures_listed(string group, int evaluations, int atLeast, string files)
    {
        var known = CaseFile.Lines("PromQL/Cases/known-failures.txt").Select(line => line.Text.Trim()).ToHashSet();
        var unlisted = new List<string>();
        var failed = new HashSet<string>();
        var run = 0;
        var names = files.Split(' ');
        foreach (var name in names)
        {
            var runner = new ScriptRunner(new PromQlOptions { Experimental = true, DelayNameRemoval = true, UseStartTimestamps = true, TypeAndUnitLabels = true });
            foreach (var (line, problem) in await runner.RunAsync(File.ReadAllText(SharedFolder.PathOf($"{Folder}/{name}.test"))))
            {
                failed.Add($"{name}.test:{line}");
                if (!known.Contains($"{name}.test:{line}"))
                {
                    unlisted.Add($"{name}.test:{line} {problem}");
                }
            }

            run += runner.Evaluations;
        }

        unlisted.ShouldBeEmpty($"{run - failed.Count} of {run} {group} evaluations pass");
        known.Where(entry => names.Contains(entry.Split('.')[0]) && !failed.Contains(entry)).ShouldBeEmpty("these pass now; take them out of known-failures.txt");
        run.ShouldBe(evaluations);
        (run - failed.Count).ShouldBeGreaterThanOrEqualTo(atLeast);
    }
}
