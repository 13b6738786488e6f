using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Shop.Tests;

/// <summary>
/// An OTLP/HTTP endpoint on a free port that keeps the bodies it is sent. Strings stand in protobuf as they are, so a test can look for names
/// without decoding.
/// </summary>
internal sealed class OtlpSink : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _bodies = new(StringComparer.Ordinal);

    private OtlpSink(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    public static async Task<OtlpSink> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var sink = new OtlpSink(app);
        app.MapPost("/v1/{signal}", sink.TakeAsync);
        await app.StartAsync();
        return sink;
    }

    /// <summary>Waits until a body of the signal ("traces", "logs", "metrics") contains all of the texts.</summary>
    public async Task ReceivedAsync(string signal, params string[] texts)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!_bodies.TryGetValue(signal, out var bodies) || !bodies.Any(body => texts.All(text => body.Contains(text, StringComparison.Ordinal))))
        {
            patience.IsCancellationRequested.ShouldBeFalse($"no {signal} with {string.Join(", ", texts)} arrived");
            await Task.Delay(50);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> TakeAsync(string signal, HttpRequest request)
    {
        await using var body = request.Headers.ContentEncoding == "gzip" ? new GZipStream(request.Body, CompressionMode.Decompress) : request.Body;
        using var bytes = new MemoryStream();
        await body.CopyToAsync(bytes);
        _bodies.GetOrAdd(signal, _ => new()).Enqueue(Encoding.Latin1.GetString(bytes.ToArray()));
        return Results.Ok();
    }
}
