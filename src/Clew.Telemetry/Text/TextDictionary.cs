using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Clew.Telemetry;

/// <summary>
/// Gives each distinct text of a batch a small number, so that columns of repeated texts (names, keys, services) hold integers.
/// Number 0 is always the empty text. The texts live in the batch's arena. Not safe for concurrent use.
/// </summary>
public sealed class TextDictionary
{
    /// <summary>Chosen per process, so that nobody can prepare texts that all fall into one slot.</summary>
    private static readonly ulong Seed = MemoryMarshal.Read<ulong>(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    private readonly TextArena _arena;
    private readonly Column<TextRef> _texts = new();
    private readonly Column<uint> _hashes = new();
    private int[] _buckets = new int[64];
    private string?[] _strings = new string?[32];

    public TextDictionary(TextArena arena)
    {
        _arena = arena;
        Reset();
    }

    public int Count => _texts.Count;

    public ReadOnlySpan<byte> Get(int id) => _arena.Get(_texts[id]);

    public TextRef GetRef(int id) => _texts[id];

    /// <summary>The text as a string, made once per batch.</summary>
    public string GetString(int id)
    {
        if (id == 0)
        {
            return string.Empty;
        }

        if (_strings.Length <= id)
        {
            Array.Resize(ref _strings, Math.Max(id + 1, _strings.Length * 2));
        }

        return _strings[id] ??= Encoding.UTF8.GetString(Get(id));
    }

    public int Add(string text)
    {
        if (text.Length == 0)
        {
            return 0;
        }

        Span<byte> small = stackalloc byte[256];
        if (Encoding.UTF8.TryGetBytes(text, small, out var written))
        {
            return Add(small[..written]);
        }

        return Add(Encoding.UTF8.GetBytes(text));
    }

    /// <returns>The number of this text, new or known.</returns>
    public int Add(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            return 0;
        }

        var hash = Hash(utf8);
        var mask = _buckets.Length - 1;
        var slot = (int)(hash & (uint)mask);
        while (true)
        {
            var id = _buckets[slot];
            if (id == 0)
            {
                break;
            }

            if (_hashes[id] == hash && _arena.Get(_texts[id]).SequenceEqual(utf8))
            {
                return id;
            }

            slot = (slot + 1) & mask;
        }

        return Insert(utf8, hash, slot);
    }

    /// <summary>Forgets all texts; the arena is the caller's to clear.</summary>
    public void Reset()
    {
        _texts.Clear();
        _hashes.Clear();
        Array.Clear(_buckets);
        Array.Clear(_strings);
        _texts.Add(TextRef.Empty);
        _hashes.Add(0);
    }

    private int Insert(ReadOnlySpan<byte> utf8, uint hash, int slot)
    {
        var added = _texts.Count;
        _texts.Add(_arena.Add(utf8));
        _hashes.Add(hash);
        _buckets[slot] = added;
        if ((added + 1) * 2 > _buckets.Length)
        {
            Rehash();
        }

        return added;
    }

    private void Rehash()
    {
        _buckets = new int[_buckets.Length * 2];
        var mask = _buckets.Length - 1;
        for (var id = 1; id < _texts.Count; id++)
        {
            var slot = (int)(_hashes[id] & (uint)mask);
            while (_buckets[slot] != 0)
            {
                slot = (slot + 1) & mask;
            }

            _buckets[slot] = id;
        }
    }

    /// <summary>A multiplicative hash over 8-byte words: the keys are short and the table is per batch, so speed wins over strength.</summary>
    private static uint Hash(ReadOnlySpan<byte> text)
    {
        const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;
        var hash = Seed ^ ((ulong)text.Length * Multiplier);
        while (text.Length >= 8)
        {
            hash = BitOperations.RotateLeft((hash ^ MemoryMarshal.Read<ulong>(text)) * Multiplier, 29);
            text = text[8..];
        }

        ulong tail = 0;
        foreach (var b in text)
        {
            tail = (tail << 8) | b;
        }

        hash = (hash ^ tail) * Multiplier;
        return (uint)(hash ^ (hash >> 32));
    }
}
