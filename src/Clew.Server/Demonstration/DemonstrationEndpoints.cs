using System.Text;
using System.Text.Json.Nodes;
using Clew.Protocols.Otlp;
using Clew.Server.Api;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Server.Ingest;
using Clew.Server.Pipeline;
using Clew.Server.SelfTelemetry;
using Clew.Server.SelfTelemetry.Events;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Demonstration;

/// <summary>
/// <c>POST /api/demonstration</c> puts the recorded incident of <see cref="Recording"/> into the asking tenant's store, on the way that everything
/// takes that comes in. Refused while the tenant has telemetry, unless asked for anyway, and for requests from pages of other sites.
/// </summary>
internal sealed class DemonstrationEndpoints : IEndpointModule, IDisposable
{
    private static readonly Field Service = Field.Intrinsic(Intrinsics.Service);

    private static readonly IngestProtocol Protocol = new("demonstration");

    /// <summary>One at a time: the second finds what the first has loaded.</summary>
    private readonly SemaphoreSlim _turn = new(1);

    public void AddServices(IServiceCollection services, ServerOptions options)
    {
    }

    public void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapIntake("/api/demonstration", "loadDemonstration", "Load a recorded incident that ends now, for a first look", [], LoadAsync)
            .Accepts<DemonstrationRequest>(isOptional: true, "application/json", "*/*")
            .Produces<DemonstrationLoaded>(StatusCodes.Status201Created)
            .Refuses(StatusCodes.Status403Forbidden, StatusCodes.Status409Conflict);

    public void Dispose() => _turn.Dispose();

    private async Task<IResult?> LoadAsync(Asking asking)
    {
        if (IsFromAnotherSite(asking.Http.Request))
        {
            return Problems.OtherSite(asking.Http, "Load the demonstration from Clew's own pages, or with curl.");
        }

        if (await JsonBody.ReadAsync(asking, DemonstrationJson.Default.DemonstrationRequest) is not { } request)
        {
            return null;
        }

        await _turn.WaitAsync(asking.Cancellation);
        try
        {
            if (!request.Anyway && (await HasAnyAsync(asking, Dataset.Spans) || await HasAnyAsync(asking, Dataset.Logs)))
            {
                return Problems.Conflict(
                    asking.Http,
                    "There is telemetry already.",
                    "The demonstration would be mixed with it. Send {\"anyway\": true} to load it all the same, or start another server with an empty data directory.");
            }

            return await StoreAsync(asking, Recording.Read(asking.Now));
        }
        finally
        {
            _turn.Release();
        }
    }

    private static async Task<bool> HasAnyAsync(Asking asking, Dataset records)
    {
        var found = await asking.Store.ReadAsync(
            new ReadPlan(asking.Tenant, records, TimeRange.All) { GroupBy = [Service], Aggregates = [Aggregate.Count()], Limit = 1 }, asking.Cancellation);
        return found.RowCount > 0;
    }

    private static async Task<IResult?> StoreAsync(Asking asking, Recording recording)
    {
        var services = asking.Http.RequestServices;
        var decoder = services.GetRequiredService<OtlpDecoder>();
        var pipeline = services.GetRequiredService<IngestPipeline>();
        var refusal =
            await IngestAsync<SpanBatch>(pipeline, asking.Tenant, recording.TraceRequests, (body, batch) => decoder.DecodeJson(body, batch))
            ?? await IngestAsync<LogBatch>(pipeline, asking.Tenant, recording.LogRequests, (body, batch) => decoder.DecodeJson(body, batch));
        if (refusal is not null)
        {
            return Problems.RefusedTelemetry(
                asking.Http, StatusCodes.Status503ServiceUnavailable, $"The demonstration was not stored, or only in part: {refusal}. Try again later with {{\"anyway\": true}}.");
        }

        await services.GetRequiredService<ITelemetryWriter>().WriteAsync(asking.Tenant, recording.Changes, asking.Cancellation);
        services.GetRequiredService<ServerTelemetry>().Report(new RecordsStored(Protocol.Word, "change", recording.Changes.Count));
        return Results.Json(
            new DemonstrationLoaded(recording.Start, recording.End, recording.Incident, recording.Traces, recording.Spans, recording.Logs, recording.Changes.Count),
            DemonstrationJson.Default.DemonstrationLoaded,
            statusCode: StatusCodes.Status201Created);
    }

    /// <returns>Why something was refused; null when everything is on disk.</returns>
    private static async Task<string?> IngestAsync<TBatch>(IngestPipeline pipeline, Tenant tenant, IReadOnlyList<JsonNode> requests, DecodeBody<TBatch> decode)
        where TBatch : TelemetryBatch, new()
    {
        foreach (var request in requests)
        {
            var body = Encoding.UTF8.GetBytes(request.ToJsonString());
            if (await pipeline.IngestAsync<TBatch>(Protocol, tenant, body.Length, batch => decode(body, batch)) is { Refusal: not null } result)
            {
                return result.Explanation;
            }
        }

        return null;
    }

    /// <summary>Browsers say where a request comes from; a page of another site has no business here. Programs say nothing of it.</summary>
    private static bool IsFromAnotherSite(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site)
        {
            return site is not ("same-origin" or "none");
        }

        return request.Headers.Origin.ToString() is { Length: > 0 } origin && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority == request.Host.Value);
    }
}
