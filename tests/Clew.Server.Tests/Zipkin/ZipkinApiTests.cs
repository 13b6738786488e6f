using System.Text.Json.Nodes;
using Clew.Server.Tests.Storage;
using Clew.Tests;

namespace Clew.Server.Tests.Zipkin;

/// <summary>Zipkin's query API over the real store.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class ZipkinApiTests(ZipkinServer zipkin) : IClassFixture<ZipkinServer>
{
    private const string Now = "endTs=1772359260000&lookback=60000";

    public static TheoryData<string> Files => ZipkinServer.Files().Count == 0 ? new TheoryData<string>("(none)") : [.. ZipkinServer.Files().Select(file => Path.GetFileName(file))];

    [SharedTheory(ZipkinServer.Folder)]
    [MemberData(nameof(Files))]
    public async Task Zipkins_own_files_come_back_as_they_were(string name)
    {
        var sent = JsonNode.Parse(await File.ReadAllTextAsync(SharedFolder.PathOf($"{ZipkinServer.Folder}/{name}")))!.AsArray();
        var id = sent[0]!["traceId"]!.ToString();

        var got = (await zipkin.GetAsync($"/api/v2/trace/{id}")).AsArray();

        Texts(got).ShouldBe(Texts(sent));
    }

    [SharedFact(ZipkinServer.Folder)]
    public async Task Zipkins_own_files_are_found_by_their_services()
    {
        var all = await zipkin.GetAsync("/api/v2/services");

        foreach (var file in ZipkinServer.Files())
        {
            var services = JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsArray().Select(span => span!["localEndpoint"]?["serviceName"]?.ToString().ToLowerInvariant());
            services.Where(service => service is not null).Except(all.AsArray().Select(service => service!.ToString())).ShouldBeEmpty(file);
        }
    }

    [Theory]
    [InlineData("/api/v2/spans?serviceName=web", """["get /","get /cart","post /login"]""")]
    [InlineData("/api/v2/spans?serviceName=WEB", """["get /","get /cart","post /login"]""")]
    [InlineData("/api/v2/spans?serviceName=nobody", "[]")]
    [InlineData("/api/v2/remoteServices?serviceName=cart", """["carts-db"]""")]
    [InlineData("/api/v2/remoteServices?serviceName=mails", "[]")]
    [InlineData("/api/v2/autocompleteKeys", """["env"]""")]
    [InlineData("/api/v2/autocompleteValues?key=env", """["prod","test"]""")]
    [InlineData("/api/v2/autocompleteValues?key=http.path", "[]")]
    [InlineData("/health", """{"status":"UP"}""")]
    public async Task Names(string path, string answer)
    {
        (await zipkin.GetAsync(path)).ToJsonString().ShouldBe(answer);
        (await zipkin.GetAsync("/zipkin" + path)).ToJsonString().ShouldBe(answer);
    }

    [Fact]
    public async Task Services_are_listed_in_lower_case()
    {
        var services = (await zipkin.GetAsync("/api/v2/services")).AsArray().Select(service => service!.ToString()).ToList();

        services.ShouldBe(services.Order(StringComparer.Ordinal));
        new[] { "cart", "mails", "web" }.Except(services).ShouldBeEmpty();
        services.ShouldNotContain("unknown_service");
    }

    /// <summary>Parameters → ids of the traces, newest first.</summary>
    [Theory]
    [InlineData(Now, "a3 a2 a1")]
    [InlineData(Now + "&limit=2", "a3 a2")]
    [InlineData("endTs=1772359201000&lookback=60000", "a1")]
    [InlineData(Now + "&serviceName=web", "a2 a1")]
    [InlineData(Now + "&serviceName=all&spanName=all", "a3 a2 a1")]
    [InlineData(Now + "&serviceName=Mails", "a3")]
    [InlineData(Now + "&serviceName=web&spanName=post%20/login", "a2")]
    [InlineData(Now + "&remoteServiceName=carts-db", "a1")]
    [InlineData(Now + "&serviceName=web&remoteServiceName=carts-db", "")]
    [InlineData(Now + "&annotationQuery=env%3Dprod", "a1")]
    [InlineData(Now + "&annotationQuery=env%3Dprod%20and%20error", "a1")]
    [InlineData(Now + "&annotationQuery=env%3Dtest%20and%20error", "")]
    [InlineData(Now + "&annotationQuery=error", "a3 a1")]
    [InlineData(Now + "&annotationQuery=waiting", "a1")]
    [InlineData(Now + "&annotationQuery=error%3Ddeadlock", "a1")]
    [InlineData(Now + "&serviceName=web&annotationQuery=error", "")]
    [InlineData(Now + "&minDuration=1000000", "a2")]
    [InlineData(Now + "&serviceName=cart&minDuration=60000&maxDuration=65000", "a1")]
    [InlineData(Now + "&serviceName=cart&minDuration=60001&maxDuration=65000", "")]
    [InlineData(Now + "&spanName=no%5Bbody", "")]
    public async Task Searches_find_their_traces(string parameters, string traces)
    {
        var found = (await zipkin.GetAsync($"/api/v2/traces?{parameters}")).AsArray();

        string.Join(' ', found.Select(trace => trace![0]!["traceId"]!.ToString()[^2..])).ShouldBe(traces);
    }

    [Fact]
    public async Task A_search_without_a_time_looks_back_a_day_from_now()
    {
        var found = (await zipkin.GetAsync("/api/v2/traces?serviceName=web")).AsArray();

        found.Count.ShouldBe(2);
        (await zipkin.GetAsync("/api/v2/traces?serviceName=web&lookback=30000")).AsArray().Count.ShouldBe(0);
    }

    /// <summary>Path → status, beginning of the text.</summary>
    [Theory]
    [InlineData("/api/v2/trace/ffff", 404, "ffff not found")]
    [InlineData("/api/v2/trace/nonsense", 400, "nonsense should be a 1 to 32 character lower-hex string with no prefix")]
    [InlineData("/api/v2/traceMany?traceIds=a1", 400, "traceIds needs at least two ids")]
    [InlineData("/api/v2/traceMany", 400, "traceIds is required")]
    [InlineData("/api/v2/traceMany?traceIds=a1,00a1", 400, "traceIds has an id twice")]
    [InlineData("/api/v2/spans", 400, "serviceName is required")]
    [InlineData("/api/v2/remoteServices", 400, "serviceName is required")]
    [InlineData("/api/v2/autocompleteValues", 400, "key is required")]
    [InlineData("/api/v2/dependencies", 400, "endTs is required")]
    [InlineData("/api/v2/dependencies?endTs=0", 400, "endTs should be a positive number of milliseconds, not 0")]
    [InlineData("/api/v2/traces?limit=0", 400, "limit should be a number from 1 to 1500 (limit query.traces), not 0")]
    [InlineData("/api/v2/traces?limit=9999", 400, "limit should be a number from 1 to 1500")]
    [InlineData("/api/v2/traces?lookback=x", 400, "lookback should be a positive number of milliseconds, not x")]
    [InlineData("/api/v2/traces?maxDuration=5", 400, "maxDuration is only valid with minDuration")]
    [InlineData("/api/v2/traces?minDuration=9&maxDuration=5", 400, "maxDuration should be at least minDuration")]
    [InlineData("/api/v2/traces?minDuration=-1", 400, "minDuration should be a positive number of microseconds, not -1")]
    [InlineData("/api/v2/traces?annotationQuery=%3Dx", 400, "annotationQuery has a term without a key")]
    public async Task Bad_questions_are_refused_with_a_sentence(string path, int status, string says)
    {
        using var response = await zipkin.Client.GetAsync(path);

        var body = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(status, body);
        body.ShouldStartWith(says, Case.Sensitive);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
    }

    [Fact]
    public async Task Many_traces_come_in_the_order_asked_for_and_missing_ones_are_left_out()
    {
        var found = (await zipkin.GetAsync("/api/v2/traceMany?traceIds=a2,ffff,a1")).AsArray();

        found.Select(trace => trace![0]!["traceId"]!.ToString()).ShouldBe(["00000000000000a2", "00000000000000a1"]);
    }

    [Fact]
    public async Task Links_follow_Zipkins_rules()
    {
        var links = await zipkin.GetAsync($"/api/v2/dependencies?{Now}");

        links.ToJsonString().ShouldBe(
            """[{"parent":"cart","child":"carts-db","callCount":1,"errorCount":1},{"parent":"mails","child":"smtp","callCount":1,"errorCount":1},{"parent":"web","child":"cart","callCount":1}]""");
    }

    [Fact]
    public async Task A_span_of_another_protocol_brings_everything_else_as_tags()
    {
        var trace = await zipkin.GetAsync("/api/v2/trace/5B8EFFF798038103d269b633813fc6a3");

        trace.ToJsonString().ShouldBe(
            """[{"traceId":"5b8efff798038103d269b633813fc6a3","id":"eee19b7ec3c1b174","kind":"CLIENT","name":"send","timestamp":1772359220000000,"duration":1,"localEndpoint":{"serviceName":"mails"},"remoteEndpoint":{"serviceName":"smtp"},"annotations":[{"timestamp":1772359220000000,"value":"\u0022sent\u0022:{\u0022to\u0022:\u0022x\u0022}"}],"tags":{"server.address":"smtp","size":"7","peers":"[1]","host.name":"m-1","otel.scope.name":"lib","otel.status_code":"ERROR","error":"true"}}]""");
    }

    [Fact]
    public async Task Jaegers_api_and_ours_show_the_halves_of_a_shared_span_one_below_the_other()
    {
        var native = JsonNode.Parse(await zipkin.Server.Native.GetStringAsync("/api/traces/a1"))!;
        native.ToJsonString().ShouldContain("zipkin.shared");
        Spans(await zipkin.Server.Jaeger.GetStringAsync("/api/traces/a1")).ShouldBe(
            ["1 <- get /", "2 <- 1 get /cart", "3 <- 4 select", "4 <- 2 get /cart"]);
        Spans(await zipkin.Server.Jaeger.GetStringAsync("/api/traces/a1?raw=true")).ShouldBe(
            ["1 <- get /", "2 <- 1 get /cart", "2 <- 1 get /cart", "3 <- 2 select"]);

        static IEnumerable<string> Spans(string json) => JsonNode.Parse(json)!["data"]![0]!["spans"]!.AsArray()
            .Select(span => $"{span!["spanID"]!.ToString().TrimStart('0')} <- {span["references"]!.AsArray().FirstOrDefault()?["spanID"]?.ToString().TrimStart('0')} {span["operationName"]}".Replace("  ", " ", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task The_pages_find_their_configuration()
    {
        (await zipkin.GetAsync("/config.json"))["searchEnabled"]!.GetValue<bool>().ShouldBeTrue();
        (await zipkin.GetAsync("/zipkin/config.json"))["queryLimit"]!.GetValue<int>().ShouldBe(10);
    }

    /// <summary>Spans as text, names in lower case as Zipkin keeps them; in the order of their text, since a trace has none.</summary>
    private static List<string> Texts(JsonArray spans)
    {
        var texts = new List<string>();
        foreach (var span in spans)
        {
            var sorted = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var (name, value) in span!.AsObject())
            {
                sorted[name] = name switch
                {
                    "localEndpoint" or "remoteEndpoint" or "tags" => string.Join(
                        ',', value!.AsObject().OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => $"{member.Key}={(member.Key == "serviceName" ? member.Value!.ToString().ToLowerInvariant() : member.Value!.ToString())}")),
                    "annotations" => string.Join(',', value!.AsArray().Select(annotation => $"{annotation!["timestamp"]} {annotation["value"]}").Order(StringComparer.Ordinal)),
                    "name" => value!.ToString().ToLowerInvariant(),
                    _ => value!.ToString(),
                };
            }

            texts.Add(string.Join('\n', sorted.Select(member => $"{member.Key}: {member.Value}")));
        }

        return [.. texts.Order(StringComparer.Ordinal)];
    }
}
