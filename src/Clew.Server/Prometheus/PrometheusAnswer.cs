using System.Text.Json;
using Clew.Query.PromQL;
using Clew.Query.PromQL.Evaluation;
using Clew.Server.Api;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Clew.Server.Prometheus;

/// <summary>Prometheus's envelope: <c>status</c>, <c>data</c>, <c>warnings</c> and <c>infos</c>, or <c>status</c>, <c>errorType</c> and <c>error</c>.</summary>
internal static class PrometheusAnswer
{
    /// <summary>What an answer says that was cut by the request's limit.</summary>
    public const string Truncated = "results truncated due to limit";

    /// <summary>Warnings, and infos, in one answer.</summary>
    private const int MostRemarks = 10;

    /// <param name="isErrorText">Whether what is wrong is said as text: federation and remote read answer no JSON.</param>
    public static Task AnswerAsync(HttpContext http, Func<PrometheusAsking, Task> answer, bool isErrorText = false)
    {
        var type = string.Empty;
        return PeerRefusal.AnswerAsync(http, AskAsync, refusal => isErrorText ? WriteTextAsync(http, refusal.Message) : WriteErrorAsync(http, type.Length > 0 ? type : TypeOf(refusal.Status), refusal.Message));

        async Task AskAsync()
        {
            try
            {
                await answer(await PrometheusAsking.OfAsync(http));
            }
            catch (Exception error) when (error is PromQlException or QueryLimitException or BadHttpRequestException or InvalidDataException && !http.Response.HasStarted)
            {
                (type, var status) = error switch
                {
                    QueryLimitException { Limit: "query.timeout" or "query.language_timeout" } => ("timeout", StatusCodes.Status503ServiceUnavailable),
                    QueryLimitException { Limit: "query.steps" } => ("bad_data", StatusCodes.Status400BadRequest),
                    QueryLimitException or PromQlException => ("execution", StatusCodes.Status422UnprocessableEntity),
                    _ => ("bad_data", StatusCodes.Status400BadRequest),
                };
                throw new PeerRefusal(status, error.Message);
            }
        }
    }

    /// <param name="write">Writes <c>data</c>. Calls its second argument after each large piece.</param>
    public static Task WriteAsync(HttpContext http, Func<Utf8JsonWriter, Func<Task>, Task> write, IReadOnlyList<string>? warnings = null, IReadOnlyList<string>? infos = null) =>
        JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, "application/json", isIndented: false, async (writer, sendAsync) =>
        {
            writer.WriteStartObject();
            writer.WriteString("status"u8, "success"u8);
            writer.WritePropertyName("data"u8);
            await write(writer, sendAsync);
            Remarks(writer, "warnings", warnings);
            Remarks(writer, "infos", infos);
            writer.WriteEndObject();
        });

    public static Task WriteAsync(HttpContext http, Action<Utf8JsonWriter> write, IReadOnlyList<string>? warnings = null) => WriteAsync(
        http,
        (writer, _) =>
        {
            write(writer);
            return Task.CompletedTask;
        },
        warnings);

    /// <summary>A list of texts, cut to what the request wants.</summary>
    public static Task WriteTextsAsync(PrometheusAsking asking, IReadOnlyCollection<string> texts) => WriteAsync(
        asking.Http,
        writer =>
        {
            writer.WriteStartArray();
            foreach (var text in asking.Limit is { } limit ? texts.Take(limit) : texts)
            {
                writer.WriteStringValue(text);
            }

            writer.WriteEndArray();
        },
        asking.Limit < texts.Count ? [Truncated] : null);

    /// <summary>The remarks of one kind, with their places in the query.</summary>
    public static List<string> Remarks(QueryResult result, AnnotationKind kind, string query)
    {
        var all = result.Annotations.Where(annotation => annotation.Kind == kind).Select(annotation => annotation.TextIn(query)).ToList();
        return all.Count <= MostRemarks ? all : [.. all.Take(MostRemarks), $"{all.Count - MostRemarks} more {(kind == AnnotationKind.Warning ? "warning" : "info")} annotations omitted"];
    }

    private static void Remarks(Utf8JsonWriter writer, string name, IReadOnlyList<string>? remarks)
    {
        if (remarks is not { Count: > 0 })
        {
            return;
        }

        writer.WriteStartArray(name);
        foreach (var remark in remarks)
        {
            writer.WriteStringValue(remark);
        }

        writer.WriteEndArray();
    }

    private static Task WriteTextAsync(HttpContext http, string message)
    {
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(message + "\n", http.RequestAborted);
    }

    private static Task WriteErrorAsync(HttpContext http, string type, string message) =>
        JsonAnswer.WriteAsync(http, http.Response.StatusCode, "application/json", isIndented: false, (writer, _) =>
        {
            writer.WriteStartObject();
            writer.WriteString("status"u8, "error"u8);
            writer.WriteString("errorType"u8, type);
            writer.WriteString("error"u8, message);
            writer.WriteEndObject();
            return Task.CompletedTask;
        });

    private static string TypeOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "bad_data",
        StatusCodes.Status404NotFound => "not_found",
        StatusCodes.Status422UnprocessableEntity => "execution",
        StatusCodes.Status503ServiceUnavailable => "unavailable",
        _ => "internal",
    };
}
