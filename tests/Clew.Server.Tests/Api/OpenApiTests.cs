using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Clew.Server.Tests.Storage;

namespace Clew.Server.Tests.Api;

[Collection(EmbeddedEngineCollection.Name)]
public sealed class OpenApiTests(ShopServer shop) : IClassFixture<ShopServer>
{
    private static readonly string[] Asking =
    [
        "/api/alerts",
        "/api/changes",
        "/api/dependencies",
        "/api/kubernetes/events",
        "/api/kubernetes/objects",
        "/api/logs",
        "/api/query/completion",
        "/api/services",
        "/api/services/{service}/operations",
        "/api/traces",
        "/api/traces/{traceId}",
        "/api/traces/{traceId}/logs",
        "/api/traces/{traceId}/spans/{spanId}",
        "/api/traces/{traceId}/spans/{spanId}/logs",
    ];

    [Fact]
    public async Task Every_endpoint_is_described_with_its_answers_and_errors()
    {
        using var document = await DocumentAsync();
        var paths = document.RootElement.GetProperty("paths");
        foreach (var path in Asking)
        {
            var operation = paths.GetProperty(path).GetProperty("get");
            operation.GetProperty("summary").GetString().ShouldNotBeNullOrWhiteSpace();
            var answers = operation.GetProperty("responses");
            answers.GetProperty("200").GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("$ref").GetString().ShouldNotBeNull();
            answers.GetProperty("400").GetProperty("content").GetProperty("application/problem+json").GetProperty("schema").GetProperty("$ref").GetString()
                .ShouldBe("#/components/schemas/Problem");
        }
    }

    [Fact]
    public async Task Every_example_of_a_parameter_is_accepted()
    {
        using var document = await DocumentAsync();
        var tried = 0;
        foreach (var path in Asking)
        {
            var real = path.Replace("{service}", "orders", StringComparison.Ordinal).Replace("{traceId}", "abcd0000000000000000000000000001", StringComparison.Ordinal)
                .Replace("{spanId}", "0000000000000004", StringComparison.Ordinal);
            foreach (var parameter in Parameters(document, path))
            {
                var example = parameter.GetProperty("example");
                var value = example.ValueKind == JsonValueKind.Array ? example[0].ToString() : example.ToString();
                var url = $"{real}?{parameter.GetProperty("name").GetString()}={Uri.EscapeDataString(value)}";
                using var response = await shop.Native.GetAsync(url);
                response.StatusCode.ShouldBe(HttpStatusCode.OK, url);
                tried++;
            }
        }

        tried.ShouldBeGreaterThan(30);
    }

    [Fact]
    public async Task Every_endpoint_and_parameter_is_in_the_documentation()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot(), "docs", "api.md"));
        using var document = await DocumentAsync();
        foreach (var path in Asking)
        {
            text.ShouldContain($"GET {path}");
            foreach (var parameter in Parameters(document, path))
            {
                var name = parameter.GetProperty("name").GetString()!;
                (text.Contains($"`{name}`", StringComparison.Ordinal) || text.Contains($"`{name}=", StringComparison.Ordinal)).ShouldBeTrue(name);
            }
        }
    }

    [Fact]
    public async Task Schemas_say_what_the_contract_says()
    {
        using var document = await DocumentAsync();
        var schemas = document.RootElement.GetProperty("components").GetProperty("schemas");
        var span = schemas.GetProperty("SpanDetail").GetProperty("properties");
        span.GetProperty("durationNanos").GetProperty("type").GetString().ShouldBe("integer");
        var attribute = span.GetProperty("attributes").GetProperty("items").GetProperty("properties");
        attribute.EnumerateObject().Select(member => member.Name).ShouldBe(["key", "type", "value"], ignoreOrder: true);
        schemas.GetRawText().ShouldContain("date-time");
        schemas.GetRawText().ShouldContain("^[0-9a-f]{32}$");
    }

    private static IEnumerable<JsonElement> Parameters(JsonDocument document, string path) =>
        document.RootElement.GetProperty("paths").GetProperty(path).GetProperty("get").TryGetProperty("parameters", out var parameters)
            ? parameters.EnumerateArray().Where(parameter => parameter.GetProperty("in").GetString() == "query")
            : [];

    private static string RepositoryRoot([CallerFilePath] string thisFile = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", ".."));

    private async Task<JsonDocument> DocumentAsync() => await JsonDocument.ParseAsync(await shop.Native.GetStreamAsync("/api/openapi.json"));
}
