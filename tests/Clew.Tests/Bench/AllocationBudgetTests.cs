using System.Text.Json;
using Clew.Benchmarks.Workloads;

namespace Clew.Tests.Bench;

/// <summary>
/// Holds the hot path to the bytes per operation committed in bench/allocation-budgets.json. An operation is a whole request or block of about
/// 1,000 rows, so a budget of a few kilobytes leaves no room for an object per span.
/// </summary>
public sealed class AllocationBudgetTests
{
    /// <summary>Enough for buffers to reach their size and for methods to be compiled with all optimisations.</summary>
    private const int WarmUp = 60;

    private const int Measured = 10;

    private static readonly Dictionary<string, IWorkload> Workloads = AllWorkloads.Create().ToDictionary(w => w.Name);

    private static readonly Dictionary<string, long> Budgets = ReadBudgets();

    public static TheoryData<string> Names => [.. Workloads.Keys];

    [Fact]
    public void Every_workload_has_a_budget_and_every_budget_a_workload() => Budgets.Keys.ShouldBe(Workloads.Keys, ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_warm_operation_stays_within_its_budget(string name)
    {
        var workload = Workloads[name];
        for (var i = 0; i < WarmUp; i++)
        {
            workload.Run().ShouldBe(workload.Items);
        }

        // The least of several: now and then the runtime itself allocates on this thread, for instance when it swaps in optimised code.
        var least = long.MaxValue;
        for (var i = 0; i < Measured; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            workload.Run();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        least.ShouldBeLessThanOrEqualTo(Budgets[name], $"{name} allocates {least} bytes for {workload.Items} items; the budget is in bench/allocation-budgets.json");
        least.ShouldBeGreaterThanOrEqualTo(Budgets[name] / 3, $"{name} allocates only {least} bytes: tighten its budget in bench/allocation-budgets.json");
    }

    private static Dictionary<string, long> ReadBudgets()
    {
        using var file = typeof(AllocationBudgetTests).Assembly.GetManifestResourceStream("allocation-budgets.json")!;
        return JsonSerializer.Deserialize<Dictionary<string, long>>(file)!;
    }
}
