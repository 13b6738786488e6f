using Microsoft.Extensions.Logging;

namespace Clew.Server.SelfTelemetry.Events;

/// <summary>The file of head sampling strategies had changed and was read again, or could not be.</summary>
/// <param name="Problem">Null when it is in force now.</param>
internal readonly record struct StrategiesRead(string Path, string? Problem) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        to.Instruments.StrategyReads.Add(1, KeyValuePair.Create<string, object?>("outcome", Problem is null ? "ok" : "failed"));
        if (Problem is null)
        {
            HeadSamplingLog.Read(to.Logger, Path);
        }
        else
        {
            HeadSamplingLog.Failed(to.Logger, Path, Problem);
        }
    }
}

internal static partial class HeadSamplingLog
{
    [LoggerMessage(61, LogLevel.Information, "Sampling strategies of {Path} are in force")]
    public static partial void Read(ILogger logger, string path);

    [LoggerMessage(62, LogLevel.Warning, "Sampling strategies of {Path} cannot be used, the earlier ones stay: {Problem}")]
    public static partial void Failed(ILogger logger, string path, string problem);
}
