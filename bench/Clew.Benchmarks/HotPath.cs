using BenchmarkDotNet.Attributes;
using Clew.Benchmarks.Workloads;

namespace Clew.Benchmarks;

/// <summary>Time and allocations of one operation (about 1,000 items) of every workload.</summary>
[MemoryDiagnoser]
public class HotPath
{
    private static readonly Dictionary<string, IWorkload> All = AllWorkloads.Create().ToDictionary(w => w.Name);
    private IWorkload? _workload;

    /// <summary>What the names of the workloads to run begin with.</summary>
    internal static string Beginning { get; set; } = "";

    /// <summary>Names of the workloads.</summary>
    public static IEnumerable<string> Names => All.Keys.Where(name => name.StartsWith(Beginning, StringComparison.Ordinal));

    /// <summary>Which one.</summary>
    [ParamsSource(nameof(Names))]
    public string Workload { get; set; } = "";

    [GlobalSetup]
    public void Setup() => _workload = All[Workload];

    [Benchmark]
    public int Run() => _workload!.Run();
}
