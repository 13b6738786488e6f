using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Clew.Protocols.Otlp;
using Microsoft.AspNetCore.Http;

namespace Clew.Server.Api;

/// <summary>Writes an answer piece by piece, so that a large one does not wait in memory until it is whole.</summary>
internal static class JsonAnswer
{
    /// <param name="write">
    /// Writes one JSON value. Calls its second argument after each large piece. What it throws before the first of these calls leaves nothing of the value in the answer, so that
    /// the answer can be an error instead.
    /// </param>
    public static async Task WriteAsync(HttpContext context, int status, string contentType, bool isIndented, Func<Utf8JsonWriter, Func<Task>, Task> write)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        var piece = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await using var writer = new Utf8JsonWriter(piece.Writer, OtlpJsonEncoder.WriterOptions with { Indented = isIndented });
        try
        {
            await write(writer, SendAsync);
            await SendAsync();
        }
        finally
        {
            await piece.Reader.CompleteAsync();
        }

        async Task SendAsync()
        {
            await writer.FlushAsync(context.RequestAborted);
            await piece.Writer.FlushAsync(context.RequestAborted);
            var output = context.Response.BodyWriter;
            if (piece.Reader.TryRead(out var written))
            {
                foreach (var segment in written.Buffer)
                {
                    output.Write(segment.Span);
                }

                piece.Reader.AdvanceTo(written.Buffer.End);
            }

            await output.FlushAsync(context.RequestAborted);
        }
    }
}
