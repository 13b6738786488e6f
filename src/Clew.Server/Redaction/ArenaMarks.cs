using Clew.Telemetry;

namespace Clew.Server.Redaction;

/// <summary>Which blocks of an arena have something telling in them: one bit per 64 bytes.</summary>
internal sealed class ArenaMarks
{
    private const int BlockBits = 6;

    private ulong[] _bits = [];
    private bool _everything;

    /// <summary>False when no text needs to be looked at.</summary>
    public bool Any { get; private set; }

    public void Clear() => Any = _everything = false;

    /// <param name="everything">Every text is to be looked at, whatever stands in it.</param>
    public void Find(ReadOnlySpan<byte> arena, bool everything)
    {
        Any = _everything = everything;
        if (everything)
        {
            return;
        }

        var words = (arena.Length >> BlockBits >> 6) + 1;
        if (_bits.Length < words)
        {
            _bits = new ulong[Math.Max(words, _bits.Length * 2)];
        }
        else
        {
            Array.Clear(_bits, 0, words);
        }

        for (var at = 0; (at = SecretScanner.Literals.Next(arena, at, out _)) >= 0;)
        {
            var block = at >> BlockBits;
            _bits[block >> 6] |= 1UL << (block & 63);
            Any = true;
            at++;
        }
    }

    /// <summary>True when the text lies in a marked block, wholly or in part; false for texts added after <see cref="Find"/>.</summary>
    public bool Touch(TextRef text)
    {
        if (_everything)
        {
            return text.Length > 0;
        }

        var last = (text.Offset + text.Length - 1) >> BlockBits;
        if (text.Length == 0 || last >> 6 >= _bits.Length)
        {
            return false;
        }

        for (var block = text.Offset >> BlockBits; block <= last; block++)
        {
            if ((_bits[block >> 6] & (1UL << (block & 63))) != 0)
            {
                return true;
            }
        }

        return false;
    }
}
