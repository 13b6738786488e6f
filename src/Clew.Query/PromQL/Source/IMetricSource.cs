using Clew.Query.Language;
using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Source;

/// <summary>Which samples of which series.</summary>
/// <param name="Matchers">All of them must be fulfilled.</param>
/// <param name="Start">The first moment wanted, in milliseconds since the Unix epoch.</param>
/// <param name="End">The last moment wanted, included.</param>
public sealed record MetricSelection(IReadOnlyList<LabelMatcher> Matchers, long Start, long End);

/// <summary>Where PromQL gets its samples from.</summary>
/// <remarks>
/// <para>Order: series in any order, each once; the samples of a series by time, no two at the same.</para>
/// <para>Series without a sample in the time may be left out. Samples outside of it may be given and are not used.</para>
/// <para>Ownership: the arrays belong to the query from then on and must not be written any more.</para>
/// <para>Budget: the engine takes what it is given from the budget; the source calls <see cref="QueryBudget.Check"/> while it works and stops reading when
/// the caller stops asking.</para>
/// <para>Errors: those of the store behind it (<see cref="Clew.Telemetry.StoreUnavailableException"/>, <see cref="Clew.Telemetry.QueryLimitException"/>) and
/// <see cref="OperationCanceledException"/>.</para>
/// </remarks>
public interface IMetricSource
{
    /// <summary>Streams the series that fulfil all matchers, one after the other, each with its samples of the time.</summary>
    IAsyncEnumerable<SampledSeries> SelectAsync(MetricSelection selection, QueryBudget budget, CancellationToken cancellation);
}
