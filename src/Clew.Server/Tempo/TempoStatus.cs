using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Tempo;

/// <summary>What Tempo says of itself.</summary>
internal static class TempoStatus
{
    /// <summary>The version of Tempo whose API this is like; clients decide by it what they may ask.</summary>
    public const string Version = "2.9.0";

    public static Task WriteReadyAsync(TempoAsking asking)
    {
        var isReady = asking.Http.RequestServices.GetRequiredService<Health.Readiness>().Report().Status == "ready";
        asking.Http.Response.StatusCode = isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return TempoAnswer.WriteTextAsync(asking.Http, isReady ? "ready" : "not ready");
    }

    public static Task WriteBuildInfoAsync(TempoAsking asking) => TempoAnswer.WriteAsync(asking.Http, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("version"u8, Version);
        writer.WriteString("revision"u8, "clew"u8);
        writer.WriteString("branch"u8, ""u8);
        writer.WriteString("buildDate"u8, ""u8);
        writer.WriteString("buildUser"u8, ""u8);
        writer.WriteString("goVersion"u8, ""u8);
        writer.WriteEndObject();
    });
}
