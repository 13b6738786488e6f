using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using Clew.Protocols.LogLines;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Server.Ingest.LogLines;
using Clew.Server.Pipeline;
using Clew.Server.SelfTelemetry;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Clew.Server.Ingest.Syslog;

/// <summary>Syslog over UDP (RFC 5426) and TCP (RFC 6587), in the formats of RFC 5424 and RFC 3164. No paths.</summary>
internal sealed class SyslogModule : IEndpointModule
{
    public void AddServices(IServiceCollection services, ServerOptions options)
    {
        if (options.SyslogUdp is not null)
        {
            services.AddSingleton<SyslogDatagrams>();
            services.AddSingleton<IDatagramReceiver>(provider => provider.GetRequiredService<SyslogDatagrams>());
            services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<SyslogDatagrams>().Intake);
        }

        if (options.SyslogTcp is not null)
        {
            services.AddSingleton<SyslogConnections>();
            services.AddSingleton<IConnectionReceiver>(provider => provider.GetRequiredService<SyslogConnections>());
            services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<SyslogConnections>().Intake);
        }
    }

    public void Map(IEndpointRouteBuilder endpoints)
    {
    }
}

/// <summary>A packet is a message.</summary>
internal sealed class SyslogDatagrams(IngestPipeline pipeline, ServerOptions options, ServerTelemetry telemetry, TimeProvider time) : IDatagramReceiver
{
    public SyslogIntake Intake { get; } = new(LogLineProtocols.SyslogUdp, pipeline, options, telemetry, time);

    public Door Door => Door.SyslogUdp;

    public Task ReceiveAsync(ReadOnlyMemory<byte> packet, EndPoint from, CancellationToken cancellation)
    {
        var message = packet.Span.TrimEnd("\r\n\0"u8);
        if (message.Length > options.Limits.SyslogMessageBytes)
        {
            Intake.Drop(SyslogConnections.TooLong(options));
        }
        else if (!message.IsEmpty && !Intake.TryAdd(message))
        {
            // The senders cannot be slowed down: what finds no room is lost, here rather than unseen in the socket's buffer.
            Intake.DropForRoom();
        }

        return Task.CompletedTask;
    }
}

/// <summary>Connections on which messages follow each other, framed by octet counts or line ends.</summary>
internal sealed class SyslogConnections(IngestPipeline pipeline, ServerOptions options, ServerTelemetry telemetry, TimeProvider time) : IConnectionReceiver
{
    private int _open;

    public SyslogIntake Intake { get; } = new(LogLineProtocols.SyslogTcp, pipeline, options, telemetry, time);

    public Door Door => Door.SyslogTcp;

    internal static string TooLong(ServerOptions options) =>
        string.Create(CultureInfo.InvariantCulture, $"a message is longer than limits.syslog_message_bytes = {options.Limits.SyslogMessageBytes}");

    public async Task ReceiveAsync(ConnectionContext connection)
    {
        try
        {
            if (Interlocked.Increment(ref _open) > options.Limits.SyslogConnections)
            {
                Intake.Drop(string.Create(CultureInfo.InvariantCulture, $"limits.syslog_connections = {options.Limits.SyslogConnections} are open; a further connection was closed"));
                return;
            }

            // Not the end of the connection: what was sent before it is still to be read.
            var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
            await ReadAsync(connection.Transport.Input, stopping);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ConnectionResetException or ConnectionAbortedException)
        {
            // The sender is gone, has been silent for too long, or the server is stopping.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task ReadAsync(PipeReader input, CancellationToken stopping)
    {
        var framing = new SyslogFraming(options.Limits.SyslogMessageBytes);
        while (true)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            await using var timer = time.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), patience, options.Limits.SyslogIdle, Timeout.InfiniteTimeSpan);
            var result = await input.ReadAsync(patience.Token);
            var buffer = result.Buffer;
            var tooLong = framing.TooLong;
            while (framing.TryRead(ref buffer, out var message))
            {
                await TakeAsync(message, stopping);
            }

            Intake.Drop(TooLong(options), framing.TooLong - tooLong);
            if (result.IsCompleted)
            {
                if (framing.TryReadLast(buffer, out var last))
                {
                    await TakeAsync(last, CancellationToken.None);
                }

                return;
            }

            input.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private async ValueTask TakeAsync(ReadOnlySequence<byte> message, CancellationToken stopping)
    {
        var bytes = message.IsSingleSegment ? message.First : message.ToArray();
        if (!bytes.Span.Trim(" \r\n\0"u8).IsEmpty && !await Intake.AddAsync(bytes, stopping))
        {
            Intake.DropForRoom();
        }
    }
}
