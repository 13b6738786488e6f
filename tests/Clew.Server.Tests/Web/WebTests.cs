using System.Net;
using System.Net.Http.Headers;
using Clew.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Tests.Web;

/// <summary>What a browser is given, and what it is told to refuse.</summary>
public sealed class WebTests : IAsyncLifetime, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("clew-web-").FullName;
    private WebApplication? _app;
    private HttpClient _client = new();

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "assets"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "index.html"), $"<meta name=csp-nonce content=\"{WebPage.NoncePlace}\">");
        await File.WriteAllTextAsync(Path.Combine(_folder, "assets", "page-1234.js"), "export {};");
        await File.WriteAllTextAsync(Path.Combine(_folder, "assets", "page-1234.js.br"), "packed");
        await File.WriteAllTextAsync(Path.Combine(_folder, "icon.svg"), "<svg/>");
        await StartAsync(_folder);
    }

    public async Task DisposeAsync()
    {
        await _app!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public void Dispose() => _client.Dispose();

    [Theory]
    [InlineData("/")]
    [InlineData("/services/shop.checkout.v2")]
    [InlineData("/traces/5b8efff798038103d269b633813fc60c?span=1")]
    public async Task Every_address_shows_the_page_under_a_strict_policy(string path)
    {
        var (first, html) = await NavigateAsync(path);
        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        first.Content.Headers.ContentType!.ToString().ShouldBe("text/html; charset=utf-8");
        var policy = first.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldStartWith("default-src 'none'; script-src 'self';");
        policy.ShouldNotContain("unsafe");
        var nonce = html.Split('"')[1];
        policy.ShouldContain($"'nonce-{nonce}'");
        first.Headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
        (await NavigateAsync(path)).Html.ShouldNotBe(html); // No nonce serves twice.
    }

    [Fact]
    public async Task A_program_that_asks_for_what_is_not_there_is_told_so()
    {
        using var response = await _client.GetAsync("/nothing.json");
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_file_comes_packed_to_those_who_can_unpack_it_and_is_kept_for_good()
    {
        using var plain = await _client.GetAsync("/assets/page-1234.js");
        (await plain.Content.ReadAsStringAsync()).ShouldBe("export {};");
        plain.Headers.CacheControl!.ToString().ShouldBe("public, max-age=31536000, immutable");
        plain.Content.Headers.ContentType!.MediaType.ShouldBe("text/javascript");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/assets/page-1234.js");
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("br"));
        using var packed = await _client.SendAsync(request);
        packed.Content.Headers.ContentEncoding.ShouldBe(["br"]);
        (await packed.Content.ReadAsStringAsync()).ShouldBe("packed");
        using var direct = await _client.GetAsync("/assets/page-1234.js.br");
        direct.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var icon = await _client.GetAsync("/icon.svg");
        icon.Headers.CacheControl!.ToString().ShouldBe("no-cache");
    }

    [Fact]
    public async Task Without_a_build_the_page_says_how_to_make_it()
    {
        await _app!.DisposeAsync();
        await StartAsync(Path.Combine(_folder, "assets"));
        (await NavigateAsync("/")).Html.ShouldContain("make build");
    }

    private async Task StartAsync(string folder)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(WebFiles.Open(folder));
        _app = builder.Build();
        _app.UseRouting();
        _app.UsePages();
        new WebEndpoints().Map(_app);
        await _app.StartAsync();
        _client.Dispose();
        _client = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
    }

    private async Task<(HttpResponseMessage Response, string Html)> NavigateAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("text/html,application/xhtml+xml;q=0.9");
        var response = await _client.SendAsync(request);
        return (response, await response.Content.ReadAsStringAsync());
    }
}
