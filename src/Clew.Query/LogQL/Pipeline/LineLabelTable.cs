using Clew.Query.Language;
using Clew.Query.LogQL.Source;
using Clew.Query.LogQL.Syntax;
using Clew.Query.PromQL.Data;

namespace Clew.Query.LogQL.Pipeline;

/// <summary>
/// Numbers for the sets of labels that lines have, from 0 on, in the order they come. A set is made once; for a line whose set is known nothing is
/// allocated, and one that has its stream's labels alone is looked up by the stream.
/// </summary>
/// <param name="grouping">Which labels count; null for all.</param>
/// <param name="omitted">A label that does not count; null for none.</param>
/// <param name="budget">The memory of sets is taken from it.</param>
/// <param name="namesErrors">Whether the labels that say what went wrong with a line count beside those that <paramref name="grouping"/> names.</param>
internal sealed class LineLabelTable(LabelGrouping? grouping, string? omitted, QueryBudget budget, bool namesErrors = false)
{
    private readonly List<LabelSet> _sets = [];
    private readonly List<int> _nextOfHash = [];
    private readonly Dictionary<int, int> _firstOfHash = [];
    private readonly Dictionary<LogQlStream, int> _ofStream = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<LabelSet, int> _ofSet = [];
    private readonly HashSet<string> _grouped = [.. grouping?.Labels ?? []];
    private int[] _picked = new int[32];
    private LogQlStream? _lastStream;
    private int _ofLastStream;
    private int? _none;

    public IReadOnlyList<LabelSet> Sets => _sets;

    /// <summary>The number of a line's labels; <see cref="Sets"/> grows by one when they are new.</summary>
    public int Number(WorkingLine line)
    {
        // A grouping without labels has one set for all, whatever the metadata are.
        if (grouping is { IsWithout: false, Labels.Count: 0 } && !(namesErrors && line.HasError))
        {
            return _none ??= Add(LabelSet.Empty, 0);
        }

        if (!line.HasStreamLabelsOnly)
        {
            return Find(line);
        }

        if (ReferenceEquals(line.Stream, _lastStream))
        {
            return _ofLastStream;
        }

        if (!_ofStream.TryGetValue(line.Stream, out var number))
        {
            number = Find(line);
            _ofStream.Add(line.Stream, number);
        }

        (_lastStream, _ofLastStream) = (line.Stream, number);
        return number;
    }

    /// <summary>The number of a set that does not come from a line. A table is asked in one of the two ways only.</summary>
    public int Number(LabelSet labels)
    {
        if (!_ofSet.TryGetValue(labels, out var number))
        {
            Take(labels);
            _ofSet.Add(labels, number = _sets.Count);
            _sets.Add(labels);
        }

        return number;
    }

    private int Find(WorkingLine line)
    {
        var count = Pick(line);
        var hash = 0;
        for (var i = 0; i < count; i++)
        {
            // The order of labels must not count: the sum of their hashes does not know it.
            hash += HashCode.Combine(string.GetHashCode(line.NameAt(_picked[i]), StringComparison.Ordinal), string.GetHashCode(line.ValueAt(_picked[i]), StringComparison.Ordinal));
        }

        for (var number = _firstOfHash.GetValueOrDefault(hash, -1); number >= 0; number = _nextOfHash[number])
        {
            if (IsSame(_sets[number], line, count))
            {
                return number;
            }
        }

        return Add(Make(line, count), hash);
    }

    private LabelSet Make(WorkingLine line, int count) =>
        LabelSet.OfAll(_picked.Take(count).Select(place => KeyValuePair.Create(line.NameAt(place), line.TextAt(place))));

    private int Add(LabelSet labels, int hash)
    {
        Take(labels);
        var number = _sets.Count;
        _sets.Add(labels);
        _nextOfHash.Add(_firstOfHash.GetValueOrDefault(hash, -1));
        _firstOfHash[hash] = number;
        return number;
    }

    /// <summary>A set has its pairs, and entries in the tables here.</summary>
    private void Take(LabelSet labels) => budget.TakeText(128 + labels.Pairs.Sum(label => 64L + ((label.Key.Length + label.Value.Length) * sizeof(char))));

    private int Pick(WorkingLine line)
    {
        var count = 0;
        if (line.Count > _picked.Length)
        {
            _picked = new int[line.Count * 2];
        }

        for (var place = 0; place < line.Count; place++)
        {
            var name = line.NameAt(place);
            if (name != omitted && (grouping is null || _grouped.Contains(name) != grouping.IsWithout || (namesErrors && line.HasError && name is WorkingLine.ErrorLabel or WorkingLine.ErrorDetailsLabel)))
            {
                _picked[count++] = place;
            }
        }

        return count;
    }

    private bool IsSame(LabelSet set, WorkingLine line, int count)
    {
        if (set.Count != count)
        {
            return false;
        }

        for (var i = 0; i < count; i++)
        {
            if (!set.Contains(line.NameAt(_picked[i])) || !line.ValueAt(_picked[i]).SequenceEqual(set[line.NameAt(_picked[i])]))
            {
                return false;
            }
        }

        return true;
    }
}
