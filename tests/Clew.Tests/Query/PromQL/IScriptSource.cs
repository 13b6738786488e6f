using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Histograms;
using Clew.Query.PromQL.Source;

namespace Clew.Tests.Query.PromQL;

/// <summary>Where scripts load their series.</summary>
internal interface IScriptSource : IMetricSource
{
    void Clear();

    void Add(LabelSet labels, long time, double value, FloatHistogram? histogram, long start);
}
