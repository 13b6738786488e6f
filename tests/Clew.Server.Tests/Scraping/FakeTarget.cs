using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Tests.Scraping;

/// <summary>Something to scrape, on a free port of this machine.</summary>
internal sealed class FakeTarget : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeTarget(WebApplication app) => _app = app;

    /// <summary>What it answers with.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    /// <summary>Each request: path and query, then the headers that a scrape sends.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Host and port.</summary>
    public string Address => new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Authority;

    public static async Task<FakeTarget> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var target = new FakeTarget(builder.Build());
        target._app.Run(async context =>
        {
            var headers = context.Request.Headers;
            target.Requests.Enqueue($"{context.Request.Path}{context.Request.QueryString} accept={headers.Accept} encoding={headers.AcceptEncoding} timeout={headers["X-Prometheus-Scrape-Timeout-Seconds"]} authorization={headers.Authorization}");
            await target.Answer(context);
        });
        await target._app.StartAsync();
        return target;
    }

    public void Expose(string text, string mediaType = "text/plain; version=0.0.4") => Answer = context =>
    {
        context.Response.ContentType = mediaType;
        return context.Response.WriteAsync(text);
    };

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
