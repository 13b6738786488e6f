using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using Clew.Query.LogQL;
using Clew.Query.LogQL.Source;
using Clew.Query.LogQL.Syntax;
using Clew.Server.Api;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Clew.Server.Loki;

/// <summary>
/// <c>tail</c>: new lines of a query over a WebSocket. First the last ones of the past, then every second what has come since. What comes late, with a time up to some seconds
/// ago, is still told, once. More lines than a message may have are dropped, and said to be.
/// </summary>
internal static class LokiTail
{
    /// <summary>The longest that lines may be held back for late ones.</summary>
    private const int LongestDelaySeconds = 5;

    /// <summary>Lines of one message; as many more are told as dropped.</summary>
    private const int MessageLines = 1_000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>How far back each look goes again, for what came late.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan UsualRange = TimeSpan.FromHours(1);

    public static Task FollowAsync(LokiAsking asking) => FollowAsync(asking, isOld: false);

    /// <summary>The same in the form of <c>/api/prom/tail</c>: labels in one text, times in RFC 3339.</summary>
    public static Task FollowAsOfOldAsync(LokiAsking asking) => FollowAsync(asking, isOld: true);

    private static async Task FollowAsync(LokiAsking asking, bool isOld)
    {
        if (!asking.Http.WebSockets.IsWebSocketRequest)
        {
            throw PeerRefusal.BadRequest("tail is a WebSocket: connect with one");
        }

        // A page of another site may open WebSockets, though it may not read other answers.
        var request = asking.Http.Request;
        if (request.Headers.Origin is [{ Length: > 0 } origin, ..] && !(Uri.TryCreate(origin, UriKind.Absolute, out var site) && string.Equals(site.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase)))
        {
            throw new PeerRefusal(StatusCodes.Status403Forbidden, $"tail is not for pages of {origin}");
        }

        var query = asking.Query();
        if (query.Logs is null)
        {
            throw PeerRefusal.BadRequest("tail needs a query of log lines, not one of metrics");
        }

        var delay = asking.Value("delay_for") is null or "0" ? 0 : asking.Whole("delay_for") ?? 0;
        if (delay > LongestDelaySeconds)
        {
            throw PeerRefusal.BadRequest($"delay_for can't be greater than {LongestDelaySeconds}");
        }

        var limit = asking.Limit();
        var start = asking.Time("start") ?? (asking.Now - UsualRange);
        using var place = asking.Http.RequestServices.GetRequiredService<LokiTails>().Enter();
        using var socket = await asking.Http.WebSockets.AcceptWebSocketAsync();
        var stopping = asking.Http.RequestServices.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(asking.Cancellation, stopping);
        var listening = ListenAsync(socket, ended);
        try
        {
            await new Follower(asking, query, TimeSpan.FromSeconds(delay), isOld, socket, ended.Token).RunAsync(start, limit);
        }
        catch (Exception error) when (error is OperationCanceledException or WebSocketException)
        {
            // The client went away, or the server stops.
        }
        catch (Exception error) when (error is LogQlException or QueryLimitException or InvalidQuestionException or StoreUnavailableException)
        {
            await CloseAsync(socket, WebSocketCloseStatus.InternalServerError, error.Message);
        }

        await CloseAsync(socket, WebSocketCloseStatus.NormalClosure, string.Empty);
        await ended.CancelAsync();
        await listening;
    }

    /// <summary>Clients send nothing but that they go.</summary>
    private static async Task ListenAsync(WebSocket socket, CancellationTokenSource ended)
    {
        var buffer = new byte[256];
        try
        {
            while ((await socket.ReceiveAsync(buffer.AsMemory(), ended.Token)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (Exception error) when (error is OperationCanceledException or WebSocketException)
        {
            // It is over either way.
        }

        await ended.CancelAsync();
    }

    private static async Task CloseAsync(WebSocket socket, WebSocketCloseStatus status, string reason)
    {
        const int LongestReason = 100;
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
        {
            return;
        }

        try
        {
            using var patience = new CancellationTokenSource(Pause);
            await socket.CloseOutputAsync(status, reason.Length > LongestReason ? reason[..LongestReason] : reason, patience.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or WebSocketException)
        {
            // Nobody is there to hear it.
        }
    }

    private sealed class Follower(LokiAsking asking, LogQlQuery query, TimeSpan delay, bool isOld, WebSocket socket, CancellationToken ended)
    {
        private readonly System.Buffers.ArrayBufferWriter<byte> _message = new();
        private HashSet<(long Time, string Labels, string Line)> _told = [];

        public async Task RunAsync(Timestamp start, int limit)
        {
            var until = asking.Now - delay;
            var past = await FindAsync(start, until, limit, LogDirection.Backward);
            await TellAsync([.. past.Reverse()], []);

            // What the past had no room for is not new either.
            _told.UnionWith((await FindAsync(until - Overlap < start ? start : until - Overlap, until, int.MaxValue, LogDirection.Backward)).Select(KeyOf));
            while (true)
            {
                await Task.Delay(Pause, asking.Clock, ended);
                var from = until - Overlap < start ? start : until - Overlap;
                var now = asking.Now - delay;
                if (now <= from)
                {
                    continue;
                }

                var found = await FindAsync(from, now, int.MaxValue, LogDirection.Backward);
                var fresh = found.Reverse().Where(line => !_told.Contains(KeyOf(line))).ToArray();
                _told = [.. found.Select(KeyOf)];
                until = now;
                var dropped = Math.Max(0, fresh.Length - MessageLines);
                await TellAsync(fresh[dropped..], fresh[..dropped]);
            }
        }

        private async Task<IReadOnlyList<LogQlResultLine>> FindAsync(Timestamp start, Timestamp end, int limit, LogDirection direction)
        {
            if (start >= end)
            {
                return [];
            }

            var request = new LogQlRequest(start.UnixNanoseconds, end.UnixNanoseconds, 1) { Limit = Math.Min(limit, 2 * MessageLines), Direction = direction };
            var answer = await new LogQlEngine(asking.Source().Lines, asking.Clock).RangeAsync(query, request, new(asking.Limits.Budget, asking.Clock, ended));
            return answer.Lines;
        }

        private async Task TellAsync(LogQlResultLine[] lines, LogQlResultLine[] dropped)
        {
            _told.UnionWith(lines.Select(KeyOf));
            if (lines.Length == 0 && dropped.Length == 0)
            {
                return;
            }

            _message.ResetWrittenCount();
            await using (var writer = new Utf8JsonWriter(_message))
            {
                writer.WriteStartObject();
                writer.WritePropertyName("streams"u8);
                await (isOld
                    ? LokiOlderApi.WriteStreamsAsync(writer, () => Task.CompletedTask, lines)
                    : LokiQueries.WriteStreamsAsync(writer, () => Task.CompletedTask, lines, asking.Categorizes));
                if (asking.Categorizes && !isOld)
                {
                    writer.WriteStartArray("encodingFlags"u8);
                    writer.WriteStringValue("categorize-labels"u8);
                    writer.WriteEndArray();
                }

                writer.WriteStartArray("dropped_entries"u8);
                foreach (var line in dropped)
                {
                    writer.WriteStartObject();
                    if (isOld)
                    {
                        writer.WriteString("Timestamp"u8, new Timestamp(line.Time).ToString());
                        writer.WriteString("Labels"u8, line.Labels.All.ToString());
                        writer.WriteEndObject();
                        continue;
                    }

                    writer.WritePropertyName("labels"u8);
                    LokiJson.WriteLabels(writer, line.Labels.All);
                    writer.WriteString("timestamp"u8, line.Time.ToString(CultureInfo.InvariantCulture));
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            await socket.SendAsync(_message.WrittenMemory, WebSocketMessageType.Text, endOfMessage: true, ended);
        }

        private static (long Time, string Labels, string Line) KeyOf(LogQlResultLine line) => (line.Time, line.Labels.All.ToString(), line.Line);
    }
}

/// <summary>The tails that are open; each holds a connection and asks the store every second.</summary>
internal sealed class LokiTails(int most)
{
    private int _open;

    /// <exception cref="PeerRefusal">There are as many as there may be.</exception>
    public IDisposable Enter()
    {
        if (Interlocked.Increment(ref _open) <= most)
        {
            return new Place(this);
        }

        Interlocked.Decrement(ref _open);
        throw new PeerRefusal(StatusCodes.Status429TooManyRequests, string.Create(CultureInfo.InvariantCulture, $"max concurrent tail requests limit exceeded, count > limit ({most + 1} > {most}); the limit is the setting query.tails"));
    }

    private sealed class Place(LokiTails tails) : IDisposable
    {
        private LokiTails? _tails = tails;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _tails, null) is { } entered)
            {
                Interlocked.Decrement(ref entered._open);
            }
        }
    }
}
