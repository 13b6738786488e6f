using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Clew.Protocols;
using Clew.Protocols.Prometheus.Scraping;
using Clew.Server.Ingest.Bodies;
using Clew.Server.Ingest.Prometheus;
using Clew.Server.SelfTelemetry;
using Clew.Server.SelfTelemetry.Events;
using Clew.Telemetry;

namespace Clew.Server.Scraping;

/// <summary>
/// One target while it is scraped: a loop of its own, from the moment it is found until it is found no more, which ends its series.
/// </summary>
/// <remarks>
/// The times of the scrapes lie apart from those of other targets by an offset that follows from the target, so that not all are scraped at once. A scrape
/// that takes too long is given up at the job's timeout; the next one is at its usual time.
/// </remarks>
internal sealed class ScrapeTarget
{
    /// <summary>What we read, the richer one first.</summary>
    private const string Accept = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;escaping=allow-utf-8;q=0.5,*/*;q=0.1";

    private readonly ScrapingServices _services;
    private readonly ScrapedTarget _series;
    private readonly HttpClient _http;

    /// <param name="http">Of the job; lives longer than the target.</param>
    public ScrapeTarget(TargetDefinition definition, HttpClient http, ScrapingServices services)
    {
        Definition = definition;
        _http = http;
        _services = services;
        _series = new ScrapedTarget(
            new ScrapeRules
            {
                TargetLabels = definition.Labels,
                HonorLabels = definition.Job.HonorLabels,
                HonorTimestamps = definition.Job.HonorTimestamps,
                MetricRelabeling = definition.Job.MetricRelabeling,
                Limits = definition.Job.Limits,
            },
            services.Options.Limits.Records,
            services.Catalogue);
    }

    public TargetDefinition Definition { get; }

    /// <summary>The last scrape; null before the first.</summary>
    public LastScrape? Last { get; private set; }

    /// <summary>Scrapes until it is cancelled.</summary>
    /// <param name="gone">Cancelled when the target is to be scraped no more.</param>
    /// <param name="stop">Cancelled when the server stops: then the series go on after the next start and are not ended.</param>
    public async Task RunAsync(CancellationToken gone, CancellationToken stop)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(gone, stop);
        try
        {
            await Task.Delay(Offset(), _services.Time, either.Token);
            using var timer = new PeriodicTimer(Definition.Job.Interval, _services.Time);
            do
            {
                await ScrapeAsync(either.Token);
            }
            while (await timer.WaitForNextTickAsync(either.Token));
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            if (!stop.IsCancellationRequested && Last is not null)
            {
                await _services.Pipeline.IngestAsync<MetricBatch>(PrometheusProtocols.Scrape, _services.Tenant, 0, batch => _series.End(Now(), batch));
            }
        }
    }

    private long Now() => Timestamp.FromDateTimeOffset(_services.Time.GetUtcNow()).UnixNanoseconds;

    /// <summary>The same for a target from start to start, different for different ones.</summary>
    private TimeSpan Offset()
    {
        var hash = 14_695_981_039_346_656_037UL;
        foreach (var letter in Definition.Key)
        {
            hash = (hash ^ letter) * 1_099_511_628_211UL;
        }

        var interval = (ulong)Math.Min(Definition.Job.Interval.Ticks, TimeSpan.FromMinutes(1).Ticks);
        return TimeSpan.FromTicks((long)(hash % interval));
    }

    private async Task ScrapeAsync(CancellationToken cancellation)
    {
        var time = Now();
        var start = _services.Time.GetTimestamp();
        using var patience = new CancellationTokenSource(Definition.Job.Timeout, _services.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        PooledBody? body = null;
        string? error = null;
        var isOpenMetrics = false;
        try
        {
            // A place first: its expositions are what scraping holds in memory.
            await _services.Places.WaitAsync(either.Token);
            try
            {
                (body, isOpenMetrics, error) = await AskAsync(either.Token);
                var took = _services.Time.GetElapsedTime(start);
                await StoreAsync(body, isOpenMetrics, error, time, took);
            }
            finally
            {
                body?.Dispose();
                _services.Places.Release();
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            error = string.Create(CultureInfo.InvariantCulture, $"no answer within scrape_timeout = {Definition.Job.Timeout.TotalSeconds} s");
            await StoreAsync(null, false, error, time, _services.Time.GetElapsedTime(start));
        }
    }

    /// <summary>Asks the target; what is wrong with it comes back as a sentence.</summary>
    private async Task<(PooledBody? Body, bool IsOpenMetrics, string? Error)> AskAsync(CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Definition.Url);
            request.Headers.TryAddWithoutValidation("Accept", Accept);
            request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip");
            request.Headers.TryAddWithoutValidation("User-Agent", "clew/" + ProcessGauges.Version);
            request.Headers.TryAddWithoutValidation("X-Prometheus-Scrape-Timeout-Seconds", Definition.Job.Timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture));
            request.Headers.Authorization = await AuthorizationAsync(cancellation);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (!response.IsSuccessStatusCode)
            {
                return (null, false, string.Create(CultureInfo.InvariantCulture, $"the target answered {(int)response.StatusCode} {response.ReasonPhrase}"));
            }

            var named = string.Join(", ", response.Content.Headers.ContentEncoding);
            if (BodyEncodings.Http.Of(named) is not { } encoding)
            {
                return (null, false, $"the target answered in Content-Encoding {named}, which nobody asked for");
            }

            await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
            var limit = Definition.Job.Limits.BodyBytes;
            var read = await BodyReader.ReadAsync(stream, encoding, limit, null, cancellation);
            return read.Refusal is null
                ? (read.Body, response.Content.Headers.ContentType?.MediaType == "application/openmetrics-text", null)
                : (null, false, read.Problem.Length > 0 ? read.Problem : string.Create(CultureInfo.InvariantCulture, $"the target exposes more than body_size_limit = {limit} bytes"));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException)
        {
            return (null, false, e.InnerException is { } inner ? $"{e.Message} ({inner.Message})" : e.Message);
        }
    }

    private async Task<AuthenticationHeaderValue?> AuthorizationAsync(CancellationToken cancellation)
    {
        if (Definition.Job.Credentials is not { } credentials)
        {
            return null;
        }

        var secret = credentials.Secret ?? (credentials.SecretFile is { } file ? (await File.ReadAllTextAsync(file, cancellation)).Trim() : string.Empty);
        return new AuthenticationHeaderValue(
            credentials.Scheme, credentials.Scheme == "Basic" ? Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credentials.User}:{secret}")) : secret);
    }

    private async Task StoreAsync(PooledBody? body, bool isOpenMetrics, string? error, long time, TimeSpan took)
    {
        var outcome = default(ScrapeOutcome);
        DecodeResult Fill(MetricBatch batch) => body is null
            ? _series.Fail(error ?? "the target could not be read", time, took, batch, out outcome)
            : _series.Decode(body.Memory.Span, isOpenMetrics, time, took, batch, out outcome);
        var result = await _services.Pipeline.IngestAsync<MetricBatch>(PrometheusProtocols.Scrape, _services.Tenant, body?.WireBytes ?? 0, Fill);
        Last = new LastScrape(new Timestamp(time), took, outcome, result.Refusal is null ? result.Explanation : "not stored: " + result.Explanation);
        _services.Telemetry.Report(new TargetScraped(Definition.Job.Name, Definition.Url, outcome.Error, took));
    }
}

/// <summary>How the last scrape of a target went.</summary>
/// <param name="Time">When it began.</param>
/// <param name="Remark">What was refused or odd among its samples, or why they were not stored; empty when nothing is to be said.</param>
internal sealed record LastScrape(Timestamp Time, TimeSpan Took, ScrapeOutcome Outcome, string Remark);
