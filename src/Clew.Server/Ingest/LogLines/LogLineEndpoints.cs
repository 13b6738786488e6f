using Clew.Protocols.LogLines;
using Clew.Server.Api;
using Clew.Server.Api.Parameters;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Server.Pipeline;
using Clew.Server.SelfTelemetry;
using Clew.Server.SelfTelemetry.Events;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Ingest.LogLines;

/// <summary>
/// <c>POST /api/logs</c>: log lines of any usual format, as <see cref="LogLineDecoder"/> reads them. A body is a stream of its own: it begins and ends
/// records. Every content type is taken, for it says nothing about lines. Also the syslog doors.
/// </summary>
internal sealed class LogLineEndpoints : IEndpointModule
{
    private static readonly ApiParameter Format = new("format", "The format of every line; without it each line's is recognised.", "json")
    {
        Words = [.. LogLineFormats.All.Select(format => format.Name)],
    };

    private static readonly ApiParameter Service = new("service", "The service of lines that name none.", "cart");
    private static readonly ApiParameter TimeZone = new("timezone", "The zone of times that say none: UTC (as without it), or a name such as Europe/Berlin.", "UTC");
    private static readonly ApiParameter Source = new("source", "The file the lines were read from; names service, pod and container as docs/logs.md says.", "checkout.log");

    private static readonly IReadOnlyList<ApiParameter> Parameters = [Format, Service, TimeZone, Source];

    public void AddServices(IServiceCollection services, ServerOptions options)
    {
    }

    public void Map(IEndpointRouteBuilder endpoints) => endpoints.MapIntake("/api/logs", "addLogs", "Store log lines of any usual format", Parameters, ReceiveAsync)
        .Accepts<string>("*/*")
        .Produces<LogLinesAccepted>()
        .Refuses(StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status429TooManyRequests);

    private static async Task<IResult?> ReceiveAsync(Asking asking)
    {
        var http = asking.Http;
        var services = http.RequestServices;
        var options = ReadOptions(asking, services.GetRequiredService<ServerOptions>());
        if (asking.Query.Errors.Count > 0)
        {
            return null;
        }

        var decoder = new LogLineDecoder(options);
        IngestResult result;
        try
        {
            result = await HttpIngest.ReceiveAsync<LogBatch>(http, LogLineProtocols.Http, (body, batch) => decoder.Decode(body, batch, asking.Now));
        }
        catch (Exception e) when (HttpIngest.IsSenderGone(http, e))
        {
            return Results.Empty;
        }

        if (result.Refusal is not null)
        {
            HttpIngest.SetStatus(http.Response, result);
            return Problems.RefusedTelemetry(http, http.Response.StatusCode, result.Explanation);
        }

        services.GetRequiredService<ServerTelemetry>().Report(new LogLinesRead(decoder));
        return Results.Json(
            new LogLinesAccepted
            {
                Accepted = decoder.Accepted - (result.Dropped - decoder.Rejected),
                Rejected = result.Dropped,
                Plain = decoder.Plain,
                Lines = decoder.Lines,
                Formats = decoder.ByFormat.ToDictionary(count => count.Format.Name, count => count.Records),
                Message = result.Explanation.Length == 0 ? null : result.Explanation,
            },
            LogLineJson.Default.LogLinesAccepted);
    }

    private static LogLineOptions ReadOptions(Asking asking, ServerOptions server)
    {
        var query = asking.Query;
        var zone = TimeZoneInfo.Utc;
        if (query.Text(TimeZone) is { Length: > 0 } name && !TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone))
        {
            query.Refuse(TimeZone.Name, name, "a time zone of this system, such as Europe/Berlin");
        }

        var format = query.Text(Format) is { Length: > 0 } ? LogLineFormats.Find(query.Word(Format)) : null;
        return new LogLineOptions
        {
            Format = format,
            TimeZone = zone ?? TimeZoneInfo.Utc,
            Service = query.Text(Service) is { Length: > 0 } service ? service : null,
            Source = query.Text(Source) is { Length: > 0 } source ? LogSource.OfFile(source) : LogSource.Unknown,
            Limits = server.Limits.Records,
        };
    }
}
