using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Clew.Server.Tests.Bench;

/// <summary>An endpoint on a free port that answers as a test tells it, to see how the load generator behaves.</summary>
internal sealed class FakeCollector : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeCollector(WebApplication app, Uri address)
    {
        _app = app;
        Address = address;
    }

    public Uri Address { get; }

    /// <param name="protocols">HTTP/1.1, or HTTP/2 with prior knowledge.</param>
    /// <param name="answer">Called with every request; its body has been read into the second argument.</param>
    public static async Task<FakeCollector> StartAsync(HttpProtocols protocols, Func<HttpContext, byte[], Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = protocols));
        var app = builder.Build();
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            await answer(context, body.ToArray());
        });
        await app.StartAsync();
        return new FakeCollector(app, new Uri(app.Urls.Single()));
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
