using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Clew.Load.Measuring;

namespace Clew.Load.Asking;

/// <summary>
/// <c>clew-load series</c>: sends counters of many series by OTLP, one point each at a fixed interval, and measures how long PromQL's usual question over them takes:
/// <c>sum by (service) (rate(load_requests_total[5m]))</c> over the whole time.
/// </summary>
internal sealed class SeriesCommand
{
    private const int PointsPerRequest = 20_000;

    private readonly Option<Uri> _endpoint = new("--endpoint") { CustomParser = Address, DefaultValueFactory = _ => new Uri("http://127.0.0.1:4318"), Description = "OTLP/HTTP endpoint" };
    private readonly Option<Uri> _url = new("--url") { CustomParser = Address, DefaultValueFactory = _ => new Uri("http://127.0.0.1:2539/prometheus"), Description = "Prometheus's API" };
    private readonly Option<int> _series = new("--series") { DefaultValueFactory = _ => 1_000, Description = "Series of the metric" };
    private readonly Option<int> _points = new("--points") { DefaultValueFactory = _ => 240, Description = "Points of each series" };
    private readonly Option<int?> _askPoints = new("--ask-points") { Description = "The newest points of each series that are asked for; default all" };
    private readonly Option<int> _interval = new("--interval") { DefaultValueFactory = _ => 15, Description = "Seconds between the points of a series" };
    private readonly Option<int> _services = new("--services") { DefaultValueFactory = _ => 10, Description = "Different values of the label service" };
    private readonly Option<int> _step = new("--step") { DefaultValueFactory = _ => 60, Description = "Seconds of a step of the question" };
    private readonly Option<int> _rounds = new("--rounds") { DefaultValueFactory = _ => 100, Description = "Questions" };
    private readonly Option<bool> _askOnly = new("--ask-only") { Description = "Ask for what an earlier run sent, with its --epoch" };
    private readonly Option<long?> _epoch = new("--epoch") { Description = "Time of the first points, seconds since 1970; default so that the last ones are now" };

    public static Command Create()
    {
        var options = new SeriesCommand();
        var command = new Command("series", "Send series of a counter and measure PromQL over them")
        {
            options._endpoint, options._url, options._series, options._points, options._askPoints, options._interval, options._services, options._step, options._rounds, options._askOnly, options._epoch,
        };
        command.SetAction(options.RunAsync);
        return command;
    }

    private static Uri Address(ArgumentResult argument) => new(argument.Tokens[0].Value);

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancellation)
    {
        var (series, points, interval) = (line.GetValue(_series), line.GetValue(_points), line.GetValue(_interval));
        var epoch = line.GetValue(_epoch) ?? (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / interval * interval) - (points * interval);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(Limits.RequestTimeout) };
        if (!line.GetValue(_askOnly))
        {
            await SendAsync(http, line, epoch, cancellation);
        }

        var asked = Math.Min(points, line.GetValue(_askPoints) ?? points);
        var latencies = new List<TimeSpan>();
        long bytes = 0;
        for (var round = 0; round < line.GetValue(_rounds); round++)
        {
            // No question is asked twice: each looks at a time that is a second later.
            var query = Uri.EscapeDataString("sum by (service) (rate(load_requests_total[5m]))");
            var start = epoch + ((points - asked) * interval) + (round % interval);
            var path = string.Create(CultureInfo.InvariantCulture, $"{line.GetValue(_url)!.ToString().TrimEnd('/')}/api/v1/query_range?query={query}&start={start}&end={start + (asked * interval)}&step={line.GetValue(_step)}");
            var began = Stopwatch.GetTimestamp();
            using var response = await http.GetAsync(path, cancellation);
            bytes = (await response.Content.ReadAsByteArrayAsync(cancellation)).Length;
            latencies.Add(Stopwatch.GetElapsedTime(began));
            response.EnsureSuccessStatusCode();
        }

        var of = Percentiles.Of(latencies);
        var p95 = latencies.Order().ElementAt(Math.Max(0, (int)Math.Ceiling(0.95 * latencies.Count) - 1)).TotalMilliseconds;
        await Console.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{series} series × {points} points, {asked} of them asked for, step {line.GetValue(_step)} s, {latencies.Count} questions: first {latencies[0].TotalMilliseconds:0.0} ms, p50 {of.P50:0.0} ms, p95 {p95:0.0} ms, max {of.Max:0.0} ms, {bytes} bytes; epoch {epoch}"));
        return 0;
    }

    private async Task SendAsync(HttpClient http, ParseResult line, long epoch, CancellationToken cancellation)
    {
        var (series, points, interval, services) = (line.GetValue(_series), line.GetValue(_points), line.GetValue(_interval), line.GetValue(_services));
        var step = Math.Max(1, PointsPerRequest / series);
        for (var first = 0; first < points; first += step)
        {
            var body = new StringBuilder("""{"resourceMetrics":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"load"}}]},"scopeMetrics":[{"metrics":[{"name":"load.requests","sum":{"aggregationTemporality":2,"isMonotonic":true,"dataPoints":[""");
            for (var point = first; point < Math.Min(points, first + step); point++)
            {
                for (var one = 0; one < series; one++)
                {
                    body.Append(point == first && one == 0 ? string.Empty : ",").Append(
                        CultureInfo.InvariantCulture,
                        $$$"""{"timeUnixNano":"{{{epoch + (point * interval)}}}000000000","startTimeUnixNano":"{{{epoch}}}000000000","asInt":"{{{(long)point * (one + 1)}}}","attributes":[{"key":"service","value":{"stringValue":"s-{{{one % services}}}"}},{"key":"instance.number","value":{"intValue":"{{{one}}}"}},{"key":"http.route","value":{"stringValue":"/route/{{{one % 7}}}"}}]}""");
                }
            }

            body.Append("]}}]}]}]}");
            using var content = new StringContent(body.ToString(), System.Text.Encoding.UTF8, "application/json");
            using var response = await http.PostAsync(new Uri(line.GetValue(_endpoint)!, "/v1/metrics"), content, cancellation);
            response.EnsureSuccessStatusCode();
        }
    }
}
