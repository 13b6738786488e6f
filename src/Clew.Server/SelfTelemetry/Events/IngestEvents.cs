using Clew.Protocols.LogLines;
using Clew.Server.Ingest;
using Clew.Server.Pipeline;
using Microsoft.Extensions.Logging;

namespace Clew.Server.SelfTelemetry.Events;

/// <summary>A request could be read and its good items go to the write queue.</summary>
internal readonly record struct BatchAccepted(Signal Signal, IngestProtocol Protocol, long WireBytes, int Items) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        var signal = KeyValuePair.Create<string, object?>("signal", Signal.Word());
        var protocol = KeyValuePair.Create<string, object?>("protocol", Protocol.Word);
        to.Instruments.ReceivedBytes.Add(WireBytes, signal, protocol);
        to.Instruments.AcceptedItems.Add(Items, signal, protocol);
        IngestLog.Accepted(to.Logger, Items, signal.Value, protocol.Value, WireBytes);
    }
}

/// <summary>Items of an otherwise good request were left out for good.</summary>
internal readonly record struct ItemsDropped(Signal Signal, IngestProtocol Protocol, string Reason, int Items) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        var signal = KeyValuePair.Create<string, object?>("signal", Signal.Word());
        var protocol = KeyValuePair.Create<string, object?>("protocol", Protocol.Word);
        to.Instruments.DroppedItems.Add(Items, signal, protocol, KeyValuePair.Create<string, object?>("reason", Reason));
        IngestLog.Dropped(to.Logger, Items, signal.Value, protocol.Value, Reason);
    }
}

/// <summary>Log lines were read, by format; those kept as plain text because none was recognised are the format plain.</summary>
internal readonly record struct LogLinesRead(LogLineDecoder Decoder) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        foreach (var (format, records) in Decoder.ByFormat)
        {
            to.Instruments.LogLineRecords.Add(records, KeyValuePair.Create<string, object?>("format", format.Name));
            IngestLog.LinesRead(to.Logger, records, format.Name);
        }
    }
}

/// <summary>A stage of the pipeline altered a batch or took records out of it.</summary>
internal readonly record struct StageWorked(Signal Signal, IngestProtocol Protocol, string Stage, StageCount Count) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        var signal = KeyValuePair.Create<string, object?>("signal", Signal.Word());
        var stage = KeyValuePair.Create<string, object?>("stage", Stage);
        var rule = KeyValuePair.Create<string, object?>("rule", Count.Rule);
        if (Count.IsDrop)
        {
            new ItemsDropped(Signal, Protocol, $"{Stage}: {Count.Rule}", Count.Count).Emit(to);
        }

        (Count.IsDrop ? to.Instruments.StageDrops : to.Instruments.StageChanges).Add(Count.Count, signal, stage, rule);
    }
}

/// <summary>A request's items are on disk and its sender is told so.</summary>
internal readonly record struct BatchStored(Signal Signal, IngestProtocol Protocol, int Items, TimeSpan Write) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        var signal = KeyValuePair.Create<string, object?>("signal", Signal.Word());
        var protocol = KeyValuePair.Create<string, object?>("protocol", Protocol.Word);
        to.Instruments.StoredItems.Add(Items, signal, protocol);
        to.Instruments.Requests.Add(1, signal, protocol);
        if (Items > 0)
        {
            to.Instruments.WriteDuration.Record(Write.TotalSeconds, signal);
        }

        IngestLog.Stored(to.Logger, Items, signal.Value, protocol.Value, Write.TotalMilliseconds);
    }
}

/// <summary>A request was answered with an error: nothing of it is acknowledged.</summary>
/// <param name="Items">Items that had been accepted; 0 when the request was not read so far.</param>
internal readonly record struct RequestRefused(Signal Signal, IngestProtocol Protocol, RefusalReason Reason, int Items, string Explanation, Exception? Exception = null) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        var signal = KeyValuePair.Create<string, object?>("signal", Signal.Word());
        var protocol = KeyValuePair.Create<string, object?>("protocol", Protocol.Word);
        var reason = KeyValuePair.Create<string, object?>("reason", Reason.Word());
        to.Instruments.RefusedRequests.Add(1, signal, protocol, reason);
        if (Items > 0)
        {
            to.Instruments.RefusedItems.Add(Items, signal, protocol, reason);
        }

        var level = Reason switch
        {
            RefusalReason.Internal or RefusalReason.StoreUnavailable or RefusalReason.DiskFull => LogLevel.Error,
            RefusalReason.SenderGone or RefusalReason.DeadlineExceeded => LogLevel.Information,
            _ => LogLevel.Warning,
        };
        IngestLog.Refused(to.Logger, level, signal.Value, protocol.Value, reason.Value, Explanation, Exception);
    }
}

internal static partial class IngestLog
{
    [LoggerMessage(100, LogLevel.Debug, "Accepted {Items} items of {Signal} over {Protocol} ({Bytes} bytes)")]
    public static partial void Accepted(ILogger logger, int items, object? signal, object? protocol, long bytes);

    [LoggerMessage(101, LogLevel.Warning, "Dropped {Items} items of {Signal} over {Protocol}: {Reason}")]
    public static partial void Dropped(ILogger logger, int items, object? signal, object? protocol, string reason);

    [LoggerMessage(110, LogLevel.Debug, "Read {Records} log records from lines of the format {Format}")]
    public static partial void LinesRead(ILogger logger, int records, string format);

    [LoggerMessage(102, LogLevel.Debug, "Stored {Items} items of {Signal} over {Protocol} in {Milliseconds} ms")]
    public static partial void Stored(ILogger logger, int items, object? signal, object? protocol, double milliseconds);

    [LoggerMessage(EventId = 103, Message = "Refused a request of {Signal} over {Protocol} ({Reason}): {Explanation}")]
    public static partial void Refused(ILogger logger, LogLevel level, object? signal, object? protocol, object? reason, string explanation, Exception? exception);
}
