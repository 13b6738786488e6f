using Clew.Server.Api;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Clew.Server.Live;

/// <summary><c>GET /api/events</c>: what is new, as server-sent events (docs/api.md).</summary>
internal sealed class LiveEndpoints : IEndpointModule
{
    public const string MediaType = "text/event-stream";

    /// <summary>A line in between, so that proxies keep the connection and a follower that is gone is noticed.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);

    /// <summary>When there is no place: how long a follower asks the ordinary way before it tries again.</summary>
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(30);

    public void AddServices(IServiceCollection services, ServerOptions options) => services.AddSingleton(new LiveEvents(options.Queries.Followers));

    public void Map(IEndpointRouteBuilder endpoints) => endpoints
        .MapQuestion<string>("/api/events", "followEvents", "What is new, as server-sent events", [], asking => Task.FromResult(Follow(asking)))
        .Refuses(StatusCodes.Status429TooManyRequests);

    private static IResult? Follow(Asking asking)
    {
        if (asking.Query.Errors.Count > 0)
        {
            return null;
        }

        var services = asking.Http.RequestServices;
        return services.GetRequiredService<LiveEvents>().Follow(asking.Tenant) is { } follower
            ? new Stream(follower, asking.Clock, services.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None)
            : Problems.NoPlace(asking.Http, "query.followers", Later, $"{asking.Limits.Followers} pages follow already; ask the ordinary way until one leaves.");
    }

    /// <summary>The answer that goes on until the follower leaves or the server stops.</summary>
    private sealed class Stream(LiveEvents.Follower follower, TimeProvider clock, CancellationToken stopping) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            using (follower)
            using (var ended = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping))
            {
                var response = httpContext.Response;
                response.ContentType = MediaType;
                response.Headers.CacheControl = "no-store";
                response.Headers["X-Accel-Buffering"] = "no";
                httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
                try
                {
                    // Followers that lose the connection come back after five seconds.
                    await WriteAsync(response, "retry: 5000\n: follow\n\n"u8.ToArray(), ended.Token);
                    await PassOnAsync(response, ended.Token);
                }
                catch (Exception gone) when (gone is OperationCanceledException or IOException)
                {
                    // The follower left, or the server stops: both end the answer.
                }
            }
        }

        private async Task PassOnAsync(HttpResponse response, CancellationToken ended)
        {
            Task<bool>? ready = null;
            while (!ended.IsCancellationRequested)
            {
                ready ??= follower.Reader.WaitToReadAsync(ended).AsTask();
                using (var beat = CancellationTokenSource.CreateLinkedTokenSource(ended))
                {
                    var first = await Task.WhenAny(ready, Task.Delay(Beat, clock, beat.Token));
                    await beat.CancelAsync();
                    if (first != ready)
                    {
                        await WriteAsync(response, ": beat\n\n"u8.ToArray(), ended);
                        continue;
                    }
                }

                await ready;
                ready = null;
                if (follower.TakeMissed() is > 0 and var missed)
                {
                    await WriteAsync(response, Framed(new LiveEvent(LiveEvents.Missed, System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new LiveNews { Missed = missed }, LiveJson.Readable.LiveNews))), ended);
                }

                while (follower.Reader.TryRead(out var news))
                {
                    await WriteAsync(response, Framed(news), ended);
                }
            }
        }

        /// <summary>As the standard has it (WHATWG HTML, server-sent events): the name, the data in one line, an empty line.</summary>
        private static byte[] Framed(LiveEvent news) => [.. "event: "u8, .. System.Text.Encoding.ASCII.GetBytes(news.Name), .. "\ndata: "u8, .. news.Data, .. "\n\n"u8];

        private static async Task WriteAsync(HttpResponse response, byte[] bytes, CancellationToken cancellation)
        {
            await response.BodyWriter.WriteAsync(bytes, cancellation);
            await response.BodyWriter.FlushAsync(cancellation);
        }
    }
}
