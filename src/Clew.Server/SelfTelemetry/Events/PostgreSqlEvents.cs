using Microsoft.Extensions.Logging;

namespace Clew.Server.SelfTelemetry.Events;

/// <summary>A PostgreSQL server was looked at.</summary>
internal readonly record struct PostgreSqlSampled(string Target, int Databases, int Sessions, TimeSpan Took) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        to.Instruments.PostgreSqlSamples.Add(1, KeyValuePair.Create<string, object?>("target", Target), KeyValuePair.Create<string, object?>("outcome", "ok"));
        PostgreSqlLog.Sampled(to.Logger, Target, Databases, Sessions, Took.TotalMilliseconds);
    }
}

/// <summary>A PostgreSQL server could not be looked at.</summary>
internal readonly record struct PostgreSqlSampleFailed(string Target, string Problem) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        to.Instruments.PostgreSqlSamples.Add(1, KeyValuePair.Create<string, object?>("target", Target), KeyValuePair.Create<string, object?>("outcome", "failed"));
        PostgreSqlLog.Failed(to.Logger, Target, Problem);
    }
}

internal static partial class PostgreSqlLog
{
    [LoggerMessage(400, LogLevel.Debug, "Sampled PostgreSQL {Target}: {Databases} databases, {Sessions} sessions to tell of, {Milliseconds} ms")]
    public static partial void Sampled(ILogger logger, string target, int databases, int sessions, double milliseconds);

    [LoggerMessage(401, LogLevel.Warning, "PostgreSQL {Target} could not be sampled: {Problem}")]
    public static partial void Failed(ILogger logger, string target, string problem);
}
