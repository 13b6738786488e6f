using Clew.Protocols;
using Clew.Protocols.Otlp;
using Clew.Telemetry;
using Google.Protobuf;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Trace.V1;
using Resource = OpenTelemetry.Proto.Resource.V1.Resource;

namespace Clew.Tests.Protocols.Otlp;

/// <summary>What the wire format allows and generated classes never write: invalid text, groups, unpacked numbers, fields in any order.</summary>
public class WireTests
{
    private static readonly OtlpDecoder Decoder = new(ProtocolLimits.Default);

    [Fact]
    public void Invalid_text_is_repaired_in_values_and_refused_in_keys()
    {
        var good = NewSpan();
        good.Attributes.Add(new KeyValue { Key = "a", Value = new AnyValue { StringValue = "~value" } });
        var bad = NewSpan();
        bad.Attributes.Add(new KeyValue { Key = "~key", Value = new AnyValue { StringValue = "b" } });
        var resource = new Resource { Attributes = { new KeyValue { Key = "~shared", Value = new AnyValue { IntValue = 1 } } } };
        var bytes = Request(resource, good, bad);
        bytes.AsSpan().Replace((byte)'~', (byte)0xFF);
        var batch = new SpanBatch();

        var result = Decoder.DecodeProtobuf(bytes, batch);

        result.Accepted.ShouldBe(1);
        result.RejectionReasons.ShouldBe([new CountedReason("an attribute key is not valid UTF-8", 1)]);
        result.Warnings.Select(warning => warning.ToString()).ShouldBe(
            [
                "an attribute of a resource, scope or metric was left out: an attribute key is not valid UTF-8 (1)",
                "text was not valid UTF-8 and was repaired with U+FFFD (1)",
            ]);
        batch[0].Attributes.Find("a")!.Value.Text.ShouldBe("\ufffdvalue");
        batch[0].Resource.Attributes.Count.ShouldBe(0);
        batch[0].Resource.DroppedAttributes.ShouldBe(1U);
    }

    [Fact]
    public void Groups_and_unknown_fields_are_passed_over()
    {
        // Field 1000: a group with a varint, a nested group and a string. Field 1001: each other wire type.
        var unknown = Write(output =>
        {
            output.WriteTag(1000, WireFormat.WireType.StartGroup);
            output.WriteTag(1, WireFormat.WireType.Varint);
            output.WriteInt64(-1);
            output.WriteTag(2, WireFormat.WireType.StartGroup);
            output.WriteTag(2, WireFormat.WireType.EndGroup);
            output.WriteTag(3, WireFormat.WireType.LengthDelimited);
            output.WriteString("x");
            output.WriteTag(1000, WireFormat.WireType.EndGroup);
            output.WriteTag(1001, WireFormat.WireType.Fixed32);
            output.WriteFixed32(1);
            output.WriteTag(1001, WireFormat.WireType.Fixed64);
            output.WriteFixed64(1);
            output.WriteTag(5, WireFormat.WireType.Varint);
            output.WriteInt32(7);
        });
        byte[] span = [.. unknown, .. NewSpan().ToByteArray(), .. unknown];
        var batch = new SpanBatch();

        var result = Decoder.DecodeProtobuf(Nested(span), batch);

        result.Accepted.ShouldBe(1);
        batch[0].Name.ShouldBe("op");
    }

    [Theory]
    [InlineData("0B", "the message ends within a group")]
    [InlineData("0B14", "a group ends that did not begin")]
    [InlineData("0C", "a group ends that did not begin")]
    [InlineData("0E", "wire type 6 does not exist")]
    [InlineData("00", "a field has no valid number")]
    [InlineData("0A05", "a length goes beyond the message around it")]
    [InlineData("0AFFFFFFFFFFFFFFFFFF01", "a length is more than 2 GiB")]
    [InlineData("08FFFFFFFFFFFFFFFFFFFF01", "a varint is longer than 10 bytes")]
    [InlineData("0880", "the message ends within a varint")]
    [InlineData("09000000", "the message ends within a 64-bit field")]
    [InlineData("0D000000", "the message ends within a 32-bit field")]
    public void What_is_not_protobuf_is_malformed(string hex, string error)
    {
        var batch = new SpanBatch();
        var result = Decoder.DecodeProtobuf(Convert.FromHexString(hex), batch);

        result.Status.ShouldBe(DecodeStatus.Malformed);
        result.Error.ShouldBe(error);
        result.ErrorOffset.ShouldBeInRange(0, hex.Length / 2);
    }

    [Fact]
    public void Endless_groups_are_malformed()
    {
        var bytes = new byte[100_000];
        bytes.AsSpan().Fill(0x0B);
        Decoder.DecodeProtobuf(bytes, new SpanBatch()).Error.ShouldBe("more than 64 nested groups");
    }

    [Fact]
    public void A_value_nested_thousands_of_times_costs_its_span_only()
    {
        byte[] value = [];
        for (var level = 0; level < 5_000; level++)
        {
            var inner = value;
            value = Write(output => Message(output, 5, Write(array => Message(array, 1, inner))));
        }

        byte[] span = [.. NewSpan().ToByteArray(), .. Write(output => Message(output, 9, Write(attribute => Message(attribute, 2, value))))];
        var batch = new SpanBatch();

        var result = Decoder.DecodeProtobuf(Nested(span), batch);

        result.Status.ShouldBe(DecodeStatus.Ok);
        result.RejectionReasons.ShouldHaveSingleItem().Reason.ShouldBe("a value has more than MaxValueDepth = 32 nested levels");
    }

    [Fact]
    public void Repeated_numbers_may_come_unpacked()
    {
        var point = Write(output =>
        {
            output.WriteTag(3, WireFormat.WireType.Fixed64);
            output.WriteFixed64(5);
            foreach (var count in new ulong[] { 1, 2 })
            {
                output.WriteTag(6, WireFormat.WireType.Fixed64);
                output.WriteFixed64(count);
            }

            output.WriteTag(7, WireFormat.WireType.Fixed64);
            output.WriteDouble(0.5);
        });
        var exponential = Write(output =>
        {
            output.WriteTag(3, WireFormat.WireType.Fixed64);
            output.WriteFixed64(5);
            Message(output, 8, Write(buckets =>
            {
                buckets.WriteTag(2, WireFormat.WireType.Varint);
                buckets.WriteUInt64(300);
                buckets.WriteTag(2, WireFormat.WireType.Varint);
                buckets.WriteUInt64(4);
            }));
        });
        byte[] metrics =
        [
            .. Write(output => Message(output, 2, Write(metric => Message(metric, 9, Write(data => Message(data, 1, point)))))),
            .. Write(output => Message(output, 2, Write(metric => Message(metric, 10, Write(data => Message(data, 1, exponential)))))),
        ];
        var batch = new MetricBatch();

        Decoder.DecodeProtobuf(Write(output => Message(output, 1, Write(resource => Message(resource, 2, metrics)))), batch).Accepted.ShouldBe(2);

        batch.Histograms.BucketCounts[0].ToArray().ShouldBe([1UL, 2UL]);
        batch.Histograms.Bounds[0].ToArray().ShouldBe([0.5]);
        batch.ExponentialHistograms.PositiveCounts[0].ToArray().ShouldBe([300UL, 4UL]);
    }

    [Fact]
    public void A_reused_batch_takes_spans_without_allocating_for_each()
    {
        var spans = Enumerable.Range(0, 500).Select(number =>
        {
            var span = NewSpan();
            for (var attribute = 0; attribute < 10; attribute++)
            {
                span.Attributes.Add(new KeyValue { Key = $"key.{attribute}", Value = new AnyValue { StringValue = $"value {number} {attribute}" } });
            }

            return span;
        }).ToArray();
        var request = Request(new Resource(), spans);
        var batch = new SpanBatch();
        Decoder.DecodeProtobuf(request, batch).Accepted.ShouldBe(500);
        batch.Clear();
        Decoder.DecodeProtobuf(request, batch);
        batch.Clear();

        var before = GC.GetAllocatedBytesForCurrentThread();
        Decoder.DecodeProtobuf(request, batch);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // The result, its counters and the name of the service: nothing that grows with the number of spans.
        allocated.ShouldBeLessThan(4_096);
    }

    private static Span NewSpan() => new()
    {
        TraceId = ByteString.CopyFrom(Convert.FromHexString("5b8efff798038103d269b633813fc60c")),
        SpanId = ByteString.CopyFrom(Convert.FromHexString("eee19b7ec3c1b174")),
        Name = "op",
        StartTimeUnixNano = 5,
        EndTimeUnixNano = 6,
    };

    private static byte[] Request(Resource resource, params Span[] spans) =>
        new TracesData { ResourceSpans = { new ResourceSpans { Resource = resource, ScopeSpans = { new ScopeSpans { Spans = { spans } } } } } }.ToByteArray();

    private static byte[] Nested(byte[] span) =>
        Write(output => Message(output, 1, Write(resource => Message(resource, 2, Write(scope => Message(scope, 2, span))))));

    private static void Message(CodedOutputStream output, int field, byte[] bytes)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(bytes));
    }

    private static byte[] Write(Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            write(output);
        }

        return stream.ToArray();
    }
}
