using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Clew.Server.Hosting;

/// <summary>
/// HTTP/2 without TLS on ports that speak HTTP/1.1 too, for gRPC's clients ("prior knowledge", RFC 9113 3.3). Kestrel speaks one of the two on such a port; so a
/// connection that begins with HTTP/2's preface is handed over to a second listener that has no socket and speaks nothing else.
/// </summary>
internal sealed class PriorKnowledge : IConnectionListener
{
    private readonly Channel<ConnectionContext> _handedOver = Channel.CreateUnbounded<ConnectionContext>();

    /// <summary>How every connection of HTTP/2 begins (RFC 9113 3.4), up to where no request of HTTP/1.1 can be mistaken for it.</summary>
    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2"u8;

    /// <summary>Where Kestrel listens for what is handed over.</summary>
    public EndPoint EndPoint { get; } = new HandoverEndPoint();

    /// <summary>Looks at how each connection of this port begins.</summary>
    public void Serve(ListenOptions listen)
    {
        var silence = listen.KestrelServerOptions.Limits.KeepAliveTimeout;
        listen.Use(next => async connection =>
        {
            if (await BeginsWithPrefaceAsync(connection, silence) is not { } isHttp2)
            {
                return;
            }

            await (isHttp2 ? HandOverAsync(connection) : next(connection));
        });
    }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
        await _handedOver.Reader.WaitToReadAsync(cancellationToken) && _handedOver.Reader.TryRead(out var connection) ? connection : null;

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _handedOver.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();

    /// <returns>Null when the connection ended or said nothing for as long as a connection may be idle.</returns>
    private static async Task<bool?> BeginsWithPrefaceAsync(ConnectionContext connection, TimeSpan silence)
    {
        var stop = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed, stop);
        patience.CancelAfter(silence);
        try
        {
            while (true)
            {
                var read = await connection.Transport.Input.ReadAsync(patience.Token);
                var isPreface = BeginsWithPreface(read.Buffer);
                if (isPreface is not null || read.IsCompleted)
                {
                    connection.Transport.Input.AdvanceTo(read.Buffer.Start);
                    return isPreface ?? (read.Buffer.IsEmpty ? null : false);
                }

                connection.Transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ConnectionAbortedException)
        {
            return null;
        }
    }

    /// <returns>Null when more bytes are needed to tell.</returns>
    private static bool? BeginsWithPreface(ReadOnlySequence<byte> bytes)
    {
        Span<byte> first = stackalloc byte[Preface.Length];
        var length = (int)Math.Min(bytes.Length, first.Length);
        bytes.Slice(0, length).CopyTo(first);
        return !Preface.StartsWith(first[..length]) ? false : length == Preface.Length ? true : null;
    }

    private async Task HandOverAsync(ConnectionContext connection)
    {
        var handed = new HandedOver(connection);
        if (_handedOver.Writer.TryWrite(handed))
        {
            await handed.Ended;
        }
    }

    private sealed class HandoverEndPoint : EndPoint
    {
        public override string ToString() => "http2-prior-knowledge";
    }

    /// <summary>The same connection for its second server, which may dispose of it; what was known of it before is still known.</summary>
    private sealed class HandedOver(ConnectionContext connection) : ConnectionContext
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Ended => _ended.Task;

        public override string ConnectionId { get; set; } = connection.ConnectionId;

        public override IFeatureCollection Features { get; } = new FeatureCollection(connection.Features);

        public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

        public override IDuplexPipe Transport { get; set; } = connection.Transport;

        public override EndPoint? LocalEndPoint { get; set; } = connection.LocalEndPoint;

        public override EndPoint? RemoteEndPoint { get; set; } = connection.RemoteEndPoint;

        public override CancellationToken ConnectionClosed { get; set; } = connection.ConnectionClosed;

        public override void Abort(ConnectionAbortedException abortReason) => connection.Abort(abortReason);

        public override ValueTask DisposeAsync()
        {
            _ended.TrySetResult();
            return base.DisposeAsync();
        }
    }
}
