using System.Net;
using System.Text;
using System.Text.Json;
using Clew.Protocols.Snappy;
using Clew.Server.Tests.Storage;
using Google.Protobuf;
using Prometheus.Write.V1;

namespace Clew.Server.Tests.Prometheus;

/// <summary>Prometheus's API over the real store, on Prometheus's own port.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class PrometheusApiTests(PrometheusServer prometheus) : IClassFixture<PrometheusServer>
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The requests of <c>Cases/requests.txt</c>.</summary>
    public static IEnumerable<(string Method, string Path, string Form)> Requests()
    {
        using var stream = typeof(PrometheusApiTests).Assembly.GetManifestResourceStream("Prometheus/Cases/requests.txt")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Split(' ') is [("GET" or "POST") and var method, var path, .. var form])
            {
                yield return (method, path, string.Join(' ', form));
            }
        }
    }

    [Fact]
    public async Task Every_request_has_its_answer()
    {
        var answers = new StringBuilder();
        foreach (var (method, path, form) in Requests())
        {
            using var response = await SendAsync(method, path, form);
            var body = await response.Content.ReadAsStringAsync();
            var isJson = response.Content.Headers.ContentType?.MediaType == "application/json";
            answers.Append($"{method} {Uri.UnescapeDataString(path)} {Uri.UnescapeDataString(form)}".TrimEnd()).Append('\n')
                .Append((int)response.StatusCode).Append(' ')
                .Append(isJson ? Shown(path, body) : body.TrimEnd('\n')).Append("\n\n");
        }

        // How many parts the store has is its own affair, and changes while it tidies up.
        var text = System.Text.RegularExpressions.Regex.Replace(answers.ToString(), "\"chunkCount\":[0-9]+", "\"chunkCount\":0");
        Golden.Check("Prometheus/Cases/answers.txt", text);
    }

    [Fact]
    public async Task On_the_native_port_the_same_lies_below_a_prefix() =>
        (await prometheus.Native.GetStringAsync("/prometheus/api/v1/query?query=up")).ShouldBe(await prometheus.Own.GetStringAsync("/api/v1/query?query=up"));

    [Theory]
    [InlineData("/api/v1/status/buildinfo", "version", @"^\d+\.\d+\.\d+$")]
    [InlineData("/api/v1/status/runtimeinfo", "startTime", "^2026-03-01T10:01:00")]
    [InlineData("/api/v1/status/config", "yaml", "query.samples: \"50000000\"")]
    [InlineData("/api/v1/status/flags", "query.selected_series", "^50$")]
    public async Task What_the_server_says_of_itself(string path, string member, string expected) =>
        (await prometheus.GetAsync(path))["data"]![member]!.ToString().ShouldMatch(expected);

    [Fact]
    public async Task Statistics_are_given_when_they_are_asked_for()
    {
        var answer = await prometheus.GetAsync("/api/v1/query_range?query=up&start=1772359240&end=1772359260&step=10&stats=all");

        var statistics = answer["data"]!["stats"]!;
        statistics["timings"]!["evalTotalTime"]!.GetValue<double>().ShouldBeGreaterThanOrEqualTo(0);
        statistics["samples"]!["totalQueryableSamples"]!.GetValue<long>().ShouldBeGreaterThan(0);
        statistics["samples"]!["totalQueryableSamplesPerStep"]!.ToJsonString().ShouldBe("[[1772359260,1]]");
    }

    [Fact]
    public async Task A_query_that_takes_too_long_is_503_and_names_the_limit()
    {
        var answer = await prometheus.GetAsync("/api/v1/query?query=up&timeout=0", HttpStatusCode.ServiceUnavailable);

        answer["errorType"]!.ToString().ShouldBe("timeout");
        answer["error"]!.ToString().ShouldContain("limit query.language_timeout");
    }

    [Fact]
    public async Task A_query_of_too_many_series_is_422_and_names_the_limit()
    {
        using var many = prometheus.Client("many");
        var request = new WriteRequest();
        for (var i = 0; i < 60; i++)
        {
            request.Timeseries.Add(new TimeSeries
            {
                Labels = { new Label { Name = "__name__", Value = "many" }, new Label { Name = "i", Value = $"{i}" } },
                Samples = { new Sample { Value = i, Timestamp = 1_000 } },
            });
        }

        await PrometheusServer.WriteAsync(many, request);

        using var refused = await many.GetAsync("/api/v1/query?query=many&time=1");
        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("\"errorType\":\"execution\",\"error\":\"the query selects more than 50 series (limit query.selected_series)");
        (await many.GetStringAsync("/api/v1/query?query=count(many%7Bi%3D~%221.%22%7D)&time=1")).ShouldContain("[1,\"10\"]");
        (await prometheus.GetAsync("/api/v1/query?query=many&time=1"))["data"]!["result"]!.AsArray().ShouldBeEmpty("another tenant has no such series");
    }

    [Fact]
    public async Task Remote_read_gives_raw_samples_and_histograms()
    {
        using var response = await ReadAsync([.. Query("up|ended|rpc"), 0x10, 0x01, 0x10, 0x00]);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/x-protobuf");
        response.Content.Headers.ContentEncoding.ShouldBe(["snappy"]);
        var packed = await response.Content.ReadAsByteArrayAsync();
        SnappyBlock.TryReadLength(packed, out var length).ShouldBeTrue();
        var answer = new byte[length];
        SnappyBlock.TryDecode(packed, answer).ShouldBeTrue();

        // ReadResponse{1: QueryResult{1: TimeSeries}}: a QueryResult has the shape of a WriteRequest.
        using var outer = new CodedInputStream(answer);
        outer.ReadTag().ShouldBe(0x0Au);
        var series = WriteRequest.Parser.ParseFrom(outer.ReadBytes()).Timeseries;
        outer.IsAtEnd.ShouldBeTrue();
        series.Select(one => one.Labels[0].Value).ShouldBe(["ended", "rpc", "up"]);
        series[0].Samples.Select(sample => BitConverter.DoubleToInt64Bits(sample.Value)).ShouldBe([BitConverter.DoubleToInt64Bits(1), 0x7FF0_0000_0000_0002]);
        series[1].Histograms.Single().CountFloat.ShouldBe(6);
        series[1].Histograms.Single().PositiveSpans.Single().ToString().ShouldBe("""{ "offset": 1, "length": 2 }""");
        series[1].Histograms.Single().PositiveCounts.ShouldBe([2, 3]);
        series[2].Samples.Single().Timestamp.ShouldBe(((PrometheusServer.Now - 10) * 1_000) + 250);
    }

    [Fact]
    public async Task Remote_read_streams_chunks_to_those_who_name_them_first()
    {
        using var response = await ReadAsync([.. Query("up|ended"), 0x12, 0x02, 0x01, 0x00]);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.ToString().ShouldBe("application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse");
        response.Content.Headers.ContentEncoding.ShouldBeEmpty();
        var series = ChunkedReadAnswer.Read(await response.Content.ReadAsByteArrayAsync());
        series.Count.ShouldBe(2);
        series[0].ShouldStartWith("0 {__name__=ended,");
        series[0].ShouldEndWith("=7ff0000000000002");
        series[1].ShouldStartWith("0 {__name__=up,");
        series[1].ShouldEndWith($"}} {((PrometheusServer.Now - 10) * 1_000) + 250}=3ff0000000000000");
    }

    [Fact]
    public async Task Readers_that_take_nothing_there_is_are_refused()
    {
        using var unknown = await ReadAsync([.. Query("up"), 0x10, 0x07]);
        unknown.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await unknown.Content.ReadAsStringAsync()).ShouldContain("SAMPLES and STREAMED_XOR_CHUNKS are");

        using var histograms = await ReadAsync([.. Query("rpc"), 0x10, 0x01]);
        histograms.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await histograms.Content.ReadAsStringAsync()).ShouldContain("native histograms");
    }

    /// <summary>A query of a ReadRequest by hand: from 0 to now with the matcher __name__ =~ names.</summary>
    private static byte[] Query(string names)
    {
        byte[] matcher = [0x08, 0x02, .. Text(2, "__name__"), .. Text(3, names)];
        byte[] query = [0x08, 0x00, 0x10, .. Varint(PrometheusServer.Now * 1_000), 0x1A, (byte)matcher.Length, .. matcher];
        return [0x0A, (byte)query.Length, .. query];
    }

    private async Task<HttpResponseMessage> ReadAsync(byte[] request)
    {
        var packed = new byte[SnappyBlock.MaxEncodedLength(request.Length)];
        using var content = new ByteArrayContent(packed[..SnappyBlock.Encode(request, packed)]);
        return await prometheus.Own.PostAsync("/api/v1/read", content);
    }

    private async Task<HttpResponseMessage> SendAsync(string method, string path, string form)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(prometheus.Own.BaseAddress!, path));
        request.Content = method == "POST" ? new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded") : null;
        return await prometheus.Own.SendAsync(request);
    }

    private static byte[] Text(int field, string text) => [(byte)((field << 3) | 2), (byte)text.Length, .. Encoding.UTF8.GetBytes(text)];

    private static byte[] Varint(long value)
    {
        var bytes = new List<byte>();
        for (var rest = (ulong)value; ; rest >>= 7)
        {
            if (rest < 0x80)
            {
                return [.. bytes, (byte)rest];
            }

            bytes.Add((byte)(rest | 0x80));
        }
    }

    /// <summary>Numbers that differ from run to run are left out.</summary>
    private static string Shown(string path, string body)
    {
        var node = System.Text.Json.Nodes.JsonNode.Parse(body)!;
        if (node["data"] is System.Text.Json.Nodes.JsonObject data)
        {
            data.Remove("stats");
            if (path.EndsWith("tsdb", StringComparison.Ordinal))
            {
                data["headStats"]!["chunkCount"] = 0;
            }
        }

        return node.ToJsonString(Relaxed);
    }
}
