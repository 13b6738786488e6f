using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Shop.Http;

namespace Shop.Tests;

/// <summary>ASP.NET Core's own spans, completed to the conventions for HTTP servers, from a real server.</summary>
public sealed class ServerSpanTests : IAsyncLifetime, IDisposable
{
    private readonly RecordedSpans _spans = new("Microsoft.AspNetCore");
    private readonly HttpClient _http = new();
    private readonly WebApplication _app;

    public ServerSpanTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.UseServerSpanConventions();
        _app.MapGet("/things/{id}", (string id) => id == "7" ? Results.StatusCode(503) : Results.Ok());
        _app.MapGet("/health/ready", () => Results.Ok());
    }

    public Task InitializeAsync() => _app.StartAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    public void Dispose()
    {
        _spans.Dispose();
        _http.Dispose();
    }

    [Theory]
    [InlineData("/things/1", 200, "GET /things/{id}", "/things/{id}", ActivityStatusCode.Unset, null)]
    [InlineData("/things/7", 503, "GET /things/{id}", "/things/{id}", ActivityStatusCode.Error, "503")]
    [InlineData("/nothing", 404, "GET", null, ActivityStatusCode.Unset, null)]
    public async Task A_request_is_named_by_its_route(string path, int status, string name, string? route, ActivityStatusCode code, string? error)
    {
        var span = await RequestAsync(path);
        span.DisplayName.ShouldBe(name);
        span.Kind.ShouldBe(ActivityKind.Server);
        span.GetTagItem("http.route").ShouldBe(route);
        span.GetTagItem("http.response.status_code").ShouldBe(status);
        span.GetTagItem("error.type").ShouldBe(error);
        span.Status.ShouldBe(code);
        span.Recorded.ShouldBeTrue();
    }

    [Fact]
    public async Task A_probe_is_not_recorded() => (await RequestAsync("/health/ready")).Recorded.ShouldBeFalse();

    private async Task<Activity> RequestAsync(string path)
    {
        using var caller = new Activity("caller").Start();
        using var request = new HttpRequestMessage(HttpMethod.Get, _app.Urls.Single() + path);
        using var response = await _http.SendAsync(request);

        // The span ends after the answer has been sent.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            if (_spans.Of(caller) is [var span])
            {
                return span;
            }

            await Task.Delay(5, patience.Token);
        }
    }
}
