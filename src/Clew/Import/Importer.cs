using System.Threading.Channels;
using Clew.Protocols.LogLines;

namespace Clew.Cli.Import;

/// <summary>How an import goes about it.</summary>
/// <param name="Requests">Requests on the way at once.</param>
/// <param name="RequestBytes">Up to how many bytes lines are joined; 0 sends every line alone.</param>
/// <param name="LineBytes">The longest line.</param>
public sealed record ImportSettings(int Requests = Limits.Requests, int RequestBytes = Limits.RequestBytes, int LineBytes = Limits.LineBytes)
{
    /// <summary>Every line has to be OTLP/JSON; what is not is bad.</summary>
    public bool OtlpOnly { get; init; }

    /// <summary>How log lines are read; the source is filled in for each.</summary>
    public LogLineOptions Lines { get; init; } = new();
}

/// <summary>
/// Brings sources to a receiver: one task reads lines, looks them over and joins them into requests; several tasks send them. Memory is
/// bounded by the requests on the way plus one being filled per signal, whatever the size of the sources.
/// </summary>
public sealed class Importer(ImportSettings settings, OtlpTarget target, HttpClient http, IImportWatcher watcher, TimeProvider clock)
{
    /// <summary>The longest that a line waits for others to be sent with when its source is slow, as a pipe may be.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    /// <summary>A source that is silent for so long has ended its record: no stack trace takes longer to print.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(500);

    /// <summary>Log records of one run: what is told apart when a receiver refuses some of them.</summary>
    private const int RunRecords = 1_000;

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
        var filling = new RequestBody?[Enum.GetValues<Signal>().Length];
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
        var form = new SourceForm(settings);
        var lines = new LogLineRequests(form.OptionsOf(source), clock);
        var waiting = new Waiting(filling, lines);
        while (await NextAsync(reader, waiting, source, totals, queue, stop))
        {
            totals.CountLine(reader.Length);
            if (reader.TooLong)
            {
                BadLine(totals, source, reader.Line, $"{reader.Length:N0} bytes long; a line may have {settings.LineBytes:N0}, as much as one request");
                continue;
            }

            var document = reader.Document;
            if (settings.Lines.Format is null && !settings.OtlpOnly && RecordLine.Detect(document.Span) is var (record, whole))
            {
                await AddAsync(record, whole);
                continue;
            }

            if (!form.IsOtlp(document.Span))
            {
                if (lines.Add(reader.Text.Span, reader.Line) is { } left)
                {
                    BadLine(totals, source, reader.Line, $"a log record that ends before this line was left out: {left}");
                }

                if (settings.RequestBytes == 0 || lines.Count >= RunRecords || lines.Bytes >= settings.RequestBytes)
                {
                    await TakeAsync(lines, filling, source, totals, queue, stop);
                }

                continue;
            }

            if (OtlpLine.Scan(document.Span, parts) is { } wrong)
            {
                BadLine(totals, source, reader.Line, wrong);
                continue;
            }

            for (var signal = 0; signal < parts.Length; signal++)
            {
                if (parts[signal].Length > 0)
                {
                    await AddAsync((Signal)signal, parts[signal]);
                }
            }
        }

        await CompleteAsync(lines, filling, source, totals, queue, stop);

        async ValueTask AddAsync(Signal signal, LinePart part)
        {
            if (filling[(int)signal] is { } full && !full.HasRoomFor(part.Length, settings.RequestBytes))
            {
                filling[(int)signal] = null;
                await queue.WriteAsync(full, stop);
            }

            var body = filling[(int)signal] ??= new RequestBody(signal, Math.Max(part.Length + 1, settings.RequestBytes));
            body.Add(source.Name, reader.Line, reader.Document.Span.Slice(part.Start, part.Length), part);
        }
    }

    /// <summary>Moves complete log records into the request of logs that is being filled.</summary>
    private async ValueTask TakeAsync(LogLineRequests lines, RequestBody?[] filling, ImportSource source, ImportTotals totals, ChannelWriter<RequestBody> queue, CancellationToken stop)
    {
        const int Logs = (int)Signal.Logs;
        if (filling[Logs] is { } full && !full.HasRoomFor(lines.Bytes, settings.RequestBytes))
        {
            filling[Logs] = null;
            await queue.WriteAsync(full, stop);
        }

        totals.CountPlain(lines.Take((elements, first, last, part) =>
        {
            var body = filling[Logs] ??= new RequestBody(Signal.Logs, Math.Max(elements.Length + 1, settings.RequestBytes));
            body.Add(source.Name, first, elements, part, last);
        }));
    }

    /// <summary>Completes and moves everything: the source has ended or is silent.</summary>
    private async ValueTask CompleteAsync(LogLineRequests lines, RequestBody?[] filling, ImportSource source, ImportTotals totals, ChannelWriter<RequestBody> queue, CancellationToken stop)
    {
        if (lines.Complete() is { } left)
        {
            BadSource(totals, source.Name, $"the last log record was left out: {left}");
        }

        await TakeAsync(lines, filling, source, totals, queue, stop);
    }

    /// <summary>The next document. While it is long in coming, what has been read so far is sent: a record once its source is silent, everything else within a second.</summary>
    private async ValueTask<bool> NextAsync(DocumentReader reader, Waiting waiting, ImportSource source, ImportTotals totals, ChannelWriter<RequestBody> queue, CancellationToken stop)
    {
        var pending = reader.ReadAsync(stop);
        if (pending.IsCompleted || !waiting.HasAny)
        {
            return await pending;
        }

        var next = pending.AsTask();
        var silentSince = clock.GetTimestamp();
        waiting.Since ??= silentSince;
        while (!next.IsCompleted && waiting.HasAny)
        {
            var untilSent = Linger - clock.GetElapsedTime(waiting.Since ?? silentSince);
            var untilComplete = waiting.Lines.HasOpenRecords ? Silence - clock.GetElapsedTime(silentSince) : Linger;
            var delay = untilSent < untilComplete ? untilSent : untilComplete;
            if (delay > TimeSpan.Zero)
            {
                using var woken = CancellationTokenSource.CreateLinkedTokenSource(stop);
                var timer = Task.Delay(delay, clock, woken.Token);
                await Task.WhenAny(next, timer);
                await woken.CancelAsync();
                if (next.IsCompleted || stop.IsCancellationRequested)
                {
                    break;
                }

                continue;
            }

            if (untilComplete <= TimeSpan.Zero)
            {
                await CompleteAsync(waiting.Lines, waiting.Filling, source, totals, queue, stop);
            }
            else
            {
                await TakeAsync(waiting.Lines, waiting.Filling, source, totals, queue, stop);
            }

            await FlushAsync(waiting.Filling, queue, stop);
            waiting.Since = waiting.HasAny ? clock.GetTimestamp() : null;
        }

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

    /// <summary>What has been read of a source and not yet been handed to a sender.</summary>
    private sealed class Waiting(RequestBody?[] filling, LogLineRequests lines)
    {
        public RequestBody?[] Filling => filling;

        public LogLineRequests Lines => lines;

        /// <summary>When the oldest of it came, by the clock's timestamps.</summary>
        public long? Since { get; set; }

        public bool HasAny => Array.Exists(filling, body => body is not null) || lines.Count > 0 || lines.HasOpenRecords;
    }
}
