using Clew.Telemetry;

namespace Clew.Analysis.Traces;

/// <summary>Which rows of a batch belong to which trace.</summary>
public static class TraceRows
{
    /// <returns>Traces in the order of their first row, each with its rows in the batch's order.</returns>
    public static IReadOnlyList<(TraceId Trace, int[] Rows)> Of(SpanBatch batch)
    {
        var places = new Dictionary<TraceId, int>();
        var groups = new List<(TraceId Trace, List<int> Rows)>();
        for (var row = 0; row < batch.Count; row++)
        {
            var trace = batch.TraceIds[row];
            if (!places.TryGetValue(trace, out var place))
            {
                places[trace] = place = groups.Count;
                groups.Add((trace, []));
            }

            groups[place].Rows.Add(row);
        }

        return [.. groups.Select(group => (group.Trace, group.Rows.ToArray()))];
    }
}
