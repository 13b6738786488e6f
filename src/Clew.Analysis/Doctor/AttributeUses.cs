using System.Text;

namespace Clew.Analysis.Doctor;

/// <summary>Counts attribute keys by service, and their different values.</summary>
internal sealed class AttributeUses
{
    private readonly Dictionary<(string Service, string Key), Use> _uses = [];
    private readonly Dictionary<string, int> _spans = new(StringComparer.Ordinal);

    public void AddSpan(string service) => _spans[service] = _spans.GetValueOrDefault(service) + 1;

    public void Add(string service, string key, string value)
    {
        if (!_uses.TryGetValue((service, key), out var use))
        {
            if (_uses.Count >= DoctorLimits.AttributeKeys)
            {
                return;
            }

            _uses[(service, key)] = use = new Use(value);
        }

        use.Spans++;
        use.Bytes += Encoding.UTF8.GetByteCount(value);
        use.Values.Add(value);
    }

    public IReadOnlyList<AttributeUse> ToList() =>
    [
        .. _uses.OrderBy(use => use.Key.Service, StringComparer.Ordinal).ThenBy(use => use.Key.Key, StringComparer.Ordinal).Select(use => new AttributeUse
        {
            Service = use.Key.Service,
            Key = use.Key.Key,
            Spans = use.Value.Spans,
            Of = _spans.GetValueOrDefault(use.Key.Service),
            Distinct = use.Value.Values.Count,
            Bytes = use.Value.Bytes,
            Example = use.Value.Example.Length <= 60 ? use.Value.Example : use.Value.Example[..60] + "…",
        }),
    ];

    private sealed class Use(string example)
    {
        public string Example { get; } = example;

        public int Spans { get; set; }

        public long Bytes { get; set; }

        public HashSet<string> Values { get; } = new(StringComparer.Ordinal);
    }
}
