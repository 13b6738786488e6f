using System.Text.Json;
using Clew.Server.Api;
using Microsoft.AspNetCore.Http;

namespace Clew.Server.Jaeger.V3;

/// <summary>Answers and errors in the form of version 3.</summary>
internal static class V3Answer
{
    private const string Json = "application/json";

    public static Task AnswerAsync(HttpContext http, Func<PeerAsking, Task> answer) =>
        PeerRefusal.AnswerAsync(http, () => answer(new PeerAsking(http)), refusal => JsonAnswer.WriteAsync(http, refusal.Status, Json, isIndented: false, (writer, _) =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("error"u8);
            writer.WriteNumber("httpCode"u8, refusal.Status);
            writer.WriteString("message"u8, refusal.Message);
            writer.WriteEndObject();
            writer.WriteEndObject();
            return Task.CompletedTask;
        }));

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
