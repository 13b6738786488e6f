using Clew.Analysis.Observations;
using Clew.Telemetry;

namespace Clew.Analysis.Inspections.DataStores;

/// <summary>One call to a data store.</summary>
/// <param name="Parent">Index of the span it was made from; -1 when that is missing.</param>
internal sealed record StoreCall(int Trace, int Stretch, long Time, int Span, int Parent, long Duration, bool Failed);

/// <summary>Calls of one service with one statement to one data store.</summary>
/// <param name="Store">Name of the store: host or database.</param>
/// <param name="Statement">Without values; the span's name where no statement is told.</param>
internal sealed record StoreStatement(int Service, string Store, string System, string Statement, string Operation, IReadOnlyList<StoreCall> Calls)
{
    public StoreCall[] Window { get; } = [.. Calls.Where(c => c.Stretch < 0)];

    public StoreCall[] Before { get; } = [.. Calls.Where(c => c.Stretch >= 0)];

    /// <summary>In a sentence: the statement, shortened.</summary>
    public string Shown => Statement.Length <= 120 ? Statement : Statement[..119] + "…";
}

/// <summary>Calls to data stores by statement: client spans that name a database system (<c>db.system.name</c>, before it <c>db.system</c>).</summary>
internal static class StoreCalls
{
    public static IReadOnlyList<StoreStatement> Of(WorldView view)
    {
        var calls = new Dictionary<(int Service, string Store, string System, string Statement, string Operation), List<StoreCall>>();
        for (var t = 0; t < view.World.Traces.Count; t++)
        {
            var trace = view.World.Traces[t];
            for (var i = 0; i < trace.Spans.Count; i++)
            {
                var span = trace.Spans[i];
                if (span.Facts is not { Store.Length: > 0 } facts || view.Operation(span) is not { Kind: SpanKind.Client or SpanKind.Internal } operation)
                {
                    continue;
                }

                var key = (operation.Service, facts.Peer.Length > 0 ? facts.Peer : facts.Store, facts.Store, facts.Statement.Length > 0 ? facts.Statement : operation.Name, operation.Name);
                (calls.TryGetValue(key, out var known) ? known : calls[key] = [])
                    .Add(new StoreCall(t, trace.Stretch, trace.Start + span.Offset, i, span.Parent, span.Duration, ErrorOriginInspection.IsFailure(span)));
            }
        }

        return [.. calls.OrderBy(c => c.Key.Service).ThenBy(c => c.Key.Store, StringComparer.Ordinal).ThenBy(c => c.Key.Statement, StringComparer.Ordinal).ThenBy(c => c.Key.Operation, StringComparer.Ordinal)
            .Select(c => new StoreStatement(c.Key.Service, c.Key.Store, c.Key.System, c.Key.Statement, c.Key.Operation, c.Value))];
    }
}
