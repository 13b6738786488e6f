using System.Text.Json;
using Clew.Server.Api;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Clew.Server.Jaeger.Legacy;

/// <summary>The wrapping that every legacy answer has: <c>{"data", "total", "limit", "offset", "errors"}</c>.</summary>
internal static class LegacyAnswer
{
    private const string Json = "application/json";

    /// <summary>Errors carry JSON in the body and are called text, as Go's <c>http.Error</c> does; clients look at the body.</summary>
    private const string ErrorText = "text/plain; charset=utf-8";

    public static Task AnswerAsync(HttpContext http, Func<PeerAsking, Task> answer) =>
        PeerRefusal.AnswerAsync(http, () => answer(new PeerAsking(http)), refusal => WriteErrorAsync(http, refusal));

    public static Task WriteNamesAsync(PeerAsking asking, IReadOnlyList<string> names) => WriteAsync(asking, names.Count, writer =>
    {
        writer.WriteStartArray();
        foreach (var name in names)
        {
            writer.WriteStringValue(name);
        }

        writer.WriteEndArray();
    });

    /// <param name="data">Writes the value of <c>data</c>.</param>
    public static Task WriteAsync(PeerAsking asking, int total, Action<Utf8JsonWriter> data) => WriteAsync(
        asking,
        total,
        (writer, _) =>
        {
            data(writer);
            return Task.CompletedTask;
        },
        missing: []);

    /// <param name="data">Writes the value of <c>data</c>; may send what is written so far.</param>
    /// <param name="missing">Traces that were asked for by id and are not stored.</param>
    public static Task WriteAsync(PeerAsking asking, int total, Func<Utf8JsonWriter, Func<Task>, Task> data, IReadOnlyList<TraceId> missing) =>
        JsonAnswer.WriteAsync(asking.Http, StatusCodes.Status200OK, Json, IsPretty(asking.Http), async (writer, sendAsync) =>
        {
            writer.WriteStartObject();
            writer.WritePropertyName("data"u8);
            await data(writer, sendAsync);
            WriteCounts(writer, total);
            if (missing.Count == 0)
            {
                writer.WriteNull("errors"u8);
            }
            else
            {
                writer.WriteStartArray("errors"u8);
                foreach (var trace in missing)
                {
                    writer.WriteStartObject();
                    writer.WriteString("msg"u8, "trace not found"u8);
                    writer.WriteString("traceID"u8, IdText(trace));
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        });

    private static Task WriteErrorAsync(HttpContext http, PeerRefusal refusal)
    {
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return JsonAnswer.WriteAsync(http, refusal.Status, ErrorText, IsPretty(http), (writer, _) =>
        {
            writer.WriteStartObject();
            writer.WriteNull("data"u8);
            WriteCounts(writer, total: 0);
            writer.WriteStartArray("errors"u8);
            writer.WriteStartObject();
            writer.WriteNumber("code"u8, refusal.Status);
            writer.WriteString("msg"u8, refusal.Message);
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
            return Task.CompletedTask;
        });
    }

    private static void WriteCounts(Utf8JsonWriter writer, int total)
    {
        writer.WriteNumber("total"u8, total);
        writer.WriteNumber("limit"u8, 0);
        writer.WriteNumber("offset"u8, 0);
    }

    /// <summary>Jaeger writes 64-bit ids in 16 digits.</summary>
    private static string IdText(TraceId id) => id.ToString() is var text && text.StartsWith("0000000000000000", StringComparison.Ordinal) ? text[16..] : text;

    private static bool IsPretty(HttpContext http) => http.Request.Query["prettyPrint"] is [{ Length: > 0 } value, ..] && value != "false";
}
