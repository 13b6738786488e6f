using System.Diagnostics;
using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Shop.Dns;

namespace Shop.Tests;

public sealed class DnsMessageTests
{
    private static readonly Gen<string> Labels =
        from length in Gen.Choose(1, 63)
        from characters in Gen.Elements("abcdefghijklmnopqrstuvwxyz0123456789-".ToCharArray()).ArrayOf(length)
        select new string(characters);

    private static readonly Gen<string> Names =
        from labels in Labels.ListOf().Where(l => l.Count is > 0 and < 6)
        let name = string.Join('.', labels)
        where name.Length <= 253
        select name;

    private static readonly Gen<DnsMessage> Messages =
        from id in Gen.Choose(0, ushort.MaxValue)
        from name in Names
        from code in Gen.Elements(Enum.GetValues<DnsResponseCode>())
        from addresses in Gen.Choose(0, int.MaxValue).Select(n => new IPAddress((uint)n)).ListOf().Where(l => l.Count < 10)
        from timeToLive in Gen.Choose(0, int.MaxValue)
        from isTraced in Gen.Elements(true, false)
        select new DnsMessage(
            (ushort)id, addresses.Count > 0, code, name, [.. addresses], addresses.Count > 0 ? (uint)timeToLive : 0,
            isTraced
                ? new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded, isRemote: true)
                : default);

    [Fact]
    public void What_is_written_is_read() => Prop.ForAll(Messages.ToArbitrary(), message =>
    {
        var buffer = new byte[DnsMessage.MaxSize];
        var length = message.Write(buffer);
        DnsMessage.TryRead(buffer.AsSpan(0, length), out var read).ShouldBeTrue();
        read!.Id.ShouldBe(message.Id);
        read.IsResponse.ShouldBe(message.IsResponse);
        read.Code.ShouldBe(message.Code);
        read.Name.ShouldBe(message.Name);
        read.Addresses.ShouldBe(message.Addresses);
        read.TimeToLive.ShouldBe(message.TimeToLive);
        read.Trace.TraceId.ShouldBe(message.Trace.TraceId);
        read.Trace.SpanId.ShouldBe(message.Trace.SpanId);
        read.Trace.TraceFlags.ShouldBe(message.Trace.TraceFlags);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_cut_message_is_refused_at_every_length() => Prop.ForAll(Messages.ToArbitrary(), message =>
    {
        var buffer = new byte[DnsMessage.MaxSize];
        var length = message.Write(buffer);
        for (var cut = 0; cut < length; cut++)
        {
            DnsMessage.TryRead(buffer.AsSpan(0, cut), out _).ShouldBeFalse($"cut at {cut} of {length}");
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_bytes_are_read_or_refused_without_an_exception() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(),
        bytes =>
        {
            byte[] questioned = [0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0, 1, .. bytes];
            DnsMessage.TryRead(bytes, out var first).ShouldBe(first is not null);
            DnsMessage.TryRead(questioned, out var second).ShouldBe(second is not null);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_compressed_answer_is_understood()
    {
        // As real servers answer: the record's name is a pointer (c0 0c) to the question's.
        var bytes = Convert.FromHexString(
            "12348180000100010000000003617069076361726470617907" + "6578616d706c650000010001" + "c00c00010001" + "0000003c" + "0004" + "c0000201");
        DnsMessage.TryRead(bytes, out var message).ShouldBeTrue();
        message!.Name.ShouldBe("api.cardpay.example");
        message.Addresses.ShouldBe([IPAddress.Parse("192.0.2.1")]);
        message.TimeToLive.ShouldBe(60u);
    }

    [Fact]
    public void A_name_that_points_at_itself_is_refused()
    {
        var bytes = Convert.FromHexString("123481800001000000000000" + "c00c" + "00010001");
        DnsMessage.TryRead(bytes, out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("a-label-that-is-longer-than-the-sixty-three-bytes-that-a-label-may-have.example")]
    [InlineData("bücher.example")]
    public void A_name_that_is_none_is_not_written(string name) =>
        Should.Throw<ArgumentException>(() => DnsMessage.Query(1, name, default).Write(new byte[DnsMessage.MaxSize]));
}
