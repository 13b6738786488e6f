using System.Text;
using System.Text.Json.Nodes;
using Clew.Server.Tests.Storage;
using Clew.Tests;

namespace Clew.Server.Tests.Prometheus;

/// <summary>The answers hold what Prometheus's own description of its API says (OpenAPI 3.1, from the shared folder).</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class OpenApiTests(PrometheusServer prometheus) : IClassFixture<PrometheusServer>
{
    /// <summary>The description says that the time beside a text is a text; Prometheus itself writes a number.</summary>
    private const string AText = "%22a%20text%22";

    private const string Description = "compliance/prometheus/openapi_3.1.yaml";

    [SharedFact(Description)]
    public async Task Every_answer_is_as_prometheus_describes_it()
    {
        var schema = OpenApiSchema.Load(SharedFolder.PathOf(Description));
        var wrong = new List<string>();
        var described = new HashSet<string>();
        foreach (var (method, path, form) in PrometheusApiTests.Requests()
            .Concat(((string[])["buildinfo", "runtimeinfo", "config", "flags"]).Select(name => ("GET", $"/api/v1/status/{name}", string.Empty)))
            .Where(request => request.Item2.StartsWith("/api/v1/", StringComparison.Ordinal) && !request.Item2.Contains(AText, StringComparison.Ordinal)))
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(prometheus.Own.BaseAddress!, path));
            request.Content = method == "POST" ? new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded") : null;
            using var response = await prometheus.Own.SendAsync(request);
            var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
            var plain = path["/api/v1".Length..].Split('?')[0];
            described.Add(plain);
            if (schema.Check(plain, method, (int)response.StatusCode, answer) is { } problem)
            {
                wrong.Add($"{method} {path}: {problem}\n{answer.ToJsonString()}");
            }
        }

        string.Join("\n", wrong).ShouldBeEmpty();
        described.Count.ShouldBeGreaterThan(25);
    }
}
