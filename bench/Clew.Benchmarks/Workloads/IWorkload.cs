namespace Clew.Benchmarks.Workloads;

/// <summary>
/// One operation of the hot path on fixed input. BenchmarkDotNet measures its time, a test its allocations against
/// <c>bench/allocation-budgets.json</c>; both run this code.
/// </summary>
internal interface IWorkload
{
    /// <summary>Key of the budget.</summary>
    string Name { get; }

    /// <summary>Spans, log records or data points per operation.</summary>
    int Items { get; }

    /// <returns>Items that came through, so that nothing is optimised away and a test sees that the work was done.</returns>
    int Run();
}
