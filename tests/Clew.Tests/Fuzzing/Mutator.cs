namespace Clew.Tests.Fuzzing;

/// <summary>Damages bytes the way broken senders, cut connections and hostile peers do. Everything follows from the seed.</summary>
internal sealed class Mutator(int seed, IReadOnlyList<byte[]> corpus)
{
    /// <summary>Bytes that mean something: ends of number ranges, tags and lengths, JSON's own characters.</summary>
    private static readonly byte[] Telling = [0, 1, 2, 4, 8, 10, 0x0B, 0x0C, 0x0D, 0x12, 0x1A, 0x7F, 0x80, 0xC0, 0xED, 0xFF, (byte)'"', (byte)'\\', (byte)'{', (byte)'}', (byte)'[', (byte)']', (byte)',', (byte)':', (byte)'-', (byte)'e', (byte)'u'];

    private readonly Random _random = new(seed);

    public byte[] Next()
    {
        var data = new List<byte>(corpus[_random.Next(corpus.Count)]);
        for (var left = _random.Next(1, 6); left > 0; left--)
        {
            Damage(data);
        }

        return [.. data];
    }

    private void Damage(List<byte> data)
    {
        var at = _random.Next(data.Count + 1);
        var length = Math.Min(_random.Next(1, 24), data.Count - at);
        switch (_random.Next(8))
        {
            case 0 when at < data.Count:
                data[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 when at < data.Count:
                data[at] = Telling[_random.Next(Telling.Length)];
                break;
            case 2:
                data.Insert(at, Telling[_random.Next(Telling.Length)]);
                break;
            case 3 when length > 0:
                data.RemoveRange(at, length);
                break;
            case 4 when length > 0:
                data.InsertRange(_random.Next(data.Count + 1), data.GetRange(at, length));
                break;
            case 5:
                data.RemoveRange(at, data.Count - at);
                break;
            case 6:
                var other = corpus[_random.Next(corpus.Count)];
                var from = _random.Next(other.Length + 1);
                data.InsertRange(at, other.Skip(from).Take(_random.Next(64)));
                break;
            default:
                data.InsertRange(at, Enumerable.Repeat((byte)_random.Next(256), _random.Next(1, 12)));
                break;
        }
    }
}
