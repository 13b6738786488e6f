using Clew.Query.PromQL.Data;
using Clew.Telemetry;

namespace Clew.Query.PromQL.Source;

/// <summary>A stored series and the series of Prometheus that are wanted of it.</summary>
/// <param name="Labels">Without the metric's name, and without what <see cref="SeriesForm.OwnLabel"/> adds.</param>
internal sealed record MatchedSeries(ulong Fingerprint, StoredMetric Metric, LabelSet Labels, IReadOnlyList<SeriesForm> Forms);
