using System.Runtime.CompilerServices;
using Clew.Query.Language;
using Clew.Query.LogQL.Extraction;
using Clew.Query.PromQL.Data;

namespace Clew.Query.LogQL.Source;

/// <summary>The log lines of several tenants as if they were one's, told apart by a label of their streams (<see cref="TenantLabel"/>).</summary>
/// <param name="tenants">Names, each once, and where their lines come from. Entries of one moment are in this order, backwards in the reverse one.</param>
public sealed class FederatedLogSource(IReadOnlyList<KeyValuePair<string, ILogSource>> tenants) : ILogSource
{
    public async IAsyncEnumerable<LogPortion> SelectAsync(LogSelection selection, QueryBudget budget, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(selection);
        var inner = selection with { Matchers = TenantLabel.Inner(selection.Matchers) };
        var open = new List<Reading>();
        try
        {
            foreach (var (name, source) in selection.Direction == LogDirection.Forward ? tenants : tenants.Reverse())
            {
                if (TenantLabel.Chooses(selection.Matchers, name))
                {
                    open.Add(new Reading(name, source.SelectAsync(inner, budget, cancellation).GetAsyncEnumerator(cancellation)));
                }
            }

            for (var i = open.Count - 1; i >= 0; i--)
            {
                await AdvanceAsync(open, i);
            }

            while (open.Count > 0)
            {
                var (rows, ended) = Merged(open, selection.Direction == LogDirection.Forward);
                yield return new Portion(rows);
                await AdvanceAsync(open, open.IndexOf(ended));
            }
        }
        finally
        {
            foreach (var reading in open)
            {
                await reading.Portions.DisposeAsync();
            }
        }
    }

    public async Task<IReadOnlyList<LogCount>?> CountAsync(LogCounting counting, QueryBudget budget, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(counting);
        if (counting.By.Any(label => label != TenantLabel.Name && label.EndsWith(TenantLabel.Name, StringComparison.Ordinal)))
        {
            // A name that a stream's label only has here.
            return null;
        }

        var inner = counting with { Matchers = TenantLabel.Inner(counting.Matchers), By = [.. counting.By.Where(label => label != TenantLabel.Name)] };
        var isByTenant = counting.By.Contains(TenantLabel.Name);
        var sums = new Dictionary<(LabelSet Labels, long Stretch), LogCount>();
        foreach (var (name, source) in tenants.Where(tenant => TenantLabel.Chooses(counting.Matchers, tenant.Key)))
        {
            if (await source.CountAsync(inner, budget, cancellation) is not { } counts)
            {
                return null;
            }

            foreach (var count in counts)
            {
                var labels = isByTenant ? count.Labels.With(TenantLabel.Name, name) : count.Labels;
                var before = sums.GetValueOrDefault((labels, count.Stretch));
                sums[(labels, count.Stretch)] = new LogCount(labels, count.Stretch, before.Entries + count.Entries, before.Value + count.Value);
            }
        }

        return [.. sums.Values];
    }

    /// <summary>Goes to a tenant's next portion with entries, and leaves the tenant out when there is none.</summary>
    private static async Task AdvanceAsync(List<Reading> open, int index)
    {
        var reading = open[index];
        do
        {
            if (!await reading.Portions.MoveNextAsync())
            {
                open.RemoveAt(index);
                await reading.Portions.DisposeAsync();
                return;
            }
        }
        while (reading.Portions.Current.Count == 0);

        reading.Row = 0;
    }

    /// <summary>Entries by time up to where one tenant's portion ends: nobody knows yet what comes after it.</summary>
    private static (List<(Reading Tenant, LogPortion Portion, int Row)> Rows, Reading Ended) Merged(List<Reading> open, bool isForward)
    {
        var rows = new List<(Reading, LogPortion, int)>();
        while (true)
        {
            var next = open[0];
            for (var i = 1; i < open.Count; i++)
            {
                if (isForward ? open[i].Time < next.Time : open[i].Time > next.Time)
                {
                    next = open[i];
                }
            }

            rows.Add((next, next.Portions.Current, next.Row++));
            if (next.Row == next.Portions.Current.Count)
            {
                return (rows, next);
            }
        }
    }

    private sealed class Reading(string tenant, IAsyncEnumerator<LogPortion> portions)
    {
        private readonly Dictionary<LogQlStream, LogQlStream> _streams = [];

        public IAsyncEnumerator<LogPortion> Portions { get; } = portions;

        public int Row { get; set; }

        public long Time => Portions.Current.TimeOf(Row);

        public LogQlStream Named(LogQlStream stream)
        {
            if (!_streams.TryGetValue(stream, out var named))
            {
                _streams.Add(stream, named = new LogQlStream(TenantLabel.Add(stream.Labels, tenant)));
            }

            return named;
        }
    }

    private sealed class Portion(List<(Reading Tenant, LogPortion Portion, int Row)> rows) : LogPortion
    {
        public override int Count => rows.Count;

        public override LogQlStream StreamOf(int row) => rows[row].Tenant.Named(rows[row].Portion.StreamOf(rows[row].Row));

        public override long TimeOf(int row) => rows[row].Portion.TimeOf(rows[row].Row);

        public override ReadOnlySpan<byte> LineOf(int row) => rows[row].Portion.LineOf(rows[row].Row);

        public override void ReadMetadata(int row, ILogQlFieldSink sink) => rows[row].Portion.ReadMetadata(rows[row].Row, sink);
    }
}
