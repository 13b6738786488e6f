using System.Text.Json;
using Clew.Protocols.Jaeger;
using Clew.Protocols.Otlp;
using Clew.Server.Api.Contracts;
using Clew.Server.Api.Parameters;
using Microsoft.AspNetCore.Http;

namespace Clew.Server.Api;

/// <summary><c>GET /api/traces/{traceId}</c>.</summary>
internal static class TraceEndpoint
{
    public static IReadOnlyList<ApiParameter> Parameters { get; } = [KnownParameters.Format];

    public static async Task<IResult?> GetAsync(Asking asking)
    {
        var id = asking.TraceIdInPath();
        var format = asking.Query.Word(KnownParameters.Format);
        if (id is not { } trace || asking.Query.Errors.Count > 0)
        {
            return null;
        }

        var batch = await asking.Store.GetSpansAsync(asking.Tenant, [trace], range: null, asking.Cancellation);
        if (batch.Count == 0)
        {
            return Problems.NotFound(asking.Http, $"No span of trace {trace} is stored.");
        }

        return format switch
        {
            "otlp" => new WrittenJson(writer => OtlpJsonEncoder.Write(writer, batch)),
            "jaeger" => new WrittenJson(writer => JaegerTraceWriter.WriteResponse(writer, batch, [])),
            _ => Results.Json(TraceMapping.Map(batch), ApiJson.Readable.TraceDetail),
        };
    }

    private sealed class WrittenJson(Action<Utf8JsonWriter> write) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => JsonAnswer.WriteAsync(
            httpContext,
            StatusCodes.Status200OK,
            "application/json",
            isIndented: false,
            (writer, _) =>
            {
                write(writer);
                return Task.CompletedTask;
            });
    }
}
