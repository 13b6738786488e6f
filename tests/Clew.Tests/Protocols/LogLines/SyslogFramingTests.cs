using System.Buffers;
using System.Globalization;
using System.Text;
using Clew.Protocols.LogLines;

namespace Clew.Tests.Protocols.LogLines;

public sealed class SyslogFramingTests
{
    private const int Limit = 40;

    [Theory]
    [InlineData("<1>a\n<2>b\r\n<3>c\0<4>d\n", "<1>a|<2>b\r|<3>c|<4>d")]
    [InlineData("4 <1>a5 <2>bb", "<1>a|<2>bb")]
    [InlineData("4 <1>a\n5 <2>bb\n", "<1>a|<2>bb")]
    [InlineData("7 <1>a\nb\n<2>c\n4 <3>d", "<1>a\nb\n|<2>c|<3>d")]
    [InlineData("0 <1>a\n", "0 <1>a")]
    [InlineData("1234567890 <1>a\n", "1234567890 <1>a")]
    [InlineData("<1>no end", "<1>no end")]
    [InlineData("20 <1>cut off", "<1>cut off")]
    [InlineData("\n\n \0", "")]
    public void Finds_the_messages_however_they_are_framed(string stream, string messages) =>
        string.Join('|', Read(stream, whole: true)).ShouldBe(messages);

    [Fact]
    public void The_borders_of_what_is_received_do_not_matter()
    {
        var random = new Random(7);
        for (var run = 0; run < 300; run++)
        {
            var expected = new List<string>();
            var stream = new StringBuilder();
            for (var i = random.Next(1, 8); i > 0; i--)
            {
                var message = $"<{random.Next(1, 191)}>{new string((char)('a' + random.Next(26)), random.Next(1, 60))}";
                if (random.Next(2) == 0)
                {
                    stream.Append(message).Append('\n');
                }
                else
                {
                    stream.Append(CultureInfo.InvariantCulture, $"{message.Length} {message}");
                }

                if (message.Length <= Limit)
                {
                    expected.Add(message);
                }
            }

            Read(stream.ToString(), whole: false, random).ShouldBe(expected, $"run {run}: {stream}");
        }
    }

    [Fact]
    public void A_length_is_not_believed()
    {
        var framing = new SyslogFraming(Limit);
        var buffer = new ReadOnlySequence<byte>("999999999 <1>a"u8.ToArray());

        framing.TryRead(ref buffer, out _).ShouldBeFalse();

        framing.TooLong.ShouldBe(1);
        buffer.IsEmpty.ShouldBeTrue();
    }

    /// <summary>As a connection reads: what is left stays in the buffer, what comes is put behind it.</summary>
    private static List<string> Read(string stream, bool whole, Random? random = null)
    {
        var framing = new SyslogFraming(Limit);
        var bytes = Encoding.UTF8.GetBytes(stream);
        var messages = new List<string>();
        var taken = 0;
        for (var received = 0; received < bytes.Length;)
        {
            received = whole ? bytes.Length : Math.Min(bytes.Length, received + random!.Next(1, 9));
            var buffer = Split(bytes.AsMemory(taken, received - taken), random);
            var before = buffer.Length;
            while (framing.TryRead(ref buffer, out var message))
            {
                messages.Add(Encoding.UTF8.GetString(message));
            }

            taken += (int)(before - buffer.Length);
        }

        if (framing.TryReadLast(new ReadOnlySequence<byte>(bytes.AsMemory(taken)), out var last))
        {
            messages.Add(Encoding.UTF8.GetString(last));
        }

        return messages;
    }

    private static ReadOnlySequence<byte> Split(ReadOnlyMemory<byte> memory, Random? random)
    {
        if (random is null || memory.Length < 2)
        {
            return new ReadOnlySequence<byte>(memory);
        }

        var at = random.Next(1, memory.Length);
        var first = new Segment(memory[..at], 0);
        var second = new Segment(memory[at..], at);
        first.Link(second);
        return new ReadOnlySequence<byte>(first, 0, second, second.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long index) => (Memory, RunningIndex) = (memory, index);

        public void Link(Segment next) => Next = next;
    }
}
