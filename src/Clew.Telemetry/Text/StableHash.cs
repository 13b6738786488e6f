namespace Clew.Telemetry;

/// <summary>A 64-bit hash that is the same in every process and version (FNV-1a), for ids that are stored. Never 0, which stands for "none".</summary>
public struct StableHash
{
    private const ulong Prime = 1_099_511_628_211;

    private ulong _hash;

    /// <summary>Nothing added yet.</summary>
    public StableHash() => _hash = 14_695_981_039_346_656_037;

    public readonly ulong Value => _hash == 0 ? 1 : _hash;

    public static ulong Of(ReadOnlySpan<byte> text)
    {
        var hash = new StableHash();
        hash.Add(text);
        return hash.Value;
    }

    /// <summary>Adds bytes; two additions are the same as one of both.</summary>
    public void Add(ReadOnlySpan<byte> text)
    {
        var hash = _hash;
        foreach (var b in text)
        {
            hash = unchecked((hash ^ b) * Prime);
        }

        _hash = hash;
    }
}
