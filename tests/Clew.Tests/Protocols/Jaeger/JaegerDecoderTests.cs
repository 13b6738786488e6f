using Clew.Protocols;
using Clew.Protocols.Jaeger;
using Clew.Protocols.Thrift;
using Clew.Telemetry;
using Clew.Testing;
using Clew.Tests.Protocols.Otlp;

namespace Clew.Tests.Protocols.Jaeger;

public class JaegerDecoderTests
{
    private static readonly JaegerDecoder Decoder = new(ProtocolLimits.Default);

    private static readonly Timestamp Received = new(1_800_000_000_000_000_000);

    private static readonly IReadOnlyList<JaegerCase> AllCases = JaegerCase.ReadAll();

    public static TheoryData<int, string> Cases
    {
        get
        {
            var cases = new TheoryData<int, string>();
            foreach (var (number, one) in AllCases.Index())
            {
                cases.Add(number, one.Title);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_span_means_the_same_in_every_format(int number, string title)
    {
        var one = AllCases[number];
        one.Title.ShouldBe(title);
        foreach (var (format, decode) in Formats(one.Batch))
        {
            var batch = new SpanBatch();
            var result = decode(batch);
            result.Status.ShouldBe(DecodeStatus.Ok, $"{format}: {result.Error}");
            BatchInvariants.Check(batch);
            string[] told = [.. result.RejectionReasons.Select(reason => $"refused {reason}"), .. result.Warnings.Select(warning => $"warning {warning}")];
            told.ShouldBe(one.Expected.Where(line => line.StartsWith("refused ", StringComparison.Ordinal) || line.StartsWith("warning ", StringComparison.Ordinal)), format);
            if (one.IsRefused)
            {
                batch.Count.ShouldBe(0, format);
            }
            else
            {
                SpanLines.Of(batch[0]).Order(StringComparer.Ordinal).ShouldBe(one.ExpectedSpan().Order(StringComparer.Ordinal), format);
            }
        }
    }

    [Fact]
    public void Random_batches_are_the_same_in_every_format()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var model = new RandomJaeger(seed).Batch();
            string[]? expected = null;
            foreach (var (format, decode) in Formats(model))
            {
                var batch = new SpanBatch();
                var result = decode(batch);
                result.Status.ShouldBe(DecodeStatus.Ok, $"seed {seed}, {format}: {result.Error}");
                BatchInvariants.Check(batch);
                result.Accepted.ShouldBe(model.Spans.Count, $"seed {seed}, {format}: {result.Explanation}");
                var text = BatchText.Of(batch);
                text.ShouldBe(expected ??= text, $"seed {seed}, {format}");
            }
        }
    }

    [Fact]
    public void A_bad_span_costs_itself_only()
    {
        var good = new JaegerModelSpan(0, 1, 2, 0, "good");
        var model = new JaegerModelBatch("cart", [], [good, good with { Span = 0 }, good with { Span = 3, Tags = [new JaegerModelTag(new string('k', 5_000), "v")] }, good with { Span = 4 }]);
        foreach (var (format, decode) in Formats(model))
        {
            var batch = new SpanBatch();
            var result = decode(batch);

            result.Accepted.ShouldBe(2, format);
            result.RejectionReasons.Select(reason => reason.ToString()).ShouldBe(
                ["span_id is missing or all zero (1)", "an attribute key is longer than MaxKeyBytes = 4096 bytes (1)"], format);
            Enumerable.Range(0, 2).Select(row => batch[row].SpanId.ToString()).ShouldBe(["0000000000000002", "0000000000000004"], format);
        }
    }

    [Fact]
    public void Each_span_of_protobuf_may_have_a_process_of_its_own()
    {
        var request = new global::Jaeger.ApiV2.PostSpansRequest { Batch = new global::Jaeger.ApiV2.Batch { Process = new global::Jaeger.ApiV2.Process { ServiceName = "all" } } };
        foreach (var (id, service) in new[] { (1, "one"), (2, (string?)null), (3, "one"), (4, "two"), (5, null) })
        {
            request.Batch.Spans.Add(new global::Jaeger.ApiV2.Span
            {
                TraceId = Google.Protobuf.ByteString.CopyFrom(0, 0, 0, 0, 0, 0, 0, 1),
                SpanId = Google.Protobuf.ByteString.CopyFrom(0, 0, 0, 0, 0, 0, 0, (byte)id),
                StartTime = new Google.Protobuf.WellKnownTypes.Timestamp { Seconds = 5 },
                Process = service is null ? null : new global::Jaeger.ApiV2.Process { ServiceName = service },
            });
        }

        var batch = new SpanBatch();
        Decoder.DecodeProtobuf(Google.Protobuf.MessageExtensions.ToByteArray(request), batch).Accepted.ShouldBe(5);

        BatchInvariants.Check(batch);
        Enumerable.Range(0, 5).Select(row => batch[row].Service).ShouldBe(["one", "all", "one", "two", "all"]);
        batch.Resources.Count.ShouldBe(3);
        batch[0].TraceId.ToString().ShouldBe("00000000000000000000000000000001");
    }

    /// <summary>A field that is no list may come again, and then its last value counts.</summary>
    [Fact]
    public void A_refused_span_leaves_none_of_its_processes_behind()
    {
        byte[] request = Field(1, [.. Span(id: 0, "first", "second"), .. Span(id: 3, "second"), .. Span(id: 4, "first")]);
        var batch = new SpanBatch();

        var result = Decoder.DecodeProtobuf(request, batch);

        (result.Accepted, result.Rejected).ShouldBe((2, 1));
        BatchInvariants.Check(batch);
        (batch[0].Service, batch[1].Service).ShouldBe(("second", "first"));

        static byte[] Span(byte id, params string[] processes) => Field(1,
        [
            .. Field(1, [0, 0, 0, 0, 0, 0, 0, 1]), .. Field(2, [0, 0, 0, 0, 0, 0, 0, id]),
            .. processes.SelectMany(service => Field(10, Field(1, System.Text.Encoding.UTF8.GetBytes(service)))),
        ]);

        static byte[] Field(int number, byte[] content) => [(byte)((number << 3) | 2), (byte)content.Length, .. content];
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Fields_of_a_later_version_are_passed_over(bool compact)
    {
        var writer = new ThriftWriter(compact).BeginStruct()
            .Field(3, 17L) // seqNo
            .Field(4, ThriftWriter.Struct).BeginStruct().Field(1, 5L).Field(9, true).EndStruct()
            .Field(40, true)
            .ListField(41, ThriftWriter.Text, 2).Value("a").Value("b")
            .ListField(2, ThriftWriter.Struct, 1).BeginStruct()
            .Field(12, false)
            .Field(20, 2.5)
            .Field(1, 7L).Field(3, 8L).Field(5, "late").Field(8, 1_700_000_000_000_000L)
            .EndStruct()
            .Field(1, ThriftWriter.Struct).BeginStruct().Field(1, "cart").EndStruct()
            .EndStruct();
        var batch = new SpanBatch();

        Decoder.DecodeThrift(writer.ToArray(), compact ? ThriftEncoding.Compact : ThriftEncoding.Binary, batch).Accepted.ShouldBe(1);

        batch[0].Service.ShouldBe("cart");
        batch[0].Name.ShouldBe("late");
        batch[0].TraceId.ToString().ShouldBe("00000000000000000000000000000007");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Lists_of_something_else_than_structs_are_passed_over(bool compact)
    {
        var writer = new ThriftWriter(compact).BeginStruct()
            .ListField(2, ThriftWriter.Text, 2).Value("no").Value("spans")
            .Field(1, ThriftWriter.Struct).BeginStruct().Field(1, "first").ListField(2, ThriftWriter.I64, 1).Int64(5).EndStruct()
            .ListField(2, ThriftWriter.Struct, 1).BeginStruct()
            .ListField(10, ThriftWriter.I32, 2).Int32(1).Int32(2)
            .ListField(6, ThriftWriter.Text, 1).Value("no reference")
            .Field(1, 7L).Field(3, 8L).Field(8, 1_700_000_000_000_000L)
            .ListField(11, ThriftWriter.Struct, 1).BeginStruct().Field(1, 1_700_000_000_000_000L).ListField(2, ThriftWriter.Double, 0).EndStruct()
            .EndStruct()
            .Field(1, ThriftWriter.Struct).BeginStruct().Field(1, "last").EndStruct()
            .EndStruct();
        var batch = new SpanBatch();

        var result = Decoder.DecodeThrift(writer.ToArray(), compact ? ThriftEncoding.Compact : ThriftEncoding.Binary, batch);

        result.Error.ShouldBeNull();
        result.Accepted.ShouldBe(1, result.Explanation);
        BatchInvariants.Check(batch);
        (batch[0].Service, batch[0].EventCount, batch[0].LinkCount).ShouldBe(("last", 1, 0));
        SpanLines.Of(batch[0]).ShouldNotContain(line => line.StartsWith("tag ", StringComparison.Ordinal));
    }

    /// <summary>What a later version may call a type is kept as the text it has, and told.</summary>
    [Fact]
    public void A_type_of_a_tag_that_does_not_exist_is_read_as_text()
    {
        var thrift = new ThriftWriter(compact: true).BeginStruct().ListField(2, ThriftWriter.Struct, 1).BeginStruct()
            .Field(1, 7L).Field(3, 8L).Field(8, 5L).ListField(10, ThriftWriter.Struct, 1).BeginStruct().Field(1, "k").Field(2, 9).Field(3, "v").EndStruct().EndStruct().EndStruct();
        var span = new global::Jaeger.ApiV2.Span { TraceId = Bytes(8, 7), SpanId = Bytes(8, 8), StartTime = new Google.Protobuf.WellKnownTypes.Timestamp { Nanos = 5_000 } };
        span.Tags.Add(new global::Jaeger.ApiV2.KeyValue { Key = "k", VType = 9, VStr = "v" });
        foreach (var decode in new Func<SpanBatch, DecodeResult>[]
        {
            batch => Decoder.DecodeThrift(thrift.ToArray(), ThriftEncoding.Compact, batch),
            batch => Decoder.DecodeProtobuf(Request(span), batch),
        })
        {
            var batch = new SpanBatch();
            decode(batch).Warnings.Single().ToString().ShouldBe("an enum number that cannot be kept was replaced by 0 (1)");
            SpanLines.Of(batch[0]).ShouldContain("tag k=s:v");
        }
    }

    [Fact]
    public void Ids_of_a_wrong_length_cost_their_span_in_protobuf()
    {
        var good = new global::Jaeger.ApiV2.Span { TraceId = Bytes(16, 1), SpanId = Bytes(8, 2), StartTime = new Google.Protobuf.WellKnownTypes.Timestamp { Seconds = 5 } };
        var shortTrace = good.Clone();
        shortTrace.TraceId = Bytes(5, 1);
        var longSpan = good.Clone();
        longSpan.SpanId = Bytes(9, 2);
        var noIds = good.Clone();
        noIds.TraceId = noIds.SpanId = Google.Protobuf.ByteString.Empty;
        var oddReference = good.Clone();
        oddReference.References.Add(new global::Jaeger.ApiV2.SpanRef { TraceId = Bytes(16, 1), SpanId = Bytes(3, 9) });
        var batch = new SpanBatch();

        var result = Decoder.DecodeProtobuf(Request(shortTrace, good, longSpan, noIds, oddReference), batch);

        result.RejectionReasons.Select(reason => reason.ToString()).ShouldBe(
            ["trace_id must be 16 bytes (32 hex digits in JSON) (1)", "trace_id is missing or all zero (1)", "span_id must be 8 bytes (16 hex digits in JSON) (1)"]);
        result.Warnings.Single().Count.ShouldBe(1);
        result.Accepted.ShouldBe(2);
        (batch[1].LinkCount, batch[1].ParentSpanId.IsEmpty).ShouldBe((0, true));
        BatchInvariants.Check(batch);
    }

    [Fact]
    public void A_message_in_the_old_binary_form_is_read()
    {
        var batch = new SpanBatch();
        byte[] body = new JaegerModelBatch("cart", [], [new JaegerModelSpan(0, 1, 2, 0, "get")]).ToAgentMessage(compact: false);
        byte[] old = [0, 0, 0, 9, .. "emitBatch"u8, 4, .. body.AsSpan(17)];

        var result = Decoder.DecodeAgentMessage(old, ThriftEncoding.Binary, Received, batch);

        result.Error.ShouldBeNull();
        batch[0].Name.ShouldBe("get");
    }

    [Fact]
    public void What_is_not_a_batch_is_malformed_and_leaves_nothing()
    {
        var good = new JaegerModelBatch("cart", [], [new JaegerModelSpan(0, 1, 2, 0, "get")]);
        foreach (var (bytes, encoding, error) in new (byte[], ThriftEncoding, string)[]
        {
            ([], ThriftEncoding.Binary, "the data end too early"),
            ([.. "not thrift at all"u8], ThriftEncoding.Binary, "a value has the unknown type 110"),
            ([15, 0, 2, 12, 0x7F, 0xFF, 0xFF, 0xFF], ThriftEncoding.Binary, "a list announces more elements than there are bytes"),
            ([15, 0, 2, 12, 0xFF, 0xFF, 0xFF, 0xFF], ThriftEncoding.Binary, "a list announces more elements than there are bytes"),
            ([0x29, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F], ThriftEncoding.Compact, "a list announces more elements than there are bytes"),
            ([0x1C, 0x18, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], ThriftEncoding.Compact, "a length is negative or more than 2 GiB"),
            ([0x1C, 0x18, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], ThriftEncoding.Compact, "a number is longer than 10 bytes"),
            ([.. Enumerable.Repeat((byte)0x1C, 200)], ThriftEncoding.Compact, "more than 64 containers within each other"),
            (good.ToThrift(compact: false)[..^3], ThriftEncoding.Binary, "the data end too early"),
        })
        {
            var batch = new SpanBatch();
            var result = Decoder.DecodeThrift(bytes, encoding, batch);

            result.Status.ShouldBe(DecodeStatus.Malformed, error);
            result.Error.ShouldBe(error);
            batch.Count.ShouldBe(0);
            batch.Resources.Count.ShouldBe(0);
        }
    }

    [Fact]
    public void The_agent_knows_one_method()
    {
        var message = new ThriftWriter(compact: true).Message("emitSomething").BeginStruct().EndStruct().ToArray();

        Decoder.DecodeAgentMessage(message, ThriftEncoding.Compact, Received, new SpanBatch()).Status.ShouldBe(DecodeStatus.Malformed);
        Decoder.DecodeAgentMessage([0x80, 0x02, 0, 4, 0, 0, 0, 0], ThriftEncoding.Binary, Received, new SpanBatch()).Error.ShouldBe("this is not a message in Thrift's binary encoding");
        Decoder.DecodeAgentMessage([0x81, 0x21, 0, 0], ThriftEncoding.Compact, Received, new SpanBatch()).Error.ShouldBe("this is not a message in Thrift's compact encoding");
    }

    /// <summary>A big-endian number in so many bytes.</summary>
    private static Google.Protobuf.ByteString Bytes(int size, byte number)
    {
        var bytes = new byte[size];
        bytes[^1] = number;
        return Google.Protobuf.ByteString.CopyFrom(bytes);
    }

    private static byte[] Request(params global::Jaeger.ApiV2.Span[] spans) =>
        Google.Protobuf.MessageExtensions.ToByteArray(new global::Jaeger.ApiV2.PostSpansRequest { Batch = new global::Jaeger.ApiV2.Batch { Spans = { spans } } });

    private static IEnumerable<(string Format, Func<SpanBatch, DecodeResult> Decode)> Formats(JaegerModelBatch model) =>
    [
        ("binary Thrift", batch => Decoder.DecodeThrift(model.ToThrift(compact: false), ThriftEncoding.Binary, batch)),
        ("compact Thrift", batch => Decoder.DecodeThrift(model.ToThrift(compact: true), ThriftEncoding.Compact, batch)),
        ("binary agent message", batch => Decoder.DecodeAgentMessage(model.ToAgentMessage(compact: false), ThriftEncoding.Binary, Received, batch)),
        ("compact agent message", batch => Decoder.DecodeAgentMessage(model.ToAgentMessage(compact: true), ThriftEncoding.Compact, Received, batch)),
        ("protobuf", batch => Decoder.DecodeProtobuf(model.ToProtobuf(), batch)),
        ("protobuf with a process per span", batch => Decoder.DecodeProtobuf(model.ToProtobuf(processPerSpan: true), batch)),
    ];
}
