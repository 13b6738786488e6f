using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Clew.Server.Api.Contracts;

namespace Clew.Cli.Client;

/// <summary>What a server said.</summary>
/// <param name="Body">The JSON as received; null when there was an error.</param>
/// <param name="Error">What went wrong and what can be done about it, in sentences; null when all is well.</param>
/// <param name="IsMistake">The server found the question wrong: what was asked, not the asking.</param>
public sealed record Answer(byte[]? Body, string? Error = null, bool IsMistake = false);

/// <summary>Asks a server's native API. Errors are values, already put into words.</summary>
/// <param name="url">The server's address; what is asked for is under it.</param>
public sealed class ClewClient(Uri url, HttpClient http)
{
    private const string Lines = "application/x-ndjson";

    private readonly string _shown = url.ToString().TrimEnd('/');

    public Task<Answer> GetAsync(string path, CancellationToken cancellation) => SendAsync(HttpMethod.Get, path, null, cancellation);

    public Task<Answer> PostAsync(string path, byte[] json, CancellationToken cancellation) => SendAsync(HttpMethod.Post, path, json, cancellation);

    /// <summary>As <see cref="PostAsync"/>, for an answer that is a file of this media type.</summary>
    public Task<Answer> PostForFileAsync(string path, byte[] json, string mediaType, CancellationToken cancellation) => SendAsync(HttpMethod.Post, path, json, cancellation, mediaType: mediaType);

    /// <summary>As <see cref="PostAsync"/>, for an answer in lines of JSON.</summary>
    /// <param name="line">Given each line as it comes.</param>
    /// <returns>The last line.</returns>
    public Task<Answer> PostForLinesAsync(string path, byte[] json, Action<byte[]> line, CancellationToken cancellation) => SendAsync(HttpMethod.Post, path, json, cancellation, line);

    private async Task<Answer> SendAsync(HttpMethod method, string path, byte[]? json, CancellationToken cancellation, Action<byte[]>? line = null, string? mediaType = null)
    {
        var address = new Uri(_shown + path);
        using var request = new HttpRequestMessage(method, address);
        if (json is not null)
        {
            request.Content = new ByteArrayContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }

        if (line is not null)
        {
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(Lines));
        }

        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (line is not null && response.IsSuccessStatusCode && response.Content.Headers.ContentType?.MediaType == Lines)
            {
                return await ReadLinesAsync(response, line, cancellation);
            }

            var body = await response.Content.ReadAsByteArrayAsync(cancellation);
            if (!response.IsSuccessStatusCode)
            {
                return Failure((int)response.StatusCode, body, response.Headers.RetryAfter?.Delta, address);
            }

            return mediaType is null ? IsJson(response.Content.Headers.ContentType) ? new Answer(body) : Stranger(address) : response.Content.Headers.ContentType?.MediaType == mediaType
                ? new Answer(body)
                : Stranger(address);
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError || e.InnerException is SocketException)
        {
            return new Answer(null, $"No server answers at {_shown} ({Sentence.Clean(Innermost(e).Message)}). Start one with: clew serve --data DIR, or name another with --url or CLEW_URL.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new Answer(null, $"Asking {_shown} failed: {Sentence.Clean(Innermost(e).Message)}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new Answer(null, $"{_shown} did not answer within {http.Timeout.TotalSeconds:N0} s. Ask for less (a shorter time range, a lower --limit), or give it longer with --timeout.");
        }
    }

    private Answer Stranger(Uri address) => new(null, $"{address} answers with something else than it should: {_shown} is not the address of a Clew server. Name another with --url.");

    private static async Task<Answer> ReadLinesAsync(HttpResponseMessage response, Action<byte[]> line, CancellationToken cancellation)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        using var reader = new StreamReader(body, Encoding.UTF8);
        var last = Array.Empty<byte>();
        while (await reader.ReadLineAsync(cancellation) is { } text)
        {
            last = Encoding.UTF8.GetBytes(text);
            line(last);
        }

        return last.Length > 0 ? new Answer(last) : new Answer(null, "The server's answer ended before it began; its log says why.");
    }

    private static Answer Failure(int status, byte[] body, TimeSpan? retryAfter, Uri address)
    {
        Problem? problem = null;
        try
        {
            problem = JsonSerializer.Deserialize(body, ApiJson.Default.Problem);
        }
        catch (JsonException)
        {
            // Not ours: the text below says so.
        }

        if (problem is null)
        {
            return new Answer(null, $"{address} answers HTTP {status}{Excerpt(body)}. Is it the address of a Clew server? Name another with --url.");
        }

        var text = new StringBuilder(Sentence.Clean(problem.Detail));
        if (problem.Errors is { Count: > 1 } errors)
        {
            text.Clear().Append(Sentence.Clean(problem.Title));
            foreach (var error in errors)
            {
                var value = error.Value is null ? "is missing" : $"is '{Sentence.Shorten(error.Value, 80)}'";
                text.Append("\n  ").Append(Sentence.Clean(error.Parameter)).Append(' ').Append(value).Append("; expected ").Append(Sentence.Clean(error.Expected));
            }
        }

        if (retryAfter is { } after)
        {
            text.Append($" Try again in {Math.Max(1, Math.Ceiling(after.TotalSeconds)):N0} s.");
        }

        return new Answer(null, text.ToString(), status == 400);
    }

    private static string Excerpt(byte[] body)
    {
        var text = Sentence.Shorten(Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 200))).Trim(), 100);
        return text.Length == 0 ? string.Empty : $" ({text})";
    }

    private static bool IsJson(MediaTypeHeaderValue? type) =>
        type?.MediaType is { } name && (name == "application/json" || name.EndsWith("+json", StringComparison.Ordinal));

    private static Exception Innermost(Exception e)
    {
        while (e.InnerException is { } inner)
        {
            e = inner;
        }

        return e;
    }
}

/// <summary>Builds a path with its query.</summary>
public sealed class Question(string path)
{
    private readonly StringBuilder _text = new(path);
    private bool _any;

    /// <summary>Adds a parameter, unless its value is null.</summary>
    public Question With(string name, string? value)
    {
        if (value is not null)
        {
            _text.Append(_any ? '&' : '?').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            _any = true;
        }

        return this;
    }

    public Question With(string name, IEnumerable<string>? values)
    {
        foreach (var value in values ?? [])
        {
            With(name, value);
        }

        return this;
    }

    public override string ToString() => _text.ToString();
}
