using System.Text.Json;
using System.Text.Json.Serialization;
using Clew.Analysis.Reports;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Clew.Server.Investigations;

/// <summary>One line of an investigation whose progress was asked for with <c>Accept: application/x-ndjson</c>: a stage, or at the end the report or the problem that ended it.</summary>
public sealed record InvestigationLine
{
    /// <summary>What is done next, as a sentence.</summary>
    public string? Stage { get; init; }

    /// <summary>The report, in the last line.</summary>
    public JsonElement? Report { get; init; }

    /// <summary>Names the report at <c>GET /api/investigations/{id}</c>; absent when it is not remembered.</summary>
    public string? Id { get; init; }

    /// <summary>Why there is no report, in the last line.</summary>
    public string? Problem { get; init; }
}

/// <summary>JSON of these lines.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(InvestigationLine))]
public sealed partial class InvestigationLineJson : JsonSerializerContext;

/// <summary>An answer in lines. What goes wrong after the first line can only be said in a line.</summary>
internal sealed class InvestigationLines(Func<Func<string, Task>, Task<InvestigationOutcome>> run) : IResult
{
    private const string Lines = "application/x-ndjson";

    public static bool AreWanted(HttpRequest request) => request.Headers.Accept.Any(accept => accept?.Contains(Lines, StringComparison.OrdinalIgnoreCase) == true);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = Lines;
        InvestigationLine last;
        try
        {
            var (_, report, id) = await run(stage => WriteAsync(httpContext, new InvestigationLine { Stage = stage }));
            last = new InvestigationLine { Report = JsonSerializer.SerializeToElement(report, ReportJson.Readable.InvestigationReport), Id = id };
        }
        catch (Exception e) when (e is QueryLimitException or StoreUnavailableException)
        {
            last = new InvestigationLine { Problem = e.Message };
        }

        await WriteAsync(httpContext, last);
    }

    private static async Task WriteAsync(HttpContext http, InvestigationLine line)
    {
        await http.Response.BodyWriter.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(line, InvestigationLineJson.Default.InvestigationLine), http.RequestAborted);
        await http.Response.BodyWriter.WriteAsync("\n"u8.ToArray(), http.RequestAborted);
    }
}
