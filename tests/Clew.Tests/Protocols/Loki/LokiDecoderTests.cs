using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Clew.Protocols;
using Clew.Protocols.Loki;
using Clew.Protocols.Otlp;
using Clew.Telemetry;
using Clew.Testing;
using Clew.Tests.Protocols.Otlp;
using Google.Protobuf;
using Logproto;
using Timestamp = Google.Protobuf.WellKnownTypes.Timestamp;

namespace Clew.Tests.Protocols.Loki;

public sealed class LokiDecoderTests
{
    private static readonly LokiDecoder Decoder = new(ProtocolLimits.Default);

    public static TheoryData<int, string> Requests
    {
        get
        {
            var data = new TheoryData<int, string>();
            foreach (var (number, one) in DecodeCase.ReadFile("push.txt", ThisFile()).Index())
            {
                data.Add(number, one.ToString());
            }

            return data;
        }
    }

    public static TheoryData<byte, string, string> Lines
    {
        get
        {
            var data = new TheoryData<byte, string, string>();
            foreach (var line in File.ReadLines(Path.Combine(Path.GetDirectoryName(ThisFile())!, "Cases", "levels.txt")).Where(line => line.Length > 0 && line[0] != '#'))
            {
                var parts = line.Split(' ', 3);
                data.Add(byte.Parse(parts[0], CultureInfo.InvariantCulture), parts[1] == "-" ? string.Empty : parts[1], parts[2]);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public void Json_cases(int number, string title)
    {
        var one = DecodeCase.ReadFile("push.txt", ThisFile())[number];
        one.ToString().ShouldBe(title);
        var batch = new LogBatch();
        DecodeCaseTests.Check(one, new LokiDecoder(one.Limits).DecodeJson(Encoding.UTF8.GetBytes(one.Request), batch), batch, writer => OtlpJsonEncoder.Write(writer, batch));
        BatchInvariants.Check(batch);
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_line_tells_its_level(byte severity, string text, string line)
    {
        var batch = new LogBatch();
        Decoder.DecodeProtobuf(Request("{app=\"a\"}", Entry(5, line)).ToByteArray(), batch).Accepted.ShouldBe(1);
        batch[0].Severity.ShouldBe(severity);
        batch[0].SeverityText.ShouldBe(text);
        batch[0].Body.Text.ShouldBe(line);
    }

    [Theory]
    [InlineData("{app=\"a\",}", "app=a")]
    [InlineData(" { app = \"a\" , b = \"c\" } ", "app=a b=c")]
    [InlineData("{a=\"\\x41\\102\\u00e9\\U0001F600\\t\\\"\"}", "a=ABé😀\t\"")]
    [InlineData("{a='it\\'s'}", "a=it's")]
    [InlineData("{a=`\\x41`}", "a=\\x41")]
    [InlineData("{a=\"{b=\\\"c\\\"}\"}", "a={b=\"c\"}")]
    [InlineData("{a=\"x\" b=\"y\"}", null)]
    [InlineData("{a=x}", null)]
    [InlineData("{a=\"\\q\"}", null)]
    [InlineData("{a=\"\\x4\"}", null)]
    [InlineData("{a=\"\\400\"}", null)]
    [InlineData("{a=\"\\ud800\"}", null)]
    [InlineData("{a=`x}", null)]
    [InlineData("{=\"x\"}", null)]
    [InlineData("{a}", null)]
    [InlineData("{a=}", null)]
    [InlineData("{a=\"x\"", null)]
    [InlineData("", null)]
    [InlineData("{}", null)]
    [InlineData("{a=\"\"}", null)]
    public void Labels_as_text(string labels, string? expected)
    {
        var batch = new LogBatch();
        var result = Decoder.DecodeProtobuf(Request(labels, Entry(5, "x")).ToByteArray(), batch);
        result.Status.ShouldBe(DecodeStatus.Ok);
        if (expected is null)
        {
            result.Rejected.ShouldBe(1);
            batch.Count.ShouldBe(0);
            batch.Resources.Count.ShouldBe(0);
            return;
        }

        var pairs = new List<string>();
        foreach (var (key, value) in batch[0].Resource.Attributes)
        {
            if (!key.Contains('.', StringComparison.Ordinal))
            {
                pairs.Add($"{key}={value.Text}");
            }
        }

        string.Join(' ', pairs).ShouldBe(expected);
    }

    [Fact]
    public void Protobuf_and_json_say_the_same()
    {
        var random = new Random(20_261_121);
        for (var round = 0; round < 200; round++)
        {
            var request = RandomRequest(random);
            var fromProtobuf = new LogBatch();
            var fromJson = new LogBatch();
            Decoder.DecodeProtobuf(request.ToByteArray(), fromProtobuf).Rejected.ShouldBe(0);
            Decoder.DecodeJson(Encoding.UTF8.GetBytes(ToJson(request)), fromJson).Rejected.ShouldBe(0);
            BatchText.Of(fromProtobuf).ShouldBe(BatchText.Of(fromJson), $"round {round}");
            fromProtobuf.Count.ShouldBe(request.Streams.Sum(stream => stream.Entries.Count));
        }
    }

    [Fact]
    public void A_request_that_is_cut_off_leaves_nothing_behind()
    {
        var body = Request("{app=\"a\"}", Entry(5, "x"), Entry(6, "y")).ToByteArray();
        var batch = new LogBatch();
        Decoder.DecodeProtobuf(body, batch).Accepted.ShouldBe(2);
        var result = Decoder.DecodeProtobuf(body.AsSpan(0, body.Length - 2), batch);
        result.Status.ShouldBe(DecodeStatus.Malformed);
        batch.Count.ShouldBe(2);
        batch.Resources.Count.ShouldBe(1);
        BatchInvariants.Check(batch);
    }

    [Fact]
    public void Entries_before_their_labels_are_kept()
    {
        var labels = new Logproto.Stream { Labels = "{app=\"a\"}" }.ToByteArray();
        var entries = new Logproto.Stream { Entries = { Entry(5, "x") } }.ToByteArray();
        byte[] stream = [.. entries, .. labels];
        var batch = new LogBatch();
        Decoder.DecodeProtobuf([0x0A, (byte)stream.Length, .. stream], batch).Accepted.ShouldBe(1);
        batch[0].Resource.Service.ShouldBe("a");
    }

    internal static PushRequest RandomRequest(Random random)
    {
        string Word() => new[] { "cart", "pay", "über", "a b", "quote\"d", "back\\slash", "line\nbreak" }[random.Next(7)];
        var request = new PushRequest();
        for (var streams = random.Next(4); streams > 0; streams--)
        {
            var names = new[] { "app", "env", "pod", "namespace", "level", "_x1" }.OrderBy(_ => random.Next()).Take(random.Next(1, 5));
            var stream = new Logproto.Stream { Labels = "{" + string.Join(", ", names.Select(name => $"{name}={Quote(Word())}")) + "}" };
            for (var entries = random.Next(5); entries > 0; entries--)
            {
                var entry = Entry(random.NextInt64(long.MaxValue), random.Next(3) == 0 ? "level=warn " + Word() : Word());
                for (var pairs = random.Next(3); pairs > 0; pairs--)
                {
                    entry.StructuredMetadata.Add(new LabelPair { Name = "k" + random.Next(3).ToString(CultureInfo.InvariantCulture), Value = Word() });
                }

                stream.Entries.Add(entry);
            }

            request.Streams.Add(stream);
        }

        return request;
    }

    internal static string ToJson(PushRequest request)
    {
        static string Json(string text) => System.Text.Json.JsonSerializer.Serialize(text);
        static string Nanoseconds(Entry entry) => ((entry.Timestamp.Seconds * 1_000_000_000) + entry.Timestamp.Nanos).ToString(CultureInfo.InvariantCulture);
        static string Metadata(Entry entry) => entry.StructuredMetadata.Count == 0 ? string.Empty : ",{" + string.Join(',', entry.StructuredMetadata.Select(pair => $"{Json(pair.Name)}:{Json(pair.Value)}")) + "}";
        static string Labels(string text) => string.Join(',', text[1..^1].Split(", ").Select(pair => pair.Split('=', 2)).Select(pair => $"{Json(pair[0])}:{pair[1]}"));
        return "{\"streams\":[" + string.Join(',', request.Streams.Select(stream =>
            $"{{\"stream\":{{{Labels(stream.Labels)}}},\"values\":[{string.Join(',', stream.Entries.Select(entry => $"[\"{Nanoseconds(entry)}\",{Json(entry.Line)}{Metadata(entry)}]"))}]}}")) + "]}";
    }

    private static string Quote(string text) =>
        "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal) + "\"";

    private static Entry Entry(long nanoseconds, string line) =>
        new() { Timestamp = new Timestamp { Seconds = nanoseconds / 1_000_000_000, Nanos = (int)(nanoseconds % 1_000_000_000) }, Line = line };

    private static PushRequest Request(string labels, params Entry[] entries) => new() { Streams = { new Logproto.Stream { Labels = labels, Entries = { entries } } } };

    private static string ThisFile([CallerFilePath] string file = "") => file;
}
