using System.Text.Json;
using Clew.Server.Api;
using Microsoft.AspNetCore.Http;

namespace Clew.Server.Jaeger.V3;

/// <summary>Answers and errors in the form of version 3.</summary>
internal static class V3Answer
{
    private const string Json = "application/json";

    public static async Task AnswerAsync(HttpContext http, Func<JaegerAsking, Task> answer)
    {
        try
        {
            await answer(JaegerAsking.Of(http));
        }
        catch (Exception error) when (!http.Response.HasStarted && JaegerRefusal.Of(error, http) is { } refusal)
        {
            await JsonAnswer.WriteAsync(http, refusal.Status, Json, isIndented: false, (writer, _) =>
            {
                writer.WriteStartObject();
                writer.WriteStartObject("error"u8);
                writer.WriteNumber("httpCode"u8, refusal.Status);
                writer.WriteString("message"u8, refusal.Message);
                writer.WriteEndObject();
                writer.WriteEndObject();
                return Task.CompletedTask;
            });
        }
    }

    /// <param name="members">Writes the members of the answer's object.</param>
    public static Task WriteAsync(HttpContext http, Action<Utf8JsonWriter> members) =>
        JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, Json, isIndented: false, (writer, _) =>
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
            return Task.CompletedTask;
        });
}
