using System.Collections.Concurrent;
using System.Threading.Channels;
using Clew.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Clew.Server.Tests.Kubernetes;

/// <summary>
/// An API server as far as the watcher sees one: real HTTP with chunked watches, on a free port. Lists are what the test says; a watch sends the lines
/// that the test hands it and ends when the test ends it.
/// </summary>
internal sealed class FakeApiServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly Channel<FakeWatch> _watches = Channel.CreateUnbounded<FakeWatch>();
    private readonly ConcurrentQueue<(int Status, string Body)> _answers = new();

    private FakeApiServer(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.Single());

    /// <summary>Path and query of every request so far, and the token it came with.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    /// <summary>Answers the next requests, whatever they ask, before the usual ones do.</summary>
    public void Answer(int status, string body) => _answers.Enqueue((status, body));

    /// <summary>Items and version of the list of pods; replaced by the test.</summary>
    public Func<string, string> List { get; set; } = _ => """{"kind":"PodList","metadata":{"resourceVersion":"1"},"items":[]}""";

    public static async Task<FakeApiServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new FakeApiServer(app);
        app.MapGet("/{**path}", server.ServeAsync);
        await app.StartAsync();
        return server;
    }

    /// <summary>The next watch that the watcher opens.</summary>
    public async Task<FakeWatch> WatchAsync() => await _watches.Reader.ReadAsync().AsTask().WaitAsync(TestServer.Patience);

    public async ValueTask DisposeAsync()
    {
        while (_watches.Reader.TryRead(out var watch))
        {
            watch.End();
        }

        await _app.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext http)
    {
        var token = http.Request.Headers.Authorization.ToString();
        _requests.Enqueue($"{http.Request.Path}{http.Request.QueryString}{(token.Length > 0 ? " " + token : "")}");
        http.Response.ContentType = "application/json";
        if (_answers.TryDequeue(out var answer))
        {
            http.Response.StatusCode = answer.Status;
            await http.Response.WriteAsync(answer.Body);
            return;
        }

        if (http.Request.Query["watch"] != "1")
        {
            await http.Response.WriteAsync(List(http.Request.Query["continue"].ToString()));
            return;
        }

        var watch = new FakeWatch(http.Request.Query["resourceVersion"].ToString());
        await _watches.Writer.WriteAsync(watch);
        await http.Response.Body.FlushAsync();
        await foreach (var line in watch.Lines.ReadAllAsync(http.RequestAborted))
        {
            await http.Response.WriteAsync(line, http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }

        if (watch.IsBroken)
        {
            http.Abort();
        }
    }
}

/// <summary>One watch while it is open.</summary>
/// <param name="version">The resourceVersion it was opened with.</param>
internal sealed class FakeWatch(string version)
{
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    public string Version => version;

    public bool IsBroken { get; private set; }

    public ChannelReader<string> Lines => _lines.Reader;

    /// <summary>Sends bytes as they are: a line ends where the test ends it.</summary>
    public void Send(string text) => _lines.Writer.TryWrite(text);

    public void Event(string type, string json) => Send($$"""{"type":"{{type}}","object":{{json}}}""" + "\n");

    /// <summary>Ends the answer as a server does when the time is over.</summary>
    public void End() => _lines.Writer.TryComplete();

    /// <summary>Cuts the connection.</summary>
    public void Break()
    {
        IsBroken = true;
        _lines.Writer.TryComplete();
    }
}
