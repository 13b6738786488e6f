namespace Clew.Query.LogQL.Pipeline;

/// <summary>One string for each name that lines have, made once. Beyond its size names are made anew each time.</summary>
internal sealed class LabelNamePool
{
    private const int Most = 20_000;

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _extracted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _bySpan;

    public LabelNamePool() => _bySpan = _names.GetAlternateLookup<ReadOnlySpan<char>>();

    public string Get(ReadOnlySpan<char> name)
    {
        if (_bySpan.TryGetValue(name, out var known))
        {
            return known;
        }

        var made = name.ToString();
        if (_names.Count < Most)
        {
            _names.Add(made, made);
        }

        return made;
    }

    /// <summary>The name of a field whose own name the stream or its metadata has already.</summary>
    public string Extracted(string name)
    {
        if (!_extracted.TryGetValue(name, out var made))
        {
            made = name + "_extracted";
            if (_extracted.Count < Most)
            {
                _extracted.Add(name, made);
            }
        }

        return made;
    }
}
