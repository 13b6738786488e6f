using System.Runtime.CompilerServices;
using System.Text;
using Clew.Query.Language;
using Clew.Query.LogQL.Extraction;
using Clew.Query.LogQL.Source;
using Clew.Query.LogQL.Syntax;
using Clew.Query.PromQL.Data;

namespace Clew.Tests.Query.LogQL;

/// <summary>One entry of a store in memory.</summary>
/// <param name="Time">Nanoseconds since the Unix epoch.</param>
internal sealed record MemoryLogEntry(LogQlStream Stream, long Time, byte[] Line, LabelSet Metadata);

/// <summary>Log lines in memory. It does what the port allows a source to do: it can use hints, cut portions anywhere, and leave out what is not looked at.</summary>
internal sealed class MemoryLogSource : LogScriptStore, ILogSource
{
    private readonly Dictionary<LabelSet, LogQlStream> _streams = [];
    private readonly List<MemoryLogEntry> _entries = [];

    /// <summary>Rows of a portion.</summary>
    public int PortionSize { get; init; } = 3;

    /// <summary>Whether it uses hints: leaves out lines that filters let fall, and lines and metadata that are not looked at.</summary>
    public bool UsesHints { get; init; }

    /// <summary>Whether it counts itself where it can.</summary>
    public bool Counts { get; init; }

    /// <summary>How many countings it did.</summary>
    public int CountingsDone { get; private set; }

    public override void Clear() => _entries.Clear();

    public override void Add(LabelSet labels, long time, string line, LabelSet metadata)
    {
        if (!_streams.TryGetValue(labels, out var stream))
        {
            _streams.Add(labels, stream = new LogQlStream(labels));
        }

        var at = _entries.Count;
        while (at > 0 && _entries[at - 1].Time > time)
        {
            at--;
        }

        _entries.Insert(at, new MemoryLogEntry(stream, time, Encoding.UTF8.GetBytes(line), metadata));
    }

    public override Task<ILogSource> ReadyAsync() => Task.FromResult<ILogSource>(this);

    public async IAsyncEnumerable<LogPortion> SelectAsync(LogSelection selection, QueryBudget budget, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var found = Matching(selection.Matchers, UsesHints ? selection.LineFilters : []).Where(entry => entry.Time >= selection.Start && entry.Time < selection.End);
        foreach (var portion in (selection.Direction == LogDirection.Forward ? found : found.Reverse()).Chunk(PortionSize))
        {
            await Task.Yield();
            budget.Check();
            cancellation.ThrowIfCancellationRequested();
            yield return new Portion(portion, !UsesHints || selection.NeedsLines, !UsesHints || selection.NeedsMetadata);
        }
    }

    public Task<IReadOnlyList<LogCount>?> CountAsync(LogCounting counting, QueryBudget budget, CancellationToken cancellation)
    {
        if (!Counts || counting.LineFilters.Any(filter => !IsPlain(filter)))
        {
            return Task.FromResult<IReadOnlyList<LogCount>?>(null);
        }

        CountingsDone++;
        var counts = Matching(counting.Matchers, counting.LineFilters).Where(entry => entry.Time > counting.Start && entry.Time <= counting.End)
            .GroupBy(entry => (
                Labels: LabelSet.OfAll(entry.Metadata.Pairs.Concat(entry.Stream.Labels.Pairs).Where(label => counting.By.Contains(label.Key))),
                Stretch: (entry.Time - counting.Start - 1) / counting.Width))
            .Select(group => new LogCount(group.Key.Labels, group.Key.Stretch, group.Count(), counting.Bytes ? group.Sum(entry => entry.Line.Length) : group.Count()));
        return Task.FromResult<IReadOnlyList<LogCount>?>(counts.ToList());
    }

    private IEnumerable<MemoryLogEntry> Matching(IReadOnlyList<Clew.Query.PromQL.Syntax.LabelMatcher> matchers, IReadOnlyList<LogQlLineFilter> filters) => _entries.Where(
        entry => matchers.All(matcher => matcher.Matches(entry.Stream.Labels[matcher.Name])) && filters.Where(IsPlain).All(filter => Holds(filter, Encoding.UTF8.GetString(entry.Line))));

    private static bool IsPlain(LogQlLineFilter filter) => filter.Kind is LineFilterKind.Contains or LineFilterKind.NotContains && filter.Terms.All(term => !term.IsAddress);

    private static bool Holds(LogQlLineFilter filter, string line) => filter.Terms.Any(term => line.Contains(term.Text, StringComparison.Ordinal)) != filter.Kind.IsNegative();

    private sealed class Portion(MemoryLogEntry[] entries, bool withLines, bool withMetadata) : LogPortion
    {
        public override int Count => entries.Length;

        public override LogQlStream StreamOf(int row) => entries[row].Stream;

        public override long TimeOf(int row) => entries[row].Time;

        public override ReadOnlySpan<byte> LineOf(int row) => withLines ? entries[row].Line : [];

        public override void ReadMetadata(int row, ILogQlFieldSink sink)
        {
            foreach (var (name, value) in withMetadata ? entries[row].Metadata.Pairs : [])
            {
                sink.Add(name, value);
            }
        }
    }
}
