using System.Net;
using Clew.Server.Hosting;
using Clew.Server.Tests.Support;
using Clew.Telemetry;

namespace Clew.Server.Tests.Query;

/// <summary>Questions over HTTP that end before they are answered: because nobody waits any more, or because a limit was met. On every API that answers queries.</summary>
public sealed class QuestionsThatEndTests : IAsyncLifetime, IDisposable
{
    private const string Id = "5b8efff798038103d269b633813fc60c";

    private readonly AskedStore.Questions _questions = new();
    private ClewServer _server = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _server = await ClewServer.StartAsync(TestServer.Options, AskedStore.Open(_questions), TimeProvider.System, CancellationToken.None);
        _http = new HttpClient { BaseAddress = new Uri($"http://{_server.Addresses[Door.Native]}"), Timeout = TestServer.Patience };
    }

    public void Dispose() => _http.Dispose();

    public async Task DisposeAsync()
    {
        await _server.StopAsync();
        await _server.DisposeAsync();
    }

    public static TheoryData<string> Questions() => new(
        "/prometheus/api/v1/query?query=up",
        "/prometheus/api/v1/query_range?query=sum(rate(a%5B5m%5D))&start=0&end=60&step=15",
        "/prometheus/api/v1/series?match%5B%5D=up",
        "/prometheus/api/v1/labels",
        "/prometheus/api/v1/label/job/values",
        "/prometheus/api/v1/metadata",
        "/prometheus/api/v1/query_exemplars?query=up&start=0&end=60",
        "/prometheus/federate?match%5B%5D=up",
        "/loki/loki/api/v1/query_range?query=%7Bapp%3D%22a%22%7D",
        "/loki/loki/api/v1/query?query=count_over_time(%7Bapp%3D%22a%22%7D%5B1m%5D)",
        "/loki/loki/api/v1/labels",
        "/loki/loki/api/v1/series?match%5B%5D=%7Bapp%3D%22a%22%7D",
        "/loki/loki/api/v1/index/stats?query=%7Bapp%3D%22a%22%7D",
        "/loki/loki/api/v1/index/volume?query=%7Bapp%3D%22a%22%7D",
        "/loki/loki/api/v1/patterns?query=%7Bapp%3D%22a%22%7D",
        "/loki/loki/api/v1/detected_fields?query=%7Bapp%3D%22a%22%7D",
        "/loki/api/prom/query?query=%7Bapp%3D%22a%22%7D",
        "/tempo/api/search?q=%7B%7D",
        "/tempo/api/traces/" + Id,
        "/tempo/api/v2/traces/" + Id,
        "/tempo/api/v2/search/tags",
        "/tempo/api/v2/search/tag/span.a/values",
        "/tempo/api/metrics/query_range?q=%7B%7D%7Crate()&start=0&end=60",
        "/api/query?language=traceql&query=%7B%7D",
        "/api/query?language=promql&query=up",
        "/api/query?language=logql&query=%7Bapp%3D%22a%22%7D",
        "/api/query/completion?language=traceql",
        "/api/traces",
        "/api/logs",
        "/api/services",
        "/jaeger/api/traces?service=a",
        "/jaeger/api/v3/services",
        "/zipkin/api/v2/traces?serviceName=a");

    [Theory]
    [MemberData(nameof(Questions))]
    public async Task The_store_stops_when_the_asker_leaves(string question)
    {
        _questions.Begin();
        using var leaving = new CancellationTokenSource();
        var answer = _http.GetAsync(question, leaving.Token);
        (await Task.WhenAny(_questions.Asked, answer).WaitAsync(TestServer.Patience)).ShouldBe(_questions.Asked, $"{question} was answered without a question to the store");

        await leaving.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(answer);
        await _questions.Stopped.WaitAsync(TestServer.Patience);
    }

    [Theory]
    [MemberData(nameof(Questions))]
    public async Task The_answer_names_the_limit_that_was_met(string question)
    {
        _questions.Begin();
        foreach (var (limit, prometheus, loki) in new[] { ("query.memory", HttpStatusCode.UnprocessableEntity, HttpStatusCode.BadRequest), ("query.timeout", HttpStatusCode.ServiceUnavailable, HttpStatusCode.GatewayTimeout) })
        {
            _questions.Failure = new QueryLimitException(limit, $"The question is too large for the limit {limit}; narrow it.");

            using var response = await _http.GetAsync(question);
            var body = await response.Content.ReadAsStringAsync();

            body.ShouldContain(limit);
            response.StatusCode.ShouldBe(
                question.StartsWith("/prometheus/", StringComparison.Ordinal) ? prometheus : question.StartsWith("/loki/", StringComparison.Ordinal) ? loki : HttpStatusCode.UnprocessableEntity, body);
        }
    }
}
