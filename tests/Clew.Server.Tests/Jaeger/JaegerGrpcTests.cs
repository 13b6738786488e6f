using System.Globalization;
using System.Text.Json.Nodes;
using Clew.Server.Hosting;
using Clew.Server.Tests.Api;
using Clew.Server.Tests.Sdk;
using Clew.Server.Tests.Storage;
using Clew.Testing;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Jaeger.ApiV2;
using OpenTelemetry.Proto.Trace.V1;
using StorageV2 = Jaeger.StorageV2;
using V3 = Jaeger.ApiV3;

namespace Clew.Server.Tests.Jaeger;

/// <summary>Jaeger's gRPC services over the shop's telemetry, with generated messages and with grpc-js as a real client.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class JaegerGrpcTests(ShopServer shop, JavaScriptPackages packages) : IClassFixture<ShopServer>, IClassFixture<JavaScriptPackages>
{
    private const string V2 = "/jaeger.api_v2.QueryService/";
    private const string V3Path = "/jaeger.api_v3.QueryService/";
    private const string Reader = "/jaeger.storage.v2.TraceReader/";

    private static readonly Timestamp Morning = Timestamp.FromDateTimeOffset(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
    private static readonly Timestamp Evening = Timestamp.FromDateTimeOffset(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Services_operations_and_dependencies_are_those_of_the_http_api()
    {
        string[] services = ["gateway", "mails", "orders", "payments"];
        GetServicesResponse.Parser.ParseFrom(await QueryAsync(V2 + "GetServices", new GetServicesRequest())).Services.ShouldBe(services);
        V3.GetServicesResponse.Parser.ParseFrom(await QueryAsync(V3Path + "GetServices", new V3.GetServicesRequest())).Services.ShouldBe(services);
        StorageV2.GetServicesResponse.Parser.ParseFrom(await StorageAsync(Reader + "GetServices", new StorageV2.GetServicesRequest())).Services.ShouldBe(services);

        var operations = GetOperationsResponse.Parser.ParseFrom(await QueryAsync(V2 + "GetOperations", new GetOperationsRequest { Service = "gateway" }));
        operations.OperationNames.ShouldBe(["POST /checkout", "orders.Place"]);
        operations.Operations.Select(operation => $"{operation.Name} {operation.SpanKind}").ShouldBe(["POST /checkout server", "orders.Place client"]);
        V3.GetOperationsResponse.Parser.ParseFrom(await QueryAsync(V3Path + "GetOperations", new V3.GetOperationsRequest { Service = "gateway", SpanKind = "client" }))
            .Operations.Select(operation => $"{operation.Name} {operation.SpanKind}").ShouldBe(["orders.Place client"]);
        StorageV2.GetOperationsResponse.Parser.ParseFrom(await StorageAsync(Reader + "GetOperations", new StorageV2.GetOperationsRequest { Service = "payments" }))
            .Operations.Select(operation => $"{operation.Name} {operation.SpanKind}").ShouldBe(["Charge server"]);

        string[] links = ["gateway>orders 2", "orders>payments 1"];
        GetDependenciesResponse.Parser.ParseFrom(await QueryAsync(V2 + "GetDependencies", new GetDependenciesRequest { StartTime = Morning, EndTime = Evening }))
            .Dependencies.Select(link => $"{link.Parent}>{link.Child} {link.CallCount}").ShouldBe(links);
        V3.DependenciesResponse.Parser.ParseFrom(await QueryAsync(V3Path + "GetDependencies", new V3.GetDependenciesRequest { StartTime = Morning, EndTime = Evening }))
            .Dependencies.Select(link => $"{link.Parent}>{link.Child} {link.CallCount}").ShouldBe(links);
        StorageV2.GetDependenciesResponse.Parser.ParseFrom(await StorageAsync("/jaeger.storage.v2.DependencyReader/GetDependencies", new StorageV2.GetDependenciesRequest { StartTime = Morning, EndTime = Evening }))
            .Dependencies.Select(link => $"{link.Parent}>{link.Child} {link.CallCount}").ShouldBe(links);
    }

    [Fact]
    public async Task A_trace_in_jaegers_model_says_what_the_legacy_json_says()
    {
        var legacy = JsonNode.Parse(await shop.Server.Jaeger.GetStringAsync($"/api/traces/{SpanBatchBuilder.Trace(1)}"))!;

        var reply = await shop.Server.JaegerQuery.CallAsync(V2 + "GetTrace", new GetTraceRequest { TraceId = Id(1) }.ToByteArray());

        reply.Status.ShouldBe(0);
        ModelText.Spans(reply.Answers.SelectMany(answer => SpansResponseChunk.Parser.ParseFrom(answer).Spans)).ShouldBe(LegacyText.Spans(legacy));
        var charge = reply.Answers.SelectMany(answer => SpansResponseChunk.Parser.ParseFrom(answer).Spans).Single(span => span.OperationName == "Charge");
        charge.Logs.Single().Fields.Select(field => $"{field.Key}={field.VStr}").ShouldBe(["event=exception", "exception.type=TimeoutException"]);
        charge.Process.ServiceName.ShouldBe("payments");
    }

    [Fact]
    public async Task A_search_finds_whole_traces_in_every_generation()
    {
        var whole = TracesData.Parser.ParseFrom(await OtlpAsync(1));
        var old = await shop.Server.JaegerQuery.CallAsync(V2 + "FindTraces", new FindTracesRequest { Query = new() { ServiceName = "payments", StartTimeMin = Morning, StartTimeMax = Evening } }.ToByteArray());
        old.Answers.SelectMany(answer => SpansResponseChunk.Parser.ParseFrom(answer).Spans).Count().ShouldBe(4);

        var search = new V3.FindTracesRequest { Query = new() { ServiceName = "payments", StartTimeMin = Morning, StartTimeMax = Evening, SearchDepth = 10, Attributes = { ["error"] = "true" } } };
        var found = await shop.Server.JaegerQuery.CallAsync(V3Path + "FindTraces", search.ToByteArray());
        found.Status.ShouldBe(0);
        TracesData.Parser.ParseFrom(found.Answers.Single()).ShouldBe(whole);
        TracesData.Parser.ParseFrom((await shop.Server.JaegerQuery.CallAsync(V3Path + "GetTrace", new V3.GetTraceRequest { TraceId = SpanBatchBuilder.Trace(1).ToString() }.ToByteArray())).Answer).ShouldBe(whole);

        var summaries = await shop.Server.JaegerQuery.CallAsync(V3Path + "FindTraceSummaries", search.ToByteArray());
        var summary = V3.FindTraceSummariesResponse.Parser.ParseFrom(summaries.Answer).Summaries.Single();
        $"{summary.TraceId} {summary.RootServiceName} {summary.RootOperationName} {summary.SpanCount} {summary.ErrorSpanCount} {summary.OrphanSpanCount}"
            .ShouldBe($"{SpanBatchBuilder.Trace(1)} gateway POST /checkout 4 4 0");
        (summary.MaxEndTimeUnixNano - summary.MinStartTimeUnixNano).ShouldBe(100_000_000UL);
        summary.Services.Select(service => $"{service.Name} {service.SpanCount} {service.ErrorSpanCount}").ShouldBe(["gateway 2 2", "orders 1 1", "payments 1 1"]);
    }

    [Fact]
    public async Task The_storage_gives_traces_ids_and_summaries_and_leaves_out_what_is_not_there()
    {
        var storage = shop.Server.JaegerStorage;
        var reply = await storage.CallAsync(Reader + "GetTraces", new StorageV2.GetTracesRequest { Query = { new[] { 2, 99, 1 }.Select(number => new StorageV2.GetTraceParams { TraceId = Id(number) }) } }.ToByteArray());
        reply.Status.ShouldBe(0);
        reply.Answers.Select(answer => TracesData.Parser.ParseFrom(answer)).ShouldBe([TracesData.Parser.ParseFrom(await OtlpAsync(2)), TracesData.Parser.ParseFrom(await OtlpAsync(1))]);
        (await storage.CallAsync(Reader + "GetTraces", [])).ShouldSatisfyAllConditions(empty => empty.Status.ShouldBe(0), empty => empty.Body.ShouldBeEmpty());

        var search = new StorageV2.FindTracesRequest
        {
            Query = new()
            {
                Attributes = { new OpenTelemetry.Proto.Common.V1.KeyValue { Key = "http.response.status_code", Value = new() { IntValue = 200 } } },
                StartTimeMin = Morning,
                StartTimeMax = Evening,
            },
        };
        var ids = StorageV2.FindTraceIDsResponse.Parser.ParseFrom(await StorageAsync(Reader + "FindTraceIDs", search));
        ids.TraceIds.Single().TraceId.ShouldBe(Id(2));
        (ids.TraceIds.Single().End - ids.TraceIds.Single().Start).ShouldBe(Duration.FromTimeSpan(TimeSpan.FromMilliseconds(40)));
        TracesData.Parser.ParseFrom((await storage.CallAsync(Reader + "FindTraces", search.ToByteArray())).Answer).ShouldBe(TracesData.Parser.ParseFrom(await OtlpAsync(2)));
        StorageV2.FindTraceSummariesResponse.Parser.ParseFrom((await storage.CallAsync(Reader + "FindTraceSummaries", search.ToByteArray())).Answer).Summaries.Single().TraceId.ShouldBe(Id(2));
        var able = StorageV2.GetCapabilitiesResponse.Parser.ParseFrom(await StorageAsync("/jaeger.storage.v2.Capabilities/GetCapabilities", new StorageV2.GetCapabilitiesRequest()));
        (able.Search.WithoutServiceName, able.Search.SameSpanConjunction).ShouldBe((true, true));
    }

    public static TheoryData<string, IMessage, int, string> Refusals => new()
    {
        { V2 + "GetTrace", new GetTraceRequest { TraceId = Id(77) }, 5, "trace not found" },
        { V2 + "GetTrace", new GetTraceRequest { TraceId = ByteString.CopyFrom(1, 2, 3) }, 3, "a trace id has 16 bytes" },
        { V2 + "GetTrace", new GetTraceRequest { TraceId = ByteString.CopyFrom(new byte[16]) }, 3, "not all zero" },
        { V2 + "ArchiveTrace", new ArchiveTraceRequest { TraceId = Id(1) }, 12, "archive span storage was not configured" },
        { V2 + "ArchiveTrace", new ArchiveTraceRequest { TraceId = Id(77) }, 5, "trace not found" },
        { V2 + "FindTraces", new FindTracesRequest(), 3, "missing query" },
        { V2 + "GetOperations", new GetOperationsRequest(), 3, "service is required" },
        { V2 + "GetOperations", new GetOperationsRequest { Service = "gateway", SpanKind = "odd" }, 3, "'odd' is not a span kind" },
        { V2 + "GetDependencies", new GetDependenciesRequest(), 3, "start_time and end_time are required" },
        { V2 + "GetDependencies", new GetDependenciesRequest { StartTime = Evening, EndTime = Morning }, 3, "end_time must be after start_time" },
        { V3Path + "GetTrace", new V3.GetTraceRequest { TraceId = "xyz!" }, 3, "malformed trace ID" },
        { V3Path + "FindTraces", new V3.FindTracesRequest(), 3, "missing query" },
        { V3Path + "FindTraces", new V3.FindTracesRequest { Query = new() { SearchDepth = 1 } }, 3, "start time min and max are required parameters" },
        { V3Path + "FindTraces", Search(new() { StartTimeMin = Evening, StartTimeMax = Morning, SearchDepth = 1 }), 3, "start_time_min must be before start_time_max" },
        { V3Path + "FindTraces", Search(new() { StartTimeMin = Morning, StartTimeMax = Evening }), 3, "search depth must be greater than 0" },
        { V3Path + "FindTraces", Search(new() { StartTimeMin = Morning, StartTimeMax = Evening, SearchDepth = 1501 }), 3, "query.traces" },
        { V3Path + "FindTraces", Search(new() { StartTimeMin = Morning, StartTimeMax = Evening, SearchDepth = 1, Filter = ByteString.CopyFrom(10, 0) }), 3, "filter is not supported here" },
        {
            V3Path + "FindTraceSummaries",
            Search(new() { StartTimeMin = Morning, StartTimeMax = Evening, SearchDepth = 1, DurationMin = Duration.FromTimeSpan(TimeSpan.FromSeconds(2)), DurationMax = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)) }),
            3,
            "duration_max must not be less than duration_min"
        },
        {
            V3Path + "FindTraces",
            Search(new() { StartTimeMin = Morning, StartTimeMax = Evening, SearchDepth = 1, Attributes = { Enumerable.Range(0, 33).ToDictionary(i => $"k{i}", i => "v") } }),
            3,
            "query.conditions"
        },
        { V3Path + "Delete", new V3.GetServicesRequest(), 12, "there is no method" },
        { Reader + "GetServices", new V3.GetServicesRequest(), 12, "there is no method" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_cannot_be_answered_has_a_status(string path, IMessage request, int code, string message)
    {
        var reply = await shop.Server.JaegerQuery.CallAsync(path, request.ToByteArray());

        reply.Status.ShouldBe(code);
        reply.Message.ShouldContain(message);
        reply.Body.ShouldBeEmpty();
        reply.Details.Code.ShouldBe(code);
    }

    [Fact]
    public async Task Bytes_that_are_no_message_are_refused()
    {
        foreach (var method in new[] { "GetTrace", "FindTraces", "GetOperations", "GetDependencies" })
        {
            (await shop.Server.JaegerQuery.CallAsync(V2 + method, [0x0A, 0x7F])).Status.ShouldBe(3);
        }

        (await shop.Server.JaegerStorage.CallAsync(Reader + "GetTraces", [0x0A, 0x7F])).Status.ShouldBe(3);
        (await shop.Server.JaegerQuery.CallAsync(V2 + "GetTrace", new byte[(1 << 20) + 1])).Status.ShouldBe(8);
    }

    [Fact]
    public async Task What_is_unknown_to_version_3_is_an_empty_stream()
    {
        var reply = await shop.Server.JaegerQuery.CallAsync(V3Path + "GetTrace", new V3.GetTraceRequest { TraceId = "1234" }.ToByteArray());

        reply.Status.ShouldBe(0);
        reply.Body.ShouldBeEmpty();
    }

    [NodeFact]
    public async Task Grpc_js_gets_streams_messages_and_statuses()
    {
        packages.ShouldNotBeNull();
        var trace = SpanBatchBuilder.Trace(1).ToString();
        var found = await CallAsync(Door.JaegerQuery, "jaeger/query_v3.proto", "jaeger.api_v3.QueryService", "GetTrace", $$"""{"trace_id": "{{trace}}"}""");
        found["code"]!.GetValue<int>().ShouldBe(0);
        found["messages"]!.AsArray().Single()!["resource_spans"]!.AsArray().Count.ShouldBe(3);

        var services = await CallAsync(Door.JaegerQuery, "jaeger/query_v2.proto", "jaeger.api_v2.QueryService", "GetServices", "{}");
        services["messages"]![0]!["services"]!.ToJsonString().ShouldBe("""["gateway","mails","orders","payments"]""");

        var missing = await CallAsync(Door.JaegerQuery, "jaeger/query_v2.proto", "jaeger.api_v2.QueryService", "GetTrace", """{"trace_id": "AAAAAAAAAAAAAAAAAAAATQ=="}""");
        (missing["code"]!.GetValue<int>(), missing["details"]!.ToString()).ShouldBe((5, "trace not found"));

        var refused = await CallAsync(Door.JaegerStorage, "jaeger/storage.proto", "jaeger.storage.v2.TraceReader", "FindTraces", """{"query": {"search_depth": -1}}""");
        refused["code"]!.GetValue<int>().ShouldBe(3);
    }

    private static V3.FindTracesRequest Search(V3.TraceQueryParameters query) => new() { Query = query };

    private static ByteString Id(int number) => ByteString.CopyFrom(Convert.FromHexString(SpanBatchBuilder.Trace(number).ToString()));

    private async Task<byte[]> QueryAsync(string path, IMessage request) => (await shop.Server.JaegerQuery.CallAsync(path, request.ToByteArray())).Answer;

    private async Task<byte[]> StorageAsync(string path, IMessage request) => (await shop.Server.JaegerStorage.CallAsync(path, request.ToByteArray())).Answer;

    /// <summary>A trace as Tempo's API gives it, which is OTLP's message.</summary>
    private async Task<byte[]> OtlpAsync(int trace)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"/api/traces/{SpanBatchBuilder.Trace(trace)}"));
        request.Headers.Accept.ParseAdd("application/protobuf");
        using var response = await shop.Server.Tempo.SendAsync(request);
        return await response.Content.ReadAsByteArrayAsync();
    }

    private async Task<JsonNode> CallAsync(Door door, string proto, string service, string method, string request) => JsonNode.Parse(
        await JavaScriptPackages.RunAsync("node", ["grpc.mjs", shop.Server.Address(door).Authority, "../Clew.Tests/Protos", proto, service, method, request]))!;
}
