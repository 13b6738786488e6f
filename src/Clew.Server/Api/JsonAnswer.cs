using System.Text.Json;
using Clew.Protocols.Otlp;
using Microsoft.AspNetCore.Http;

namespace Clew.Server.Api;

/// <summary>Writes an answer piece by piece, so that a large one does not wait in memory until it is whole.</summary>
internal static class JsonAnswer
{
    /// <param name="write">Writes one JSON value. Calls its second argument after each large piece.</param>
    public static async Task WriteAsync(HttpContext context, int status, string contentType, bool isIndented, Func<Utf8JsonWriter, Func<Task>, Task> write)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        var options = OtlpJsonEncoder.WriterOptions with { Indented = isIndented };
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter, options);
        await write(writer, SendAsync);
        await SendAsync();

        async Task SendAsync()
        {
            await writer.FlushAsync(context.RequestAborted);
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        }
    }
}
