using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Clew.Protocols.Snappy;
using Clew.Server.Hosting;
using Clew.Server.Tests.Ingest.Prometheus;
using Clew.Server.Tests.Storage;
using Clew.Server.Tests.Support;
using Prometheus.Write.V1;

namespace Clew.Server.Tests.Prometheus;

/// <summary>
/// The same data written to a real Prometheus (Debian's) and to this server, the same questions asked of both: the answers are the same up to the last digits. The
/// questions avoid what changed between Prometheus 2 and 3: no sample lies exactly at the edge of a range.
/// </summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class DifferentialTests : IAsyncLifetime
{
    /// <summary>Steps of the data.</summary>
    private const int Count = 60;

    private const int Interval = 15_000;

    /// <summary>What a question begins with that is sent as a form.</summary>
    private const string Post = "POST ";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("clew-differential-");
    private readonly long _start = (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 60_000 * 60_000) - (Count * Interval);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return Task.CompletedTask;
    }

    [PrometheusFact]
    public async Task A_real_prometheus_gives_the_same_answers()
    {
        await using var server = await StoreServer.StartAsync();
        using var own = server.Client(Door.Prometheus);
        using var prometheus = await StartAsync();
        using var other = new HttpClient { BaseAddress = await AddressAsync(prometheus), Timeout = TestServer.Patience };
        try
        {
            foreach (var http in new[] { own, other })
            {
                await PrometheusServer.WriteAsync(http, Data());
            }

            var differences = new List<string>();
            var asked = 0;
            foreach (var question in Questions())
            {
                asked++;
                if (question.StartsWith("/federate", StringComparison.Ordinal))
                {
                    var (theirText, ownText) = (await TextAsync(other, question), await TextAsync(own, question));
                    if (theirText != ownText)
                    {
                        differences.Add($"{question}\nprometheus: {theirText}\nclew:       {ownText}");
                    }

                    continue;
                }

                var (expected, actual) = (await AskAsync(other, question), await AskAsync(own, question));
                if (Compare(expected, actual) is { } difference)
                {
                    differences.Add($"{Uri.UnescapeDataString(question)}\n{difference}\nprometheus: {Short(expected)}\nclew:       {Short(actual)}");
                }
            }

            asked.ShouldBeGreaterThan(1_000);
            string.Join("\n\n", differences).ShouldBeEmpty();

            var (theirs, ours) = (await ChunksAsync(other), await ChunksAsync(own));
            theirs.Count.ShouldBe(26);
            ours.ShouldBe(theirs);
            (await SamplesAsync(own)).ShouldBe(await SamplesAsync(other));
        }
        finally
        {
            prometheus.Kill();
            await prometheus.WaitForExitAsync().WaitAsync(TestServer.Patience);
        }
    }

    /// <summary>Every expression of <c>Cases/differential.txt</c> at three moments and over a time, and questions about series.</summary>
    private IEnumerable<string> Questions()
    {
        var end = _start + (Count * Interval);
        using var stream = typeof(DifferentialTests).Assembly.GetManifestResourceStream("Prometheus/Cases/differential.txt")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line.StartsWith("# ", StringComparison.Ordinal))
            {
                continue;
            }

            if (line.StartsWith('/') || line.StartsWith(Post, StringComparison.Ordinal))
            {
                yield return line.Replace("START", Seconds(_start), StringComparison.Ordinal).Replace("END", Seconds(end), StringComparison.Ordinal);
                continue;
            }

            var query = Uri.EscapeDataString(line);
            yield return $"/api/v1/query?query={query}&time={Seconds(end)}";
            yield return $"/api/v1/query?query={query}&time={Seconds(_start + 200_000)}";
            yield return $"/api/v1/query_range?query={query}&start={Seconds(_start)}&end={Seconds(end + 600_000)}&step=60";
        }
    }

    private static string Seconds(long milliseconds) => (milliseconds / 1_000m).ToString(CultureInfo.InvariantCulture);

    /// <summary>Counters with a reset and a gap, gauges that change sign, classic and native histograms, a series that ends with a stale marker, one with infinities.</summary>
    private WriteRequest Data()
    {
        var random = new Random(7);
        var request = new WriteRequest();
        foreach (var (job, instance) in new[] { ("api", "a:1"), ("api", "b:1"), ("db", "c:1") })
        {
            Add(request, i => i is > 20 and < 24 ? null : (i < 40 ? i : i - 40) * (instance.Length + 1.5), ("__name__", "requests_total"), ("job", job), ("instance", instance), ("code", "200"));
            Add(request, i => i / 3, ("__name__", "requests_total"), ("job", job), ("instance", instance), ("code", "500"));
            Add(request, _ => (random.NextDouble() * 20) - 10, ("__name__", "temperature"), ("job", job), ("instance", instance));
            Add(request, i => i == 50 ? BitConverter.UInt64BitsToDouble(0x7FF0_0000_0000_0002) : i > 50 ? null : 1, ("__name__", "up"), ("job", job), ("instance", instance));
            foreach (var (bound, share) in new[] { ("0.1", 0.2), ("0.5", 0.7), ("1", 0.9), ("+Inf", 1.0) })
            {
                Add(request, i => Math.Floor(i * 10 * share), ("__name__", "latency_bucket"), ("job", job), ("instance", instance), ("le", bound));
                request.Timeseries[^1].Exemplars.Add(Enumerable.Range(0, 3).Select(i => new Exemplar
                {
                    Labels = { new Label { Name = "trace_id", Value = $"{instance}-{bound}-{i}" } },
                    Value = share * (i + 1),
                    Timestamp = _start + ((i + 1) * 10 * Interval) + 137,
                }));
            }
        }

        Add(request, i => i % 3 == 0 ? double.PositiveInfinity : i % 3 == 1 ? double.NaN : -1, ("__name__", "odd"), ("job", "api"));
        Add(request, _ => 1, ("__name__", "info"), ("job", "api"), ("version", "1.2"));
        foreach (var zone in new[] { "x", "y" })
        {
            AddHistograms(request, i => (ulong)(i < 30 ? i : i - 30) * (zone == "x" ? 1UL : 3UL), ("__name__", "native"), ("zone", zone));
        }

        return request;
    }

    /// <summary>Native histograms whose buckets, one below zero, the one of zero and two above, have so many, once, twice and three times.</summary>
    private void AddHistograms(WriteRequest request, Func<int, ulong> count, params (string Name, string Value)[] labels)
    {
        var series = new TimeSeries { Labels = { labels.Select(label => new Label { Name = label.Name, Value = label.Value }) } };
        for (var i = 0; i < Count; i++)
        {
            var one = count(i);
            series.Histograms.Add(new Histogram
            {
                CountInt = 7 * one,
                Sum = 2.5 * one,
                Schema = 1,
                ZeroThreshold = 0.001,
                ZeroCountInt = one,
                NegativeSpans = { new BucketSpan { Offset = 0, Length = 1 } },
                NegativeDeltas = { (long)one },
                PositiveSpans = { new BucketSpan { Offset = 1, Length = 1 }, new BucketSpan { Offset = 2, Length = 1 } },
                PositiveDeltas = { 2 * (long)one, (long)one },
                Timestamp = _start + (i * Interval) + 137,
            });
        }

        request.Timeseries.Add(series);
    }

    private void Add(WriteRequest request, Func<int, double?> value, params (string Name, string Value)[] labels)
    {
        var series = new TimeSeries { Labels = { labels.OrderBy(label => label.Name, StringComparer.Ordinal).Select(label => new Label { Name = label.Name, Value = label.Value }) } };
        for (var i = 0; i < Count; i++)
        {
            if (value(i) is { } sample)
            {
                // Never at a whole second, so that no sample is at the edge of a range.
                series.Samples.Add(new Sample { Value = sample, Timestamp = _start + (i * Interval) + 137 });
            }
        }

        request.Timeseries.Add(series);
    }

    /// <summary>Every series, by remote read in streamed chunks.</summary>
    private static async Task<IReadOnlyList<string>> ChunksAsync(HttpClient http) =>
        ChunkedReadAnswer.Read(await ReadAsync(http, [0x12, 0x01, 0x01], "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse"));

    /// <summary>Every series, by remote read in one message. Values by their bits: a stale marker is one, too.</summary>
    private static async Task<IReadOnlyList<string>> SamplesAsync(HttpClient http)
    {
        var packed = await ReadAsync(http, [], "application/x-protobuf");
        SnappyBlock.TryReadLength(packed, out var length).ShouldBeTrue();
        var message = new byte[length];
        SnappyBlock.TryDecode(packed, message).ShouldBeTrue();

        // ReadResponse{1: QueryResult{1: TimeSeries}}, of which WriteRequest has the same field 1.
        using var answer = new Google.Protobuf.CodedInputStream(message);
        answer.ReadTag().ShouldBe(0x0Au);
        var series = WriteRequest.Parser.ParseFrom(answer.ReadBytes()).Timeseries;
        series.Count.ShouldBe(26);
        return [.. series.Select(one => $"{string.Join(',', one.Labels.Select(label => $"{label.Name}={label.Value}"))} {string.Join(' ', one.Samples.Select(sample => $"{sample.Timestamp}={BitConverter.DoubleToUInt64Bits(sample.Value):x}"))}")];
    }

    private static async Task<byte[]> ReadAsync(HttpClient http, byte[] accepted, string expectedType)
    {
        // ReadRequest{1: Query{1: start, 2: end, 3: LabelMatcher{1: RE = 2, 2: name, 3: value}}, 2: STREAMED_XOR_CHUNKS}; the end is 2^47 ms.
        byte[] matcher = [0x08, 0x02, 0x12, 0x03, .. "job"u8, 0x1A, 0x02, .. ".+"u8];
        byte[] query = [0x08, 0x00, 0x10, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20, 0x1A, (byte)matcher.Length, .. matcher];
        byte[] request = [0x0A, (byte)query.Length, .. query, .. accepted];
        var packed = new byte[SnappyBlock.MaxEncodedLength(request.Length)];
        using var content = new ByteArrayContent(packed, 0, SnappyBlock.Encode(request, packed));
        content.Headers.ContentType = new("application/x-protobuf");
        content.Headers.ContentEncoding.Add("snappy");
        using var response = await http.PostAsync("/api/v1/read", content);
        var answer = await response.Content.ReadAsByteArrayAsync();
        response.IsSuccessStatusCode.ShouldBeTrue(System.Text.Encoding.UTF8.GetString(answer));
        response.Content.Headers.ContentType!.ToString().ShouldBe(expectedType);
        return answer;
    }

    private static async Task<string> TextAsync(HttpClient http, string path)
    {
        using var response = await http.GetAsync(path);

        // What is wrong is said in other words.
        return $"{(int)response.StatusCode} {response.Content.Headers.ContentType!.MediaType}\n{(response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync() : string.Empty)}";
    }

    /// <summary>A path is got; of <c>POST path form</c> the form is sent to it.</summary>
    private static async Task<JsonNode> AskAsync(HttpClient http, string question)
    {
        using var form = question.StartsWith(Post, StringComparison.Ordinal) ? new StringContent(question.Split(' ')[2], new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-www-form-urlencoded")) : null;
        using var response = form is null ? await http.GetAsync(question) : await http.PostAsync(question.Split(' ')[1], form);
        var body = await response.Content.ReadAsStringAsync();
        if (response.Content.Headers.ContentType?.MediaType != "application/json")
        {
            return new JsonObject { ["http"] = (int)response.StatusCode };
        }

        var answer = JsonNode.Parse(body)!.AsObject();
        answer.Remove("warnings");
        answer.Remove("infos");

        // What is wrong is said in other words; that it is, and of which kind, is the same.
        answer.Remove("error");
        answer["http"] = (int)response.StatusCode;
        return answer;
    }

    /// <returns>The first place that differs; null when none does.</returns>
    private static string? Compare(JsonNode? expected, JsonNode? actual, string place = "$")
    {
        switch (expected)
        {
            case JsonObject members:
                if (actual is not JsonObject others || members.Count != others.Count)
                {
                    return place;
                }

                return members.Select(member => others.ContainsKey(member.Key) ? Compare(member.Value, others[member.Key], $"{place}.{member.Key}") : $"{place}.{member.Key}").FirstOrDefault(difference => difference is not null);
            case JsonArray items:
                if (actual is not JsonArray list || items.Count != list.Count)
                {
                    return place;
                }

                // Series of a vector come in no promised order.
                var (left, right) = items.Count > 0 && items[0] is JsonObject ? (Sorted(items), Sorted(list)) : ([.. items], [.. list]);
                return left.Select((item, i) => Compare(item, right[i], $"{place}[{i}]")).FirstOrDefault(difference => difference is not null);
            default:
                return expected?.ToJsonString() == actual?.ToJsonString() || Near(expected?.ToString(), actual?.ToString()) ? null : place;
        }
    }

    private static List<JsonNode?> Sorted(JsonArray items) => [.. items.OrderBy(item => string.Join(',', ((item!["metric"] ?? item).AsObject()).OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}")), StringComparer.Ordinal)];

    private static bool Near(string? left, string? right) =>
        double.TryParse(left, NumberStyles.Float, CultureInfo.InvariantCulture, out var a) && double.TryParse(right, NumberStyles.Float, CultureInfo.InvariantCulture, out var b)
        && (a == b || Math.Abs(a - b) <= 1e-9 * Math.Max(Math.Abs(a), Math.Abs(b)) || (Math.Abs(a) < 1e-9 && Math.Abs(b) < 1e-9));

    private static string Short(JsonNode answer)
    {
        const int Most = 600;
        var text = answer.ToJsonString();
        return text.Length <= Most ? text : text[..Most] + "…";
    }

    private async Task<Process> StartAsync()
    {
        var configuration = Path.Combine(_folder.FullName, "prometheus.yml");
        await File.WriteAllTextAsync(configuration, "global: { scrape_interval: 1h }\n");
        return Process.Start(new ProcessStartInfo(
            PrometheusFactAttribute.Program!,
            [$"--config.file={configuration}", $"--storage.tsdb.path={_folder.FullName}/data", "--web.listen-address=127.0.0.1:0", "--web.enable-remote-write-receiver", "--enable-feature=exemplar-storage,native-histograms"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
    }

    /// <summary>Where it listens, which its log tells, once it is ready.</summary>
    private static async Task<Uri> AddressAsync(Process prometheus)
    {
        const string Listening = "msg=\"Listening on\" address=";
        Uri? address = null;
        while (await prometheus.StandardError.ReadLineAsync().WaitAsync(TestServer.Patience) is { } line)
        {
            if (line.Contains(Listening, StringComparison.Ordinal))
            {
                address = new Uri("http://" + line[(line.IndexOf(Listening, StringComparison.Ordinal) + Listening.Length)..].Trim());
            }

            if (address is not null && line.Contains("Server is ready to receive web requests", StringComparison.Ordinal))
            {
                _ = prometheus.StandardError.ReadToEndAsync();
                return address;
            }
        }

        throw new InvalidOperationException("prometheus ended before it was ready");
    }
}
