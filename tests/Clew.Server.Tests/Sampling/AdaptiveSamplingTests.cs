using Clew.Server.Sampling;
using Clew.Server.Tests.Storage;
using Clew.Server.Tests.Support;
using Clew.Telemetry;
using Clew.Testing;

namespace Clew.Server.Tests.Sampling;

/// <summary>Advice made from what is stored, as samplers hear it.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class AdaptiveSamplingTests
{
    [Fact]
    public async Task Busy_operations_are_told_lower_probabilities_and_unknown_services_the_configured_one()
    {
        await using var server = await StoreServer.StartAsync(
            options => options with { Tenancy = options.Tenancy with { Header = "X-Scope-OrgID" }, HeadSampling = options.HeadSampling with { TargetPerSecond = 1, DefaultProbability = 0.5, Interval = TimeSpan.FromHours(1) } });
        var minute = new TimeRange(SpanBatchBuilder.Start, SpanBatchBuilder.Start + TimeSpan.FromSeconds(10));
        await server.Writer.WriteAsync(TraceLines.Read(Tenant.Default, [.. Enumerable.Range(1, 200).Select(i => $"{i} {i} 1 shop GET"), .. Enumerable.Range(1, 200).Select(i => $"{i} {i} 1 shop child")]), default);
        await server.Writer.WriteAsync(TraceLines.Read(new Tenant("acme"), [.. Enumerable.Range(1, 100).Select(i => $"{i} {i} 1 shop GET")]), default);

        await server.Service<AdaptiveSampling>().StepAsync(minute, default);

        var shop = await server.Native.GetStringAsync("/jaeger/sampling?service=shop");
        shop.ShouldContain("\"operation\":\"GET\"");
        shop.ShouldContain("\"samplingRate\":0.025");
        shop.ShouldNotContain("child");
        (await server.Native.GetStringAsync("/jaeger/sampling?service=unknown")).ShouldContain("\"samplingRate\":0.5");

        // Another tenant's service of the same name.
        using var request = new HttpRequestMessage(HttpMethod.Get, "/jaeger/sampling?service=shop") { Headers = { { "X-Scope-OrgID", "acme" } } };
        using var answer = await server.Native.SendAsync(request);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("\"samplingRate\":0.05}");
    }
}
