using System.Text.Json;
using Clew.Query.LogQL;
using Clew.Server.Api;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Clew.Server.Loki;

/// <summary>Answers in Loki's forms; errors are plain text.</summary>
internal static class LokiAnswer
{
    public static Task AnswerAsync(HttpContext http, Func<LokiAsking, Task> answer) => PeerRefusal.AnswerAsync(
        http,
        async () =>
        {
            try
            {
                await answer(await LokiAsking.ReadAsync(http));
            }
            catch (LogQlException error)
            {
                throw PeerRefusal.BadRequest(error.Message);
            }
            catch (QueryLimitException error)
            {
                // Loki calls a question that is too large a bad request, and one that takes too long a timeout.
                throw new PeerRefusal(error.Limit is "query.timeout" or "query.language_timeout" ? StatusCodes.Status504GatewayTimeout : StatusCodes.Status400BadRequest, error.Message);
            }
        },
        refusal => WriteTextAsync(http, refusal.Message));

    public static Task WriteTextAsync(HttpContext http, string text, string contentType = "text/plain; charset=utf-8")
    {
        http.Response.ContentType = contentType;
        return http.Response.WriteAsync(text, http.RequestAborted);
    }

    /// <summary>A JSON object whose members are written by <paramref name="write"/>.</summary>
    public static Task WriteAsync(HttpContext http, Action<Utf8JsonWriter> write) => WriteAsync(http, (writer, _) =>
    {
        write(writer);
        return Task.CompletedTask;
    });

    /// <summary>The same, piece by piece.</summary>
    public static Task WriteAsync(HttpContext http, Func<Utf8JsonWriter, Func<Task>, Task> write) =>
        JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, "application/json; charset=UTF-8", isIndented: false, async (writer, sendAsync) =>
        {
            writer.WriteStartObject();
            await write(writer, sendAsync);
            writer.WriteEndObject();
        });

    /// <summary><c>{"status":"success","data":…}</c>.</summary>
    public static Task WriteDataAsync(HttpContext http, Action<Utf8JsonWriter> writeData) => WriteAsync(http, writer =>
    {
        writer.WriteString("status"u8, "success"u8);
        writer.WritePropertyName("data"u8);
        writeData(writer);
    });

    public static Task WriteNamesAsync(HttpContext http, IEnumerable<string> names) => WriteDataAsync(http, writer =>
    {
        writer.WriteStartArray();
        foreach (var name in names)
        {
            writer.WriteStringValue(name);
        }

        writer.WriteEndArray();
    });
}
