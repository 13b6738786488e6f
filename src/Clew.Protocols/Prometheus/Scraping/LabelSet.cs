namespace Clew.Protocols.Prometheus.Scraping;

/// <summary>Labels by name while rules change them. An empty value is no label. Not for hot paths: what comes out is kept.</summary>
public sealed class LabelSet
{
    private readonly SortedDictionary<string, string> _labels = new(StringComparer.Ordinal);

    public int Count => _labels.Count;

    /// <summary>The labels as they are now, sorted by name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Pairs => [.. _labels];

    /// <summary>A label's value, empty when it is not there; setting an empty value removes it.</summary>
    public string this[string name]
    {
        get => _labels.GetValueOrDefault(name, string.Empty);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Length == 0)
            {
                _labels.Remove(name);
            }
            else
            {
                _labels[name] = value;
            }
        }
    }

    public bool Contains(string name) => _labels.ContainsKey(name);

    public LabelSet Copy()
    {
        var copy = new LabelSet();
        foreach (var (name, value) in _labels)
        {
            copy[name] = value;
        }

        return copy;
    }

    /// <summary><c>{a="b", c="d"}</c>.</summary>
    public override string ToString() => "{" + string.Join(", ", _labels.Select(label => $"{label.Key}=\"{label.Value}\"")) + "}";
}
