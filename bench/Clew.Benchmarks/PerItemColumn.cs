using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Clew.Benchmarks.Workloads;

namespace Clew.Benchmarks;

/// <summary>Median time divided by the items of one operation.</summary>
internal sealed class PerItemColumn : IColumn
{
    private static readonly Dictionary<string, int> Items = AllWorkloads.Create().ToDictionary(w => w.Name, w => w.Items);

    public string Id => nameof(PerItemColumn);

    public string ColumnName => "ns/item";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => "Median nanoseconds per span, log record or data point";

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
    {
        var items = Items[(string)benchmarkCase.Parameters[nameof(HotPath.Workload)]];
        return summary[benchmarkCase]?.ResultStatistics is { } statistics ? (statistics.Median / items).ToString("f0", CultureInfo.InvariantCulture) : "-";
    }

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);
}
