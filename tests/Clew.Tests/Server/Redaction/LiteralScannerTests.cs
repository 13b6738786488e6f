using System.Text;
using Clew.Server.Redaction;

namespace Clew.Tests.Server.Redaction;

/// <summary>The vectorised search finds what a search one position at a time finds, wherever it stands.</summary>
public sealed class LiteralScannerTests
{
    private static readonly string[] Words = ["password", "pass", "@", "ey", "token", "-----begin ", "sk-", "sk-ant-", "x_y"];

    [Fact]
    public void Both_searches_find_the_same_at_every_position_and_length()
    {
        var scanner = new LiteralScanner(Words);
        var random = new Random(11);
        for (var round = 0; round < 3_000; round++)
        {
            var text = new StringBuilder();
            while (text.Length < random.Next(80))
            {
                var word = Words[random.Next(Words.Length)];
                text.Append(random.Next(3) switch
                {
                    0 => random.Next(2) == 0 ? word : word.ToUpperInvariant(),
                    1 => word[..random.Next(word.Length)],
                    _ => new string((char)random.Next(1, 300), random.Next(9)),
                });
            }

            var bytes = Encoding.UTF8.GetBytes(text.ToString());
            All(bytes, scanner.Next).ShouldBe(All(bytes, scanner.NextScalar), text.ToString());
            All(bytes, scanner.Next).ShouldBe(Naive(bytes), text.ToString());
        }
    }

    private delegate int Search(ReadOnlySpan<byte> text, int start, out int literal);

    private static List<(int At, int Literal)> All(byte[] text, Search search)
    {
        var found = new List<(int, int)>();
        for (var at = 0; (at = search(text, at, out var literal)) >= 0; at++)
        {
            found.Add((at, literal));
        }

        return found;
    }

    private static List<(int At, int Literal)> Naive(byte[] text)
    {
        var lower = new string([.. text.Select(b => char.ToLowerInvariant((char)(b < 128 ? b : 1)))]);
        var found = new List<(int, int)>();
        for (var at = 0; at < text.Length; at++)
        {
            var longest = Words.Index().Where(word => string.CompareOrdinal(lower, at, word.Item, 0, word.Item.Length) == 0).OrderByDescending(word => word.Item.Length).Select(word => word.Index).DefaultIfEmpty(-1).First();
            if (longest >= 0)
            {
                found.Add((at, longest));
            }
        }

        return found;
    }
}
