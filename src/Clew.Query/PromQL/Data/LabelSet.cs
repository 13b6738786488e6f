using System.Text;
using Clew.Query.Language;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Data;

/// <summary>
/// The labels that name a series: pairs of name and value, ordered by name, each name once. Does not change; equal sets are equal values. PromQL knows no
/// empty values (<see cref="Of"/>); in LogQL a label can be there and be empty (<see cref="OfAll"/>).
/// </summary>
public sealed class LabelSet : IEquatable<LabelSet>, IComparable<LabelSet>
{
    public static readonly LabelSet Empty = new([]);

    private readonly KeyValuePair<string, string>[] _labels;
    private readonly int _hash;

    private LabelSet(KeyValuePair<string, string>[] labels)
    {
        _labels = labels;
        var hash = default(HashCode);
        foreach (var (name, value) in labels)
        {
            hash.Add(string.GetHashCode(name, StringComparison.Ordinal));
            hash.Add(string.GetHashCode(value, StringComparison.Ordinal));
        }

        _hash = hash.ToHashCode();
    }

    public int Count => _labels.Length;

    /// <summary>The metric's name, or empty.</summary>
    public string MetricName => this[LabelNames.MetricName];

    public IReadOnlyList<KeyValuePair<string, string>> Pairs => _labels;

    /// <summary>A label's value; empty when there is none of that name.</summary>
    public string this[string name]
    {
        get
        {
            foreach (var label in _labels)
            {
                if (label.Key == name)
                {
                    return label.Value;
                }
            }

            return string.Empty;
        }
    }

    /// <summary>Takes pairs in any order. Empty values are left out; of two with the same name the last one counts.</summary>
    public static LabelSet Of(IEnumerable<KeyValuePair<string, string>> labels)
    {
        var sorted = Sorted(labels);
        return sorted.Length == 0 ? Empty : new LabelSet(Array.Exists(sorted, label => label.Value.Length == 0) ? Array.FindAll(sorted, label => label.Value.Length > 0) : sorted);
    }

    /// <summary>Takes pairs in any order, empty values too; of two with the same name the last one counts.</summary>
    public static LabelSet OfAll(IEnumerable<KeyValuePair<string, string>> labels) => Sorted(labels) is { Length: > 0 } sorted ? new LabelSet(sorted) : Empty;

    /// <summary>Whether there is a label of that name, be it empty.</summary>
    public bool Contains(string name)
    {
        foreach (var label in _labels)
        {
            if (label.Key == name)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The labels that a condition keeps.</summary>
    public LabelSet Where(Func<string, bool> keep)
    {
        ArgumentNullException.ThrowIfNull(keep);
        var kept = Array.FindAll(_labels, label => keep(label.Key));
        return kept.Length == _labels.Length ? this : kept.Length == 0 ? Empty : new LabelSet(kept);
    }

    public LabelSet Without(string name) => Where(label => label != name);

    /// <summary>With one label set anew; an empty value takes it away.</summary>
    public LabelSet With(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Length == 0)
        {
            return Without(name);
        }

        var place = 0;
        while (place < _labels.Length && string.CompareOrdinal(_labels[place].Key, name) < 0)
        {
            place++;
        }

        var isThere = place < _labels.Length && _labels[place].Key == name;
        return new LabelSet([.. _labels.AsSpan(0, place), new(name, value), .. _labels.AsSpan(isThere ? place + 1 : place)]);
    }

    public bool Equals(LabelSet? other)
    {
        if (other is null || other._hash != _hash || other._labels.Length != _labels.Length)
        {
            return false;
        }

        for (var i = 0; i < _labels.Length; i++)
        {
            if (_labels[i].Key != other._labels[i].Key || _labels[i].Value != other._labels[i].Value)
            {
                return false;
            }
        }

        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    public override int GetHashCode() => _hash;

    /// <summary>Pair by pair, by name, then by value; the shorter of two that begin the same comes first.</summary>
    public int CompareTo(LabelSet? other)
    {
        if (other is null)
        {
            return 1;
        }

        for (var i = 0; i < Math.Min(_labels.Length, other._labels.Length); i++)
        {
            var order = string.CompareOrdinal(_labels[i].Key, other._labels[i].Key);
            order = order != 0 ? order : string.CompareOrdinal(_labels[i].Value, other._labels[i].Value);
            if (order != 0)
            {
                return order;
            }
        }

        return _labels.Length.CompareTo(other._labels.Length);
    }

    public static bool operator ==(LabelSet? left, LabelSet? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(LabelSet? left, LabelSet? right) => !(left == right);

    public static bool operator <(LabelSet left, LabelSet right) => left is null ? right is not null : left.CompareTo(right) < 0;

    public static bool operator >(LabelSet left, LabelSet right) => left is not null && left.CompareTo(right) > 0;

    public static bool operator <=(LabelSet left, LabelSet right) => !(left > right);

    public static bool operator >=(LabelSet left, LabelSet right) => !(left < right);

    /// <summary>As PromQL writes a series: <c>name{a="b", c="d"}</c>, and <c>{}</c> for none.</summary>
    public override string ToString()
    {
        var name = MetricName;
        var plain = LabelNames.IsPlainMetric(name);
        var text = new StringBuilder(plain ? name : string.Empty);
        var parts = _labels.Where(label => !(plain && label.Key == LabelNames.MetricName))
            .Select(label => $"{(LabelNames.IsPlainLabel(label.Key) ? label.Key : QuotedText.Quote(label.Key))}={QuotedText.Quote(label.Value)}")
            .ToList();
        return parts.Count == 0 && plain ? name : text.Append('{').AppendJoin(", ", parts).Append('}').ToString();
    }

    /// <summary>A number from the labels that is the same in every process: FNV-1a over names and values. For choosing a share of the series.</summary>
    public ulong StableHash()
    {
        var hash = 14_695_981_039_346_656_037UL;
        foreach (var (name, value) in _labels)
        {
            hash = Mix(Mix(hash, name), value);
        }

        // FNV leaves the high bits of short texts poorly mixed; a finaliser spreads them.
        hash ^= hash >> 33;
        hash *= 0xff51afd7ed558ccdUL;
        hash ^= hash >> 33;
        hash *= 0xc4ceb9fe1a85ec53UL;
        return hash ^ (hash >> 33);
    }

    /// <summary>The pairs by name, of two with one name the last. Series have a few labels, which most often come nearly ordered.</summary>
    private static KeyValuePair<string, string>[] Sorted(IEnumerable<KeyValuePair<string, string>> labels)
    {
        const int Few = 64;
        var sorted = labels.ToArray();
        if (sorted.Length > Few)
        {
            var byName = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var (name, value) in sorted)
            {
                byName[name] = value;
            }

            return [.. byName];
        }

        var count = 0;
        foreach (var label in sorted)
        {
            var place = count;
            while (place > 0 && string.CompareOrdinal(sorted[place - 1].Key, label.Key) > 0)
            {
                place--;
            }

            if (place > 0 && sorted[place - 1].Key == label.Key)
            {
                sorted[place - 1] = label;
                continue;
            }

            sorted.AsSpan(place, count - place).CopyTo(sorted.AsSpan(place + 1));
            sorted[place] = label;
            count++;
        }

        return count == sorted.Length ? sorted : sorted[..count];
    }

    private static ulong Mix(ulong hash, string text)
    {
        foreach (var unit in text)
        {
            hash = (hash ^ unit) * 1_099_511_628_211UL;
        }

        return (hash ^ 0xFFFF) * 1_099_511_628_211UL;
    }
}
