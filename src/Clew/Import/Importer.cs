using System.Threading.Channels;

namespace Clew.Cli.Import;

/// <summary>How an import goes about it.</summary>
/// <param name="Requests">Requests on the way at once.</param>
/// <param name="RequestBytes">Up to how many bytes lines are joined; 0 sends every line alone.</param>
/// <param name="LineBytes">The longest line.</param>
public sealed record ImportSettings(int Requests = Limits.Requests, int RequestBytes = Limits.RequestBytes, int LineBytes = Limits.LineBytes);

/// <summary>
/// Brings sources to a receiver: one task reads lines, looks them over and joins them into requests; several tasks send them. Memory is
/// bounded by the requests on the way plus one being filled per signal, whatever the size of the sources.
/// </summary>
public sealed class Importer(ImportSettings settings, OtlpTarget target, HttpClient http, IImportWatcher watcher, TimeProvider clock)
{
    /// <summary>How long joined lines wait for more when the source has fallen silent, as a pipe may.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    /// <summary>Runs to the end, or until told to stop; never throws for what is wrong with a source or the receiver.</summary>
    /// <param name="totals">Is filled as the import goes.</param>
    /// <param name="stop">Ends reading; requests that are on the way are brought to their end.</param>
    /// <param name="abort">Ends sending too.</param>
    public async Task<ImportResult> RunAsync(IReadOnlyList<ImportSource> sources, ImportTotals totals, CancellationToken stop, CancellationToken abort)
    {
        var began = clock.GetTimestamp();
        var sender = new OtlpSender(target, http, totals, watcher, clock);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop, abort);
        var queue = Channel.CreateBounded<RequestBody>(new BoundedChannelOptions(1) { SingleWriter = true });
        string? reason = null;

        var senders = Enumerable.Range(0, settings.Requests).Select(_ => Task.Run(SendAllAsync, CancellationToken.None)).ToArray();
        var readAll = false;
        try
        {
            readAll = await ReadAllAsync(sources, totals, queue.Writer, ended.Token);
        }
        finally
        {
            queue.Writer.Complete();
        }

        await Task.WhenAll(senders);
        var snapshot = totals.Snapshot();
        var outcome = reason is not null && !stop.IsCancellationRequested ? ImportOutcome.Failed
            : !readAll || reason is not null ? ImportOutcome.Interrupted
            : snapshot.Refused > 0 || snapshot.BadLines > 0 ? ImportOutcome.SomeRefused
            : ImportOutcome.Complete;
        return new ImportResult(outcome, reason, snapshot, clock.GetElapsedTime(began));

        async Task SendAllAsync()
        {
            await foreach (var body in queue.Reader.ReadAllAsync(CancellationToken.None))
            {
                using (body)
                {
                    if (Volatile.Read(ref reason) is null && await sender.SendAsync(body, ended.Token, abort) is { } final)
                    {
                        Interlocked.CompareExchange(ref reason, final, null);
                        await ended.CancelAsync();
                    }
                }
            }
        }
    }

    /// <summary>False when it was stopped before the end.</summary>
    private async Task<bool> ReadAllAsync(IReadOnlyList<ImportSource> sources, ImportTotals totals, ChannelWriter<RequestBody> queue, CancellationToken stop)
    {
        var filling = new RequestBody?[3];
        try
        {
            foreach (var source in sources)
            {
                try
                {
                    await ReadAsync(source, totals, filling, queue, stop);
                }
                catch (ImportSourceException e)
                {
                    BadSource(totals, source.Name, e.Message);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
                {
                    BadSource(totals, source.Name, $"cannot be read: {Sentence.Shorten(e.Message, Limits.ShownText)}");
                }

                totals.End(source);
            }

            await FlushAsync(filling, queue, CancellationToken.None);
            return true;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            foreach (var body in filling)
            {
                body?.Dispose();
            }

            return false;
        }
    }

    private async Task ReadAsync(ImportSource source, ImportTotals totals, RequestBody?[] filling, ChannelWriter<RequestBody> queue, CancellationToken stop)
    {
        await using var open = await source.OpenAsync(stop);
        totals.Begin(open);
        using var reader = new DocumentReader(open.Content, settings.LineBytes);
        var parts = new LinePart[3];
        while (await NextAsync(reader, filling, queue, stop))
        {
            totals.CountLine(reader.Length);
            if (reader.TooLong)
            {
                BadLine(totals, source, reader.Line, $"{reader.Length:N0} bytes long; a line may have {settings.LineBytes:N0}, as much as one request");
                continue;
            }

            var document = reader.Document;
            if (OtlpLine.Scan(document.Span, parts) is { } wrong)
            {
                BadLine(totals, source, reader.Line, wrong);
                continue;
            }

            for (var signal = 0; signal < parts.Length; signal++)
            {
                var part = parts[signal];
                if (part.Length == 0)
                {
                    continue;
                }

                if (filling[signal] is { } full && !full.HasRoomFor(part.Length, settings.RequestBytes))
                {
                    filling[signal] = null;
                    await queue.WriteAsync(full, stop);
                }

                var body = filling[signal] ??= new RequestBody((Signal)signal, Math.Max(part.Length + 1, settings.RequestBytes));
                body.Add(source.Name, reader.Line, document.Span.Slice(part.Start, part.Length), part);
            }
        }
    }

    /// <summary>The next document; when it is long in coming, what has been joined so far is sent meanwhile.</summary>
    private async ValueTask<bool> NextAsync(DocumentReader reader, RequestBody?[] filling, ChannelWriter<RequestBody> queue, CancellationToken stop)
    {
        var pending = reader.ReadAsync(stop);
        if (pending.IsCompleted || filling is [null, null, null])
        {
            return await pending;
        }

        var next = pending.AsTask();
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (await Task.WhenAny(next, Task.Delay(Linger, clock, waiting.Token)) != next && !stop.IsCancellationRequested)
        {
            await FlushAsync(filling, queue, stop);
        }

        await waiting.CancelAsync();
        return await next;
    }

    private static async Task FlushAsync(RequestBody?[] filling, ChannelWriter<RequestBody> queue, CancellationToken stop)
    {
        for (var signal = 0; signal < filling.Length; signal++)
        {
            if (filling[signal] is { } body)
            {
                filling[signal] = null;
                await queue.WriteAsync(body, stop);
            }
        }
    }

    private void BadLine(ImportTotals totals, ImportSource source, long line, string text)
    {
        totals.CountBadLine();
        watcher.OnProblem(new ImportProblem($"{source.Name}:{line}", text));
    }

    private void BadSource(ImportTotals totals, string name, string text)
    {
        totals.CountBadLine();
        watcher.OnProblem(new ImportProblem(name, text));
    }
}
