using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Clew.Protocols;
using Clew.Protocols.Kubernetes;
using Clew.Server.Configuration;

namespace Clew.Server.Kubernetes;

/// <summary>The API server did not do what was asked.</summary>
/// <param name="status">HTTP's number; 0 when no answer came.</param>
/// <param name="retryAfter">How long it asked to be left alone, if it did.</param>
internal sealed class KubernetesApiException(int status, string message, TimeSpan? retryAfter = null) : Exception(message)
{
    public int Status => status;

    public TimeSpan? RetryAfter => retryAfter;

    /// <summary>410: what was asked for is too old to be known.</summary>
    public bool IsGone => status == 410;

    /// <summary>Not allowed, or not there: nothing that passes soon.</summary>
    public bool IsLasting => status is 401 or 403 or 404 or 405;
}

/// <summary>Lists and watches objects of an API server, with the service account's token and the cluster's certificate.</summary>
internal sealed class KubernetesApi : IDisposable
{
    private readonly KubernetesOptions _options;
    private readonly KubernetesDecoder _decoder;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly Uri _address;

    /// <exception cref="KubernetesApiException">There is no cluster around the process, or its certificate cannot be read.</exception>
    public KubernetesApi(KubernetesOptions options, KubernetesDecoder decoder, TimeProvider time)
    {
        (_options, _decoder, _time) = (options, decoder, time);
        _address = options.Api?.Url ?? InCluster();
        Cluster = _address.GetLeftPart(UriPartial.Path).TrimEnd('/');
        var handler = new SocketsHttpHandler { ConnectTimeout = options.Watch.Patience, UseCookies = false, PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2), AllowAutoRedirect = false };
        if (File.Exists(options.CertificateFile))
        {
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Trusting(options.CertificateFile) };
        }

        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>The address as the states of its objects carry it.</summary>
    public string Cluster { get; }

    /// <summary>Reads one page of a list into the batch, whose <see cref="KubernetesBatch.Continue"/> names the next one.</summary>
    /// <exception cref="KubernetesApiException">The server refused, or the answer is no list.</exception>
    public async Task ListAsync(KubernetesKind kind, string space, string page, KubernetesBatch batch, CancellationToken cancellation)
    {
        var query = $"limit={_options.Watch.PageSize.ToString(CultureInfo.InvariantCulture)}{(page.Length > 0 ? "&continue=" + Uri.EscapeDataString(page) : "")}";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_options.Watch.Patience);
        using var response = await SendAsync(kind, space, query, limit.Token);
        await using var stream = await response.Content.ReadAsStreamAsync(limit.Token);
        using var body = new MemoryStream();
        var buffer = new byte[64 << 10];
        int read;
        while ((read = await stream.ReadAsync(buffer, limit.Token)) > 0)
        {
            body.Write(buffer, 0, read);
            if (body.Length > _options.Watch.PageBytes)
            {
                throw new KubernetesApiException(0, $"a page of {kind.Plural} has more than {_options.Watch.PageBytes} bytes");
            }
        }

        var result = _decoder.Decode(body.GetBuffer().AsSpan(0, (int)body.Length), Observed(kind, isLive: false), batch);
        if (result.Status != DecodeStatus.Ok)
        {
            throw new KubernetesApiException(0, $"the list of {kind.Plural} is {result.Error}");
        }

        if (batch.Failure is { } failure)
        {
            throw new KubernetesApiException(failure.IsGone ? 410 : failure.Code, failure.Message);
        }
    }

    /// <summary>
    /// Follows what happens after a version until the server ends the watch. Events that came together are handed over together.
    /// </summary>
    /// <param name="take">Stores a batch; the next one is read when it is done. The batch is emptied afterwards.</param>
    /// <exception cref="KubernetesApiException">The server refused, or ended the watch with an error.</exception>
    public async Task WatchAsync(KubernetesKind kind, string space, string version, TimeSpan length, Func<KubernetesBatch, Task> take, CancellationToken cancellation)
    {
        var seconds = Math.Max(1, (int)length.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(length + _options.Watch.Patience);
        using var response = await SendAsync(
            kind, space, $"watch=1&allowWatchBookmarks=true&resourceVersion={Uri.EscapeDataString(version)}&timeoutSeconds={seconds}", limit.Token);
        await using var stream = await response.Content.ReadAsStreamAsync(limit.Token);
        var lines = new WatchLines(stream, _options.Watch.LineBytes);
        var batch = new KubernetesBatch();
        var events = 0;
        while (await lines.NextAsync(limit.Token) is { } line)
        {
            if (line.IsTooLong)
            {
                batch.Reject("a watch event that is too long (line_bytes)");
            }
            else if (_decoder.Decode(line.Bytes.Span, Observed(kind, isLive: true), batch) is { Status: not DecodeStatus.Ok } wrong)
            {
                throw new KubernetesApiException(0, $"a watch event of {kind.Plural} is {wrong.Error}");
            }

            if (++events >= _options.Watch.EventsAtOnce || !lines.HasMore || batch.Failure is not null)
            {
                await take(batch);
                var failure = batch.Failure;
                batch.Clear();
                events = 0;
                if (failure is not null)
                {
                    throw new KubernetesApiException(failure.IsGone ? 410 : failure.Code, failure.Message);
                }
            }
        }

        await take(batch);
    }

    public void Dispose() => _http.Dispose();

    private static Uri InCluster()
    {
        var host = Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST");
        var port = Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_PORT");
        return string.IsNullOrEmpty(host) || string.IsNullOrEmpty(port)
            ? throw new KubernetesApiException(0, "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set: this process does not run in a cluster. Give kubernetes.api a URL, or turn it off")
            : new Uri(host.Contains(':', StringComparison.Ordinal) ? $"https://[{host}]:{port}" : $"https://{host}:{port}");
    }

    private static X509ChainPolicy Trusting(string file)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw new KubernetesApiException(0, $"the certificate in {file} (kubernetes.certificate_file) cannot be read: {e.Message}");
        }

        return policy;
    }

    private KubernetesObservation Observed(KubernetesKind kind, bool isLive) =>
        new(Telemetry.Timestamp.FromDateTimeOffset(_time.GetUtcNow()), isLive) { Kind = kind.Name, Cluster = Cluster };

    private async Task<HttpResponseMessage> SendAsync(KubernetesKind kind, string space, string query, CancellationToken cancellation)
    {
        var path = space.Length > 0 && kind.IsNamespaced ? $"{kind.GroupPath}/namespaces/{Uri.EscapeDataString(space)}/{kind.Plural}" : $"{kind.GroupPath}/{kind.Plural}";
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{_address.ToString().TrimEnd('/')}/{path}?{query}"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (File.Exists(_options.TokenFile))
        {
            // Read each time: kubelet replaces the file before the token expires.
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(_options.TokenFile, cancellation)).Trim());
        }

        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw new KubernetesApiException((int)response.StatusCode, $"{path}: {await ExplainAsync(response, cancellation)}", response.Headers.RetryAfter?.Delta);
        }
    }

    /// <summary>The message of the Status in the body, or just the number.</summary>
    private async Task<string> ExplainAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var body = new byte[8 << 10];
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellation);
        var batch = new KubernetesBatch();
        _decoder.Decode(body.AsSpan(0, length), default, batch);
        return $"HTTP {(int)response.StatusCode}{(batch.Failure?.Message is { Length: > 0 } message ? ", " + message : "")}";
    }
}
