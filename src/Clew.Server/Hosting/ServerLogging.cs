using System.Text.Json;
using Clew.Server.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Clew.Server.Hosting;

/// <summary>Structured logs to standard error, so that standard output holds the one line that says the server is ready.</summary>
internal static class ServerLogging
{
    public static void Add(ILoggingBuilder logging, LogOptions options)
    {
        logging.SetMinimumLevel(options.Level);

        // The framework's information records repeat, request by request, what our own events say once.
        logging.AddFilter("Microsoft", options.Level > LogLevel.Warning ? options.Level : LogLevel.Warning);

        // Kestrel logs a failed bind with its stack; the door's own error says it better.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        switch (options.Format)
        {
            case LogFormat.Json:
                logging.AddJsonConsole(json =>
                {
                    json.UseUtcTimestamp = true;
                    json.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
                    json.JsonWriterOptions = new JsonWriterOptions { Indented = false };
                });
                break;
            default:
                logging.AddSimpleConsole(simple =>
                {
                    simple.SingleLine = true;
                    simple.UseUtcTimestamp = true;
                    simple.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
                });
                break;
        }
    }
}
