using System.Text.Json;
using Clew.Protocols.Otlp;
using Clew.Query.Language;
using Clew.Server.Api;
using Clew.Server.Api.Parameters;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Server.SelfTelemetry;
using Clew.Server.SelfTelemetry.Events;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Queries;

/// <summary>
/// <c>GET /api/query</c>: a query in one of the languages, answered line by line as it is found (NDJSON), and <c>GET /api/query/completion</c>: what an editor offers while
/// one is written. docs/api.md.
/// </summary>
internal sealed class QueryEndpoints : IEndpointModule
{
    public static readonly ApiParameter Language = new("language", "The query's language.", "traceql") { Words = ["traceql", "logql", "promql"] };
    public static readonly ApiParameter Query = new("query", "The query.", "{ status = error }");
    private static readonly ApiParameter Step = new("step", "Metrics: the length of a step; without it one number for the whole range.", "30s");
    private static readonly ApiParameter Key = new("key", "Offer values of this name, as it is written in a query.", "resource.service.name");

    /// <summary>How far back a question goes that does not say.</summary>
    private static readonly TimeSpan DefaultLookback = TimeSpan.FromHours(1);

    public void AddServices(IServiceCollection services, ServerOptions options) => services
        .AddSingleton<IQueryLanguage, TraceQlLanguage>()
        .AddSingleton<IQueryLanguage, LogQlLanguage>()
        .AddSingleton<IQueryLanguage>(new PromQlLanguage(options.PromQl));

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapQuestion<QueryLine>("/api/query", "query", "A query in one of the languages, answered row by row", [Language, Query, Step, KnownParameters.Start, KnownParameters.End, KnownParameters.Since, KnownParameters.Limit], RunAsync);
        endpoints.MapQuestion<QueryCompletion>("/api/query/completion", "completeQuery", "Words, names and values for an editor of queries", [Language, Key, KnownParameters.Start, KnownParameters.End, KnownParameters.Since, KnownParameters.Limit], CompleteAsync);
    }

    private static async Task<IResult?> RunAsync(Asking asking)
    {
        var query = asking.Query;
        var language = LanguageOf(asking);
        var range = RangeOf(asking);
        var step = query.Duration(Step);
        if (step == 0)
        {
            query.Refuse(Step.Name, "0", "longer than 0");
        }

        var limit = query.Int(KnownParameters.Limit, 1, asking.Limits.Traces, asking.Limits.DefaultTraces);
        IParsedQuery? parsed = null;
        if (query.Text(Query) is not { Length: > 0 } text)
        {
            query.Refuse(Query.Name, null, $"a query in {language.Name}");
        }
        else
        {
            try
            {
                parsed = language.Parse(text);
            }
            catch (QuerySyntaxException error)
            {
                query.Refuse(Query.Name, text, FormattableString.Invariant($"a query in {language.Name}; line {error.Position.Line}, column {error.Position.Column}: {error.Problem}"));
            }
        }

        if (query.Errors.Count > 0)
        {
            return null;
        }

        var question = new QueryQuestion(range, step is { } nanoseconds ? TimeSpan.FromTicks(Math.Max(1, nanoseconds / 100)) : null, limit);
        var rows = parsed!.RunAsync(StoreOf(asking), question).GetAsyncEnumerator(asking.Cancellation);

        // What goes wrong before the first line is answered as any other question; later it is the last line.
        await using (rows)
        {
            var isThere = await rows.MoveNextAsync();
            asking.Http.Response.ContentType = "application/x-ndjson";
            await using var writer = new Utf8JsonWriter(asking.Http.Response.BodyWriter, OtlpJsonEncoder.WriterOptions);
            await WriteAsync(asking, writer, rows, isThere);
        }

        return Results.Empty;
    }

    private static async Task WriteAsync(Asking asking, Utf8JsonWriter writer, IAsyncEnumerator<QueryEvent> rows, bool isThere)
    {
        try
        {
            for (; isThere; isThere = await rows.MoveNextAsync())
            {
                Write(writer, rows.Current);
                await EndLineAsync(asking, writer);
            }
        }
        catch (Exception error) when (error is QueryLimitException or StoreUnavailableException or InvalidQuestionException)
        {
            WriteError(writer, error.Message, (error as QueryLimitException)?.Limit);
            await EndLineAsync(asking, writer);
        }
        catch (Exception error) when (error is not OperationCanceledException && asking.Http.Response.HasStarted)
        {
            asking.Http.RequestServices.GetRequiredService<ServerTelemetry>().Report(new RequestFailed(asking.Http.Request.Path, error));
            WriteError(writer, "The server failed on this query; its log says why.", limit: null);
            await EndLineAsync(asking, writer);
        }
    }

    private static void Write(Utf8JsonWriter writer, QueryEvent line)
    {
        writer.WriteStartObject();
        switch (line)
        {
            case QueryRow row:
                writer.WriteString("type"u8, row.Kind);
                if (row.IsPartial)
                {
                    writer.WriteBoolean("partial"u8, true);
                }

                row.Write(writer);
                break;
            case QueryProgress progress:
                writer.WriteString("type"u8, progress.IsLast ? "end"u8 : "progress"u8);
                writer.WriteNumber("inspected"u8, progress.Inspected);
                if (progress.IsLast)
                {
                    writer.WriteBoolean("complete"u8, progress.IsComplete);
                }

                break;
        }

        writer.WriteEndObject();
    }

    private static void WriteError(Utf8JsonWriter writer, string message, string? limit)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "error"u8);
        writer.WriteString("detail"u8, message);
        if (limit is not null)
        {
            writer.WriteString("limit"u8, limit);
        }

        writer.WriteEndObject();
    }

    private static async Task EndLineAsync(Asking asking, Utf8JsonWriter writer)
    {
        await writer.FlushAsync(asking.Cancellation);
        writer.Reset();
        var output = asking.Http.Response.BodyWriter;
        output.GetSpan(1)[0] = (byte)'\n';
        output.Advance(1);
        await output.FlushAsync(asking.Cancellation);
    }

    private static async Task<IResult?> CompleteAsync(Asking asking)
    {
        var query = asking.Query;
        var language = LanguageOf(asking);
        var range = RangeOf(asking);
        var limit = query.Int(KnownParameters.Limit, 1, asking.Limits.Names, Math.Min(ValuesUnlessSaid, asking.Limits.Names));
        if (query.Errors.Count > 0)
        {
            return null;
        }

        if (query.Text(Key) is not { Length: > 0 } key)
        {
            var keys = await language.KeysAsync(StoreOf(asking), range);
            return Results.Json(
                new QueryCompletion { Functions = language.Words.Functions, Keywords = language.Words.Keywords, Operators = language.Words.Operators, Keys = [.. keys.Select(scope => new QueryKeyList { Scope = scope.Scope, Names = scope.Names })] },
                QueryJson.Readable.QueryCompletion);
        }

        try
        {
            return Results.Json(new QueryCompletion { Values = await language.ValuesAsync(StoreOf(asking), range, key, limit) }, QueryJson.Readable.QueryCompletion);
        }
        catch (QuerySyntaxException error)
        {
            query.Refuse(Key.Name, key, $"a name as it is written in {language.Name}: {error.Problem}");
            return null;
        }
    }

    /// <summary>Values that an editor has a use for.</summary>
    private const int ValuesUnlessSaid = 1_000;

    private static IQueryLanguage LanguageOf(Asking asking)
    {
        var name = asking.Query.Word(Language);
        return asking.Http.RequestServices.GetServices<IQueryLanguage>().First(language => language.Name == name);
    }

    private static TimeRange RangeOf(Asking asking)
    {
        var range = asking.Query.Range(asking.Clock) ?? new TimeRange(asking.Now - DefaultLookback, asking.Now);
        return range.End > asking.Now ? range with { End = range.Start < asking.Now ? asking.Now : range.End } : range;
    }

    private static QueryStore StoreOf(Asking asking) => new(asking.Store, asking.Tenant, asking.Limits, asking.Clock, asking.Cancellation) { Metrics = asking.Http.RequestServices.GetService<IMetricReader>() };
}
