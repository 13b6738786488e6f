using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Clew.Server.Configuration;
using Clew.Server.Tests.Storage;
using Clew.Server.Tests.Support;

namespace Clew.Server.Tests.Settings;

/// <summary>How the server tells about itself: settings, storage, sources; and what redaction would do.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class SettingsApiTests
{
    [Fact]
    public async Task Every_setting_is_listed_with_its_default()
    {
        await using var server = await StoreServer.StartAsync();
        using var answer = await AskAsync(server, "/api/settings");

        answer.RootElement.GetProperty("version").GetString().ShouldNotBeNullOrEmpty();
        var settings = answer.RootElement.GetProperty("settings").EnumerateArray().ToDictionary(setting => setting.GetProperty("name").GetString()!);
        settings.Keys.ShouldBe(SettingTable.All.Select(setting => setting.Name));
        var bytes = settings["limits.request_bytes"];
        bytes.GetProperty("variable").GetString().ShouldBe("CLEW_LIMITS_REQUEST_BYTES");
        bytes.GetProperty("description").GetString()!.ShouldContain("413");
        bytes.GetProperty("value").GetString().ShouldBe(bytes.GetProperty("default").GetString());
        settings["data"].GetProperty("value").GetString().ShouldNotBe(settings["data"].GetProperty("default").GetString());
    }

    [Fact]
    public async Task Storage_and_sources_count_what_came_in_and_what_was_refused()
    {
        await using var server = await StoreServer.StartAsync();
        using (var good = await SendAsync(server, """{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1787306400000000000","body":{"stringValue":"x"}}]}]}]}"""))
        {
            good.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        using (var bad = await SendAsync(server, "{"))
        {
            bad.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        }

        using var storage = await AskAsync(server, "/api/storage");
        storage.RootElement.GetProperty("bytes").GetInt64().ShouldBeGreaterThan(0);
        storage.RootElement.TryGetProperty("maxAge", out _).ShouldBeFalse();
        storage.RootElement.GetProperty("tables").EnumerateArray()
            .Single(table => table.GetProperty("table").GetString() == "logs").GetProperty("rows").GetInt64().ShouldBe(1);

        using var sources = await AskAsync(server, "/api/sources");
        var json = sources.RootElement.GetProperty("sources").EnumerateArray()
            .Single(source => source.GetProperty("protocol").GetString() == "otlp_http_json" && source.GetProperty("signal").GetString() == "logs");
        json.GetProperty("stored").GetInt64().ShouldBe(1);
        json.GetProperty("refusedRequests").GetInt64().ShouldBe(1);
        json.GetProperty("losses").EnumerateArray().Select(loss => $"{loss.GetProperty("what")} {loss.GetProperty("reason")} {loss.GetProperty("count")}").ShouldBe(["requests malformed 1"]);
    }

    [Theory]
    [InlineData("", false, "user=bob pass" + "word=hunter2", "user=bob password=REDACTED", "key_value")]
    [InlineData("http.request.header.x-api-key", false, "abc123", "REDACTED", "secret_key")]
    [InlineData("", true, "SELECT * FROM users WHERE name = 'bob'", "SELECT * FROM users WHERE name = ?", "sql_literal")]
    [InlineData("", false, "all is well", "all is well", "")]
    public async Task A_preview_of_redaction_shows_what_would_be_stored(string key, bool statement, string before, string after, string rule)
    {
        await using var server = await StoreServer.StartAsync();
        using var response = await server.Native.PostAsJsonAsync("/api/redaction/preview", new { text = before, key, statement });
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());

        var line = answer.RootElement.GetProperty("lines").EnumerateArray().ShouldHaveSingleItem();
        line.GetProperty("after").GetString().ShouldBe(after);
        line.GetProperty("isChanged").GetBoolean().ShouldBe(rule.Length > 0);
        string.Join(' ', line.GetProperty("rules").EnumerateObject().Select(member => member.Name)).ShouldBe(rule);
        answer.RootElement.GetProperty("changed").GetInt32().ShouldBe(rule.Length > 0 ? 1 : 0);
    }

    [Fact]
    public async Task A_preview_is_bounded()
    {
        await using var server = await StoreServer.StartAsync();
        using var response = await server.Native.PostAsJsonAsync("/api/redaction/preview", new { text = new string('\n', 1_000) });
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync()).ShouldContain("at most 1000 lines");
    }

    private static Task<HttpResponseMessage> SendAsync(StoreServer server, string logs) =>
        server.OtlpHttp.PostAsync("/v1/logs", new StringContent(logs, Encoding.UTF8, "application/json"));

    private static async Task<JsonDocument> AskAsync(StoreServer server, string path)
    {
        using var response = await server.Native.GetAsync(path);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync());
    }
}
