using System.Text;
using System.Text.Json;
using Clew.Analysis.Paperwork;
using Clew.Analysis.Reports;
using Clew.Analysis.Similarity;
using Clew.Analysis.Traces;
using Clew.Server.Api;
using Clew.Server.Api.Parameters;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Server.Live;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Investigations;

/// <summary><c>GET /api/investigations</c>, <c>GET /api/investigations/{id}</c> and <c>POST /api/investigations/similar</c>.</summary>
internal sealed class PastEndpoints : IEndpointModule
{
    private const int DefaultList = 50;
    private const int MostSimilar = 10;

    public void AddServices(IServiceCollection services, ServerOptions options) => services.AddSingleton(provider => new InvestigationMemory(
        provider.GetService<IInvestigationArchive>(), provider.GetRequiredService<LiveEvents>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<InvestigationLimits>(),
        provider.GetRequiredService<Microsoft.Extensions.Logging.ILogger<InvestigationMemory>>()));

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapQuestion<InvestigationList>("/api/investigations", "listInvestigations", "Earlier investigations, the latest windows first", [KnownParameters.Start, KnownParameters.End, KnownParameters.Since, KnownParameters.Limit], ListAsync);
        endpoints.MapQuestion<InvestigationReport>("/api/investigations/{id}", "getInvestigation", "The report of an earlier investigation", [], GetAsync)
            .Refuses(StatusCodes.Status404NotFound);
        endpoints.MapQuestion<string>("/api/investigations/{id}/postmortem", "getPostmortem", "The draft of a postmortem of an earlier investigation, as Markdown", [], asking => DocumentAsync(asking, Postmortem.Write))
            .Refuses(StatusCodes.Status404NotFound);
        endpoints.MapQuestion<string>("/api/investigations/{id}/runbook", "getRunbook", "A runbook of an earlier investigation, as Markdown", [], asking => DocumentAsync(asking, Runbook.Write))
            .Refuses(StatusCodes.Status404NotFound);
        endpoints.MapIntake("/api/investigations/similar", "similarInvestigations", "Earlier investigations like a report, a failing trace, or an error", [], SimilarAsync)
            .Accepts<SimilarQuestion>("application/json")
            .Produces<SimilarList>()
            .Refuses(StatusCodes.Status404NotFound);
    }

    private static InvestigationMemory MemoryOf(Asking asking) => asking.Http.RequestServices.GetRequiredService<InvestigationMemory>();

    private static async Task<IResult?> ListAsync(Asking asking)
    {
        var range = asking.Query.Range(asking.Clock) ?? TimeRange.All;
        var limit = asking.Query.Int(KnownParameters.Limit, 1, asking.Http.RequestServices.GetRequiredService<InvestigationLimits>().PastInvestigations, DefaultList);
        if (asking.Query.Errors.Count > 0)
        {
            return null;
        }

        var past = await MemoryOf(asking).ListAsync(asking.Tenant, range, limit, asking.Cancellation);
        return Results.Json(
            new InvestigationList([.. past.Select(one => new InvestigationEntry(one.Id, one.Start.ToDateTimeOffset(), one.End.ToDateTimeOffset(), one.Written.ToDateTimeOffset(), one.Verdict, one.Service, one.Kind, one.Headline))], limit),
            PastJson.Readable.InvestigationList);
    }

    private static Task<IResult?> GetAsync(Asking asking) => FoundAsync(asking, past => Results.Text(past.Report, "application/json", Encoding.UTF8));

    private static Task<IResult?> DocumentAsync(Asking asking, Func<InvestigationReport, string> write) => FoundAsync(
        asking, past => Results.Text(write(JsonSerializer.Deserialize(past.Report, ReportJson.Default.InvestigationReport)!), "text/markdown", Encoding.UTF8));

    private static async Task<IResult?> FoundAsync(Asking asking, Func<PastInvestigation, IResult> answer)
    {
        var id = (string?)asking.Http.Request.RouteValues["id"] ?? "";
        if (id.Length != 16 || !id.All(char.IsAsciiHexDigitLower))
        {
            asking.Query.Refuse("id", id, "the 16 hex digits of an investigation, as GET /api/investigations lists them");
        }

        if (asking.Query.Errors.Count > 0)
        {
            return null;
        }

        return await MemoryOf(asking).FindAsync(asking.Tenant, id, asking.Cancellation) is { } past
            ? answer(past)
            : Problems.NotFound(asking.Http, $"No investigation {id} is remembered.");
    }

    private static async Task<IResult?> SimilarAsync(Asking asking)
    {
        if (await JsonBody.ReadAsync(asking, PastJson.Default.SimilarQuestion) is not { } question)
        {
            return null;
        }

        IReadOnlyList<string> features;
        if (question.Report is { } report)
        {
            features = IncidentSimilarity.Features(report);
        }
        else if (question.TraceId is { Length: > 0 } text)
        {
            if (!TraceId.TryParse(text, out var id) || id.IsEmpty)
            {
                asking.Query.Refuse("traceId", text, "up to 32 hex digits, not all zero");
                return null;
            }

            var spans = await asking.Store.GetSpansAsync(asking.Tenant, [id], null, asking.Cancellation);
            if (spans.Count == 0)
            {
                return Problems.NotFound(asking.Http, $"No span of trace {id} is stored.");
            }

            features = OfTrace(spans);
        }
        else if (question.Error is { Length: > 0 } || question.Service is { Length: > 0 })
        {
            features = IncidentSimilarity.Features(question.Service ?? "", "", question.Error ?? "");
        }
        else
        {
            asking.Query.Refuse("body", null, "a report, a traceId, an error or a service");
            return null;
        }

        return Results.Json(
            new SimilarList(await MemoryOf(asking).SimilarAsync(asking.Tenant, features, question.Report is not null, question.Report is { } whole ? Timestamp.FromDateTimeOffset(whole.Window.Start) : null, MostSimilar, asking.Cancellation)),
            PastJson.Readable.SimilarList);
    }

    /// <summary>The deepest failure of a trace; of one that does not fail the span with most time of its own.</summary>
    private static IReadOnlyList<string> OfTrace(SpanBatch spans)
    {
        var tree = TraceTree.FromBatch(spans);
        var self = SelfTime.Of(tree);
        var most = Enumerable.Range(0, tree.Count).OrderByDescending(tree.IsErrorOrigin).ThenByDescending(tree.DepthOf).ThenByDescending(span => self[span]).First();
        if (!tree.IsErrorOrigin(most))
        {
            most = Array.IndexOf(self, self.Max());
        }

        var span = spans[most];
        var error = span.StatusMessage;
        for (var i = 0; error.Length == 0 && i < span.EventCount; i++)
        {
            error = span.Event(i).Attributes.Find("exception.message")?.Text ?? "";
        }

        return IncidentSimilarity.Features(span.Service, span.Name, error);
    }
}
