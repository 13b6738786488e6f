using Clew.Protocols.Jaeger;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Jaeger.StorageV2;
using OpenTelemetry.Proto.Common.V1;
using Xunit.Abstractions;

namespace Clew.Tests.Fuzzing;

/// <summary>What is asked of Jaeger's gRPC services: no bytes make a reader throw, and what Google's parser reads with the same fields means the same.</summary>
public class JaegerQueryFuzzTests(ITestOutputHelper output)
{
    private const int MostAttributes = 4;

    [Fact]
    public void Questions() => FuzzRun.Run(output, Check, seed => Request(new Random(seed)).ToByteArray());

    [Fact]
    public void A_question_is_read_field_by_field()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var request = Request(new Random(seed));
            JaegerQueryReader.TryReadSearch(request.ToByteArray(), isStorage: true, MostAttributes, out var question).ShouldBeTrue();
            var asked = request.Query;
            question!.Service.ShouldBe(asked.ServiceName, $"seed {seed}");
            question.Operation.ShouldBe(asked.OperationName, $"seed {seed}");
            question.Earliest.ShouldBe(Nanoseconds(asked.StartTimeMin), $"seed {seed}");
            question.MaxDuration.ShouldBe(asked.DurationMax is { } longest ? (longest.Seconds * 1_000_000_000) + longest.Nanos : null, $"seed {seed}");
            question.Depth.ShouldBe(asked.SearchDepth, $"seed {seed}");
            question.Attributes.Select(attribute => attribute.Key).ShouldBe(asked.Attributes.Select(attribute => attribute.Key).Take(MostAttributes + 1), $"seed {seed}");
            question.Attributes.Select(attribute => attribute.Value).ShouldBe(asked.Attributes.Select(Text).Take(MostAttributes + 1), $"seed {seed}");
        }
    }

    [Fact]
    public void A_question_in_pieces_is_one_question()
    {
        var first = new FindTracesRequest { Query = new TraceQueryParameters { ServiceName = "one", SearchDepth = 3 } }.ToByteArray();
        var second = new FindTracesRequest { Query = new TraceQueryParameters { ServiceName = "two", OperationName = "op" } }.ToByteArray();

        JaegerQueryReader.TryReadSearch([.. first, .. second], isStorage: false, MostAttributes, out var question).ShouldBeTrue();

        (question!.Service, question.Operation, question.Depth).ShouldBe(("two", "op", 3));
        JaegerQueryReader.TryReadSearch([], isStorage: false, MostAttributes, out question).ShouldBeTrue();
        question.ShouldBeNull();
    }

    private static void Check(ReadOnlySpan<byte> data)
    {
        var bytes = data.ToArray();
        if (JaegerQueryReader.TryReadSearch(bytes, isStorage: true, MostAttributes, out var question))
        {
            (question?.Attributes.Count ?? 0).ShouldBeLessThanOrEqualTo(MostAttributes + 1);
        }

        JaegerQueryReader.TryReadSearch(bytes, isStorage: false, MostAttributes, out _);
        JaegerQueryReader.TryReadTrace(bytes, out _);
        JaegerQueryReader.TryReadOperations(bytes, out _, out _);
        JaegerQueryReader.TryReadDependencies(bytes, out _, out _);
        if (JaegerQueryReader.TryReadTraces(bytes, 2, out var traces, out var count))
        {
            traces.Count.ShouldBe(Math.Min(2, count));
        }
    }

    private static FindTracesRequest Request(Random random)
    {
        var query = new TraceQueryParameters { SearchDepth = random.Next(0, 2_000) };
        if (random.Next(2) == 0)
        {
            query.ServiceName = $"service {random.Next(5)} ü";
            query.OperationName = $"operation {random.Next(5)}";
        }

        if (random.Next(2) == 0)
        {
            query.StartTimeMin = new Timestamp { Seconds = random.Next(), Nanos = random.Next(1_000_000_000) };
            query.DurationMax = new Duration { Seconds = random.Next(100), Nanos = random.Next(1_000_000_000) };
        }

        for (var i = random.Next(8); i > 0; i--)
        {
            query.Attributes.Add(new KeyValue
            {
                Key = $"key{i}",
                Value = random.Next(5) switch
                {
                    0 => new AnyValue { StringValue = "text" },
                    1 => new AnyValue { BoolValue = random.Next(2) == 0 },
                    2 => new AnyValue { IntValue = random.NextInt64() - (long.MaxValue / 2) },
                    3 => new AnyValue { DoubleValue = random.Next(1, 1_000) / 8.0 },
                    _ => new AnyValue { BytesValue = ByteString.CopyFrom(1, 2, 3) },
                },
            });
        }

        return new FindTracesRequest { Query = query };
    }

    private static long? Nanoseconds(Timestamp? time) => time is null ? null : (time.Seconds * 1_000_000_000) + time.Nanos;

    private static string Text(KeyValue attribute) => attribute.Value.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => attribute.Value.StringValue,
        AnyValue.ValueOneofCase.BoolValue => attribute.Value.BoolValue ? "true" : "false",
        AnyValue.ValueOneofCase.IntValue => attribute.Value.IntValue.ToString(System.Globalization.CultureInfo.InvariantCulture),
        AnyValue.ValueOneofCase.DoubleValue => attribute.Value.DoubleValue.ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => attribute.Value.BytesValue.ToBase64(),
    };
}
