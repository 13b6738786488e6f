using System.Text;
using System.Text.Json;
using Clew.Analysis.Reports;
using Clew.Server.Tests.Storage;
using Clew.Server.Tests.Support;

namespace Clew.Server.Tests.Investigations;

/// <summary>While an investigation goes on, those who follow see what it does; its answer says where it is remembered.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class FollowedInvestigationTests(SlowShop shop) : IClassFixture<SlowShop>
{
    [Fact]
    public async Task An_answer_names_where_it_is_remembered_and_followers_see_it_come_about()
    {
        using var follow = await shop.Server.Native.GetAsync(new Uri("/api/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await follow.Content.ReadAsStreamAsync());
        using var question = new HttpRequestMessage(HttpMethod.Post, "/api/investigations")
        {
            Content = new StringContent($$"""{"start": "{{SlowShop.Trouble.AddMinutes(1):O}}", "end": "{{SlowShop.End:O}}"}""", Encoding.UTF8, "application/json"),
        };
        question.Headers.Accept.ParseAdd("application/x-ndjson");
        using var response = await shop.Server.Native.SendAsync(question);
        var answer = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        using var last = JsonDocument.Parse(answer[^1]);
        var id = last.RootElement.GetProperty("id").GetString()!;
        var kept = await shop.Server.Native.GetStringAsync(new Uri($"/api/investigations/{id}", UriKind.Relative));
        var report = JsonSerializer.Deserialize(kept, ReportJson.Default.InvestigationReport)!;
        report.Headline.ShouldBe(last.RootElement.GetProperty("report").GetProperty("headline").GetString());

        var told = new List<string>();
        while (told.LastOrDefault()?.Contains("\"stage\"", StringComparison.Ordinal) != false || told.Count < 4)
        {
            var line = await lines.ReadLineAsync().WaitAsync(TestServer.Patience);
            if (line?.StartsWith("data: ", StringComparison.Ordinal) == true && (line.Contains("run", StringComparison.Ordinal) || line.Contains(id, StringComparison.Ordinal)))
            {
                told.Add(line);
            }
        }

        told.Count(line => line.Contains("\"stage\"", StringComparison.Ordinal)).ShouldBe(answer.Length - 1);
        told.ShouldContain($$"""data: {"ids":["{{id}}"]}""");

        (await shop.Server.Native.GetStringAsync(new Uri($"/api/investigations/{id}/postmortem", UriKind.Relative))).ShouldBe(Clew.Analysis.Paperwork.Postmortem.Write(report));
        (await shop.Server.Native.GetStringAsync(new Uri($"/api/investigations/{id}/runbook", UriKind.Relative))).ShouldBe(Clew.Analysis.Paperwork.Runbook.Write(report));
    }
}
