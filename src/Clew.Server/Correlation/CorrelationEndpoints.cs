using Clew.Analysis.Correlation;
using Clew.Server.Api;
using Clew.Server.Api.Contracts;
using Clew.Server.Api.Parameters;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Clew.Server.Correlation;

/// <summary><c>GET /api/correlate</c>: a request's story from its logs, where there is no tracing. docs/correlate.md.</summary>
internal sealed class CorrelationEndpoints : IEndpointModule
{
    private static readonly ApiParameter Id = new("id", "Any id: a trace id, a request or correlation id, an address; its looks tell which.", "7f3c-11");
    private static readonly ApiParameter Request = new("request", "An X-Request-ID or X-Correlation-ID.", "7f3c-11", Repeats: true);
    private static readonly ApiParameter Trace = new("trace", "A trace id, also one that only stands in log texts.", "5b8efff798038103d269b633813fc60c", Repeats: true);
    private static readonly ApiParameter Entity = new("entity", "The id of something a request worked on, such as an order.", "order-4711", Repeats: true);
    private static readonly ApiParameter Session = new("session", "A session's id.", "s-9", Repeats: true);
    private static readonly ApiParameter User = new("user", "A user's id or name.", "u-12", Repeats: true);
    private static readonly ApiParameter Address = new("ip", "The address a request came from.", "203.0.113.9", Repeats: true);
    private static readonly ApiParameter Time = new("time", "The moment it was noticed; enough on its own.", "2026-08-21T10:00:00.250Z");
    private static readonly ApiParameter Within = new("within", "How far from that moment its first record may lie; 2s unless given.", "2s");
    private static readonly ApiParameter Service = new("service", "Where it was noticed, with time.", "checkout");
    private static readonly ApiParameter As = new("as", "story, or trace: the inferred spans as a trace.", "story") { Words = ["story", "trace"] };

    private static readonly IReadOnlyList<ApiParameter> Parameters =
        [Id, Request, Trace, Entity, Session, User, Address, Time, Within, Service, As, KnownParameters.Start, KnownParameters.End, KnownParameters.Since];

    private static readonly (ApiParameter Parameter, KeyKind Kind)[] Kinds =
    [
        (Trace, KeyKind.Trace), (Request, KeyKind.Request), (Entity, KeyKind.Entity), (Session, KeyKind.Session), (User, KeyKind.User), (Address, KeyKind.Address),
    ];

    public void AddServices(IServiceCollection services, ServerOptions options) => services.TryAddSingleton(CorrelationLimits.Default);

    public void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapQuestion<CorrelationAnswer>("/api/correlate", "correlate", "What one request logged, where there is no tracing", Parameters, AnswerAsync)
            .Refuses(StatusCodes.Status404NotFound);

    private static async Task<IResult?> AnswerAsync(Asking asking)
    {
        var query = asking.Query;
        var question = Read(asking);
        var range = query.Range(asking.Clock) ?? TimeRange.All;
        var asTrace = query.Word(As) == "trace";
        if (query.Errors.Count > 0)
        {
            return null;
        }

        var limits = asking.Http.RequestServices.GetRequiredService<CorrelationLimits>();
        var loaded = await new StoryLoader(asking.Store, limits).LoadAsync(asking.Tenant, question, range, asking.Cancellation);
        var story = new StoryBuilder(loaded.Lines, loaded.Habits, limits).Build(question);
        if (story.Lines.Count == 0)
        {
            return Problems.NotFound(asking.Http, question.Keys.Count > 0
                ? $"No log record has the {string.Join(" or the ", question.Keys)} in this time."
                : $"Nothing was logged{(question.Service.Length > 0 ? $" by {question.Service}" : string.Empty)} within {question.Within.TotalSeconds:0.###} s of that moment.");
        }

        var spans = PseudoTrace.Of(story);
        return asTrace
            ? Results.Json(TraceMapping.Map(InferredTrace.ToBatch(story, spans)), ApiJson.Readable.TraceDetail)
            : Results.Json(Map(story, spans, loaded.Notes), CorrelationJson.Readable.CorrelationAnswer);
    }

    private static StoryQuestion Read(Asking asking)
    {
        var query = asking.Query;
        var keys = new List<CorrelationKey>();
        if (query.Text(Id) is { Length: > 0 } id)
        {
            keys.Add(KeyScanner.Guess(id));
        }

        foreach (var (parameter, kind) in Kinds)
        {
            keys.AddRange(query.Texts(parameter).Select(value => new CorrelationKey(kind, kind == KeyKind.Trace ? value.ToLowerInvariant() : value)));
        }

        foreach (var key in keys.Where(key => key.Value.Length is < 3 or > 256))
        {
            query.Refuse("id", key.Value, "3 to 256 characters");
        }

        var moment = query.Time(Time);
        if (keys.Count == 0 && moment is null)
        {
            query.Refuse("id", null, "an id (id, request, trace, entity, session, user, ip) or a time");
        }

        if (keys.Count > 16)
        {
            query.Refuse("id", null, "at most 16 ids");
        }

        var within = query.Duration(Within) ?? 2_000_000_000;
        if (within > 60_000_000_000)
        {
            query.Refuse(Within.Name, query.Text(Within), "at most 60s");
        }

        return new StoryQuestion(keys, moment?.UnixNanoseconds, TimeSpan.FromTicks(within / 100), query.Text(Service) ?? string.Empty);
    }

    private static CorrelationAnswer Map(RequestStory story, IReadOnlyList<PseudoSpan> spans, IReadOnlyList<string> notes)
    {
        var spanOf = new int[story.Lines.Count];
        for (var i = 0; i < spans.Count; i++)
        {
            foreach (var line in spans[i].Lines)
            {
                spanOf[line] = i;
            }
        }

        return new CorrelationAnswer
        {
            StartTime = new Timestamp(story.Lines[0].Line.Time),
            EndTime = new Timestamp(story.Lines[^1].Line.Time),
            Confidence = Math.Round(story.Confidence, 3),
            Lines =
            [
                .. story.Lines.Select((line, i) => new CorrelatedLine(
                    new Timestamp(line.Line.Time), line.Line.Service, line.Line.Severity, line.Line.Body, line.Line.TraceId.Length == 0 ? null : line.Line.TraceId,
                    Math.Round(line.Confidence, 3), line.Why, spanOf[i])),
            ],
            Services = [.. story.Services.Select(service => new CorrelatedService(service.Service, service.Lines, service.Errors, new Timestamp(service.First), new Timestamp(service.Last)))],
            Followed = [.. story.Followed.Select(Key)],
            NotFollowed = [.. story.NotFollowed.Select(Key)],
            Gaps = [.. story.Gaps.Select(gap => new CorrelatedGap(new Timestamp(gap.From), new Timestamp(gap.To), gap.Before, gap.After))],
            Spans =
            [
                .. spans.Select(span => new InferredSpan(
                    span.Parent < 0 ? null : span.Parent, span.Service, span.Name, new Timestamp(span.Start), new Timestamp(span.End), span.IsError, Math.Round(span.Confidence, 3), span.Why)),
            ],
            Notes = notes,
        };
    }

    private static CorrelatedKey Key(FollowedKey key) => new(key.Key.Kind.ToString().ToLowerInvariant(), key.Key.Value, key.Why, key.Lines);
}
