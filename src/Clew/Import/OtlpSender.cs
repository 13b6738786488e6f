using System.Net.Sockets;

namespace Clew.Cli.Import;

/// <summary>Where and how to send.</summary>
/// <param name="Url">Base address; <c>/v1/traces</c>, <c>/v1/logs</c>, <c>/v1/metrics</c> and, for Clew only, the paths of <see cref="RecordLine"/> are under it.</param>
/// <param name="Compress">Whether bodies are packed with gzip: pays over a network, not on the same machine.</param>
/// <param name="Retry">How long one request is tried again while the server is busy or away.</param>
public sealed record OtlpTarget(Uri Url, bool Compress, TimeSpan Retry)
{
    public Uri AddressOf(Signal signal) => new(Url.ToString().TrimEnd('/') + signal switch
    {
        Signal.Traces => "/v1/traces",
        Signal.Logs => "/v1/logs",
        Signal.Metrics => "/v1/metrics",
        _ => RecordLine.PathOf(signal),
    });
}

/// <summary>
/// Sends requests by OTLP/HTTP and brings each to an end: accepted, refused line by line, or given up. Safe for use by several tasks at once.
/// </summary>
/// <param name="http">Without a timeout of its own.</param>
public sealed class OtlpSender(OtlpTarget target, HttpClient http, ImportTotals totals, IImportWatcher watcher, TimeProvider clock)
{
    private volatile bool _contacted;
    private int _refusedInARow;

    /// <summary>Sends the body. Answers null, or why no further request should be sent, as a sentence.</summary>
    /// <param name="stop">Ends waiting for another attempt; an attempt under way is brought to its end.</param>
    /// <param name="abort">Ends attempts too.</param>
    public Task<string?> SendAsync(RequestBody body, CancellationToken stop, CancellationToken abort) => SendAsync(body, 0, body.Lines.Count, stop, abort);

    private async Task<string?> SendAsync(RequestBody body, int first, int count, CancellationToken stop, CancellationToken abort)
    {
        var answer = await AttemptAsync(body, first, count, stop, abort);
        var lines = body.Lines.Skip(first).Take(count);
        switch (answer)
        {
            case OtlpAnswer.Accepted accepted:
                _refusedInARow = 0;
                var records = lines.Sum(line => line.Part.Records);
                totals.CountAnswer(body.Signal, Math.Max(0, records - accepted.Rejected), accepted.Rejected, lines.Min(line => line.Part.First), lines.Max(line => line.Part.Last));
                if (accepted.Rejected > 0)
                {
                    watcher.OnProblem(new ImportProblem(
                        Where(body, first, count),
                        $"{accepted.Rejected:N0} of {Sentence.Count(records, Noun(body.Signal))} refused: {accepted.Message ?? "no reason given"}"));
                }
                else if (accepted.Message is { } warning)
                {
                    watcher.OnProblem(new ImportProblem(Where(body, first, count), $"stored, with a warning: {warning}"));
                }

                return null;

            case OtlpAnswer.Refused when count > 1:
                // One line spoils the request: halve it until that line stands alone.
                var half = count / 2;
                return await SendAsync(body, first, half, stop, abort) ?? await SendAsync(body, first + half, count - half, stop, abort);

            case OtlpAnswer.Refused refused:
                Refuse(body, first, count, $"refused, {refused.Message}");
                return TooManyRefused(refused.Message);

            case OtlpAnswer.Failed failed:
                Refuse(body, first, count, $"the server failed on it, {failed.Message}");
                return TooManyRefused(failed.Message);

            case OtlpAnswer.Wrong wrong:
                return wrong.Message;

            case OtlpAnswer.TryAgain { Contact: false } away when !_contacted:
                return $"no server answers at {target.Url.ToString().TrimEnd('/')} ({away.Message}). Start one with: clew serve --data DIR, or name another with --url";

            case OtlpAnswer.TryAgain busy when stop.IsCancellationRequested:
                return $"the last requests were not stored: {busy.Message}";

            case OtlpAnswer.TryAgain busy:
                return $"the server did not take a request for {target.Retry.TotalSeconds:N0} s: {busy.Message}";

            default:
                throw new InvalidOperationException($"An answer without a rule: {answer}.");
        }
    }

    private async Task<OtlpAnswer> AttemptAsync(RequestBody body, int first, int count, CancellationToken stop, CancellationToken abort)
    {
        var began = clock.GetTimestamp();
        var backoff = TimeSpan.FromMilliseconds(250);
        while (true)
        {
            var answer = await PostAsync(body.Signal, body.Elements(first, count), abort);
            if (answer is not OtlpAnswer.TryAgain again)
            {
                _contacted = true;
                return answer;
            }

            _contacted |= again.Contact;
            var delay = again.After is { } asked ? Clamp(asked) : backoff;
            backoff = TimeSpan.FromTicks(Math.Min(backoff.Ticks * 2, TimeSpan.FromSeconds(15).Ticks));
            var patience = _contacted ? target.Retry : Limits.FirstContact;
            if (clock.GetElapsedTime(began) + delay > patience || stop.IsCancellationRequested || abort.IsCancellationRequested)
            {
                return again;
            }

            totals.CountRetry();
            watcher.OnWaiting(again.Message, delay);
            try
            {
                await Task.Delay(delay, clock, stop);
            }
            catch (OperationCanceledException)
            {
                return again;
            }
        }
    }

    private async Task<OtlpAnswer> PostAsync(Signal signal, ReadOnlyMemory<byte> elements, CancellationToken abort)
    {
        var address = target.AddressOf(signal);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(abort);
        limit.CancelAfter(Limits.Attempt);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new OtlpContent(signal, elements, target.Compress) };
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return await OtlpAnswer.FromAsync(response, address, clock, limit.Token);
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            return new OtlpAnswer.TryAgain("given up", null, Contact: false);
        }
        catch (OperationCanceledException)
        {
            return new OtlpAnswer.TryAgain($"no answer within {Limits.Attempt.TotalSeconds:N0} s", null, Contact: false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException)
        {
            return new OtlpAnswer.TryAgain(Sentence.Shorten(e.Message, Limits.ShownText), null, Contact: false);
        }
    }

    private void Refuse(RequestBody body, int first, int count, string text)
    {
        var records = body.Lines.Skip(first).Take(count).Sum(line => line.Part.Records);
        totals.CountAnswer(body.Signal, 0, records, 0, 0);
        for (var line = 0; line < count; line++)
        {
            totals.CountBadLine();
        }

        watcher.OnProblem(new ImportProblem(Where(body, first, count), $"{Sentence.Count(records, Noun(body.Signal))} {text}"));
    }

    private string? TooManyRefused(string message) => Interlocked.Increment(ref _refusedInARow) >= Limits.ConsecutiveRefusals
        ? $"{Limits.ConsecutiveRefusals} requests in a row were refused, the last with {message}"
        : null;

    private static TimeSpan Clamp(TimeSpan asked) => asked < TimeSpan.Zero ? TimeSpan.Zero : asked > Limits.RetryAfter ? Limits.RetryAfter : asked;

    private static string Noun(Signal signal) => signal switch
    {
        Signal.Traces => "span",
        Signal.Logs => "log record",
        Signal.Kubernetes => "object",
        Signal.Changes => "change",
        Signal.Alerts => "alert",
        _ => "data point",
    };

    private static string Where(RequestBody body, int first, int count)
    {
        var start = body.Lines[first];
        var end = body.Lines[first + count - 1];
        return start.Source != end.Source ? $"{start.Source}:{start.Number} to {end.Source}:{end.LastNumber}"
            : start.Number != end.LastNumber ? $"{start.Source}:{start.Number}-{end.LastNumber}"
            : $"{start.Source}:{start.Number}";
    }
}
