using System.Collections.Concurrent;
using System.Text;

namespace Clew.Server.Redaction;

/// <summary>Remembers what <see cref="KeyPolicy"/> decided: the same few keys come with every batch.</summary>
internal sealed class KeyActions
{
    /// <summary>Keys. Further ones are judged again each time; a sender that makes up keys shall not fill the memory.</summary>
    private const int Remembered = 10_000;

    /// <summary>Bytes. Longer keys are rare and judged each time.</summary>
    private const int LongestRemembered = 128;

    private readonly KeyPolicy _policy;
    private readonly ConcurrentDictionary<string, KeyAction> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, KeyAction>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    public KeyActions(KeyPolicy policy)
    {
        _policy = policy;
        _lookup = _known.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public KeyAction Of(ReadOnlySpan<byte> key)
    {
        if (key.Length > LongestRemembered)
        {
            return _policy.Of(key);
        }

        Span<char> chars = stackalloc char[LongestRemembered];
        var text = chars[..Encoding.UTF8.GetChars(key, chars)];
        if (_lookup.TryGetValue(text, out var action))
        {
            return action;
        }

        action = _policy.Of(key);
        if (_known.Count < Remembered)
        {
            _lookup.TryAdd(text, action);
        }

        return action;
    }
}
