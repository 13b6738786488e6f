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
        ArgumentNullException.ThrowIfNull(labels);
        var byName = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in labels)
        {
            byName[name] = value;
        }

        return new LabelSet([.. byName.Where(label => label.Value.Length > 0)]);
    }

    /// <summary>Takes pairs in any order, empty values too; of two with the same name the last one counts.</summary>
    public static LabelSet OfAll(IEnumerable<KeyValuePair<string, string>> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var byName = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in labels)
        {
            byName[name] = value;
        }

        return byName.Count == 0 ? Empty : new LabelSet([.. byName]);
    }

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
    public LabelSet With(string name, string value) => value.Length == 0 ? Without(name) : OfAll(_labels.Append(new(name, value)));

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

    private static ulong Mix(ulong hash, string text)
    {
        foreach (var unit in text)
        {
            hash = (hash ^ unit) * 1_099_511_628_211UL;
        }

        return (hash ^ 0xFFFF) * 1_099_511_628_211UL;
    }
}
