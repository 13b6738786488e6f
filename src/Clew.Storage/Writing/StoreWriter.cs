using System.Collections.Concurrent;
using Clew.Storage.Derivation;
using Clew.Storage.Engine;
using Clew.Storage.Schema;

namespace Clew.Storage.Writing;

/// <summary>
/// The writer on an engine. A batch is encoded on the caller's thread, then joined with others' in a group commit per signal.
/// </summary>
internal sealed class StoreWriter : ITelemetryWriter, IAsyncDisposable
{
    private readonly GroupCommit _spans;
    private readonly GroupCommit _logs;
    private readonly GroupCommit _metrics;
    private readonly KnownContents _resources;
    private readonly KnownContents _scopes;
    private readonly KnownContents _series;
    private readonly KnownContents _templates;
    private readonly KnownContents _errors;
    private readonly ConcurrentBag<SpanEncoder> _spanEncoders = [];
    private readonly ConcurrentBag<LogEncoder> _logEncoders = [];
    private readonly ConcurrentBag<MetricEncoder> _metricEncoders = [];
    private readonly EncodedRowsPool _pool;
    private readonly ChangedMinutes _changed;
    private readonly ArrayNames _arrays;

    public StoreWriter(IStoreEngine engine, StorageLimits limits, TimeProvider time, ChangedMinutes changed, ArrayNames arrays, Action<EngineWork, int, TimeSpan> onCommit)
    {
        _changed = changed;
        _arrays = arrays;
        _spans = new GroupCommit(engine, EngineWork.WriteSpans, limits, time, onCommit);
        _logs = new GroupCommit(engine, EngineWork.WriteLogs, limits, time, onCommit);
        _metrics = new GroupCommit(engine, EngineWork.WriteMetrics, limits, time, onCommit);
        _resources = new KnownContents(limits.KnownContents);
        _scopes = new KnownContents(limits.KnownContents);
        _series = new KnownContents(limits.KnownContents);
        _templates = new KnownContents(limits.KnownContents);
        _errors = new KnownContents(limits.KnownContents);
        _pool = new EncodedRowsPool(limits.EncodedPoolBytes);
    }

    public async Task WriteAsync(SpanBatch batch, CancellationToken cancellation)
    {
        if (batch.IsEmpty)
        {
            return;
        }

        var write = new PendingWrite();
        AddContents(batch, write);
        AddErrors(batch, batch.ErrorTable, write);
        AddArrays(batch, write);
        var minutes = ChangedMinutes.MinutesOf(batch.StartTimes.Values);
        write.OnCommitted += () => _changed.Mark(minutes);
        var rows = _pool.Rent(Tables.Spans);
        var encoder = _spanEncoders.TryTake(out var free) ? free : new SpanEncoder();
        encoder.Encode(batch, rows);
        _spanEncoders.Add(encoder);
        write.Tables.Add(rows);
        await CommitAsync(_spans, write, cancellation);
    }

    public async Task WriteAsync(LogBatch batch, CancellationToken cancellation)
    {
        if (batch.IsEmpty)
        {
            return;
        }

        var write = new PendingWrite();
        AddContents(batch, write);
        AddTemplates(batch, write);
        AddErrors(batch, batch.ErrorTable, write);
        var rows = _pool.Rent(Tables.Logs);
        var encoder = _logEncoders.TryTake(out var free) ? free : new LogEncoder();
        encoder.Encode(batch, rows);
        _logEncoders.Add(encoder);
        write.Tables.Add(rows);
        await CommitAsync(_logs, write, cancellation);
    }

    public async Task WriteAsync(MetricBatch batch, CancellationToken cancellation)
    {
        if (batch.IsEmpty)
        {
            return;
        }

        var write = new PendingWrite();
        AddContents(batch, write);
        var encoder = _metricEncoders.TryTake(out var free) ? free : new MetricEncoder();
        AddSeries(batch, encoder, write);
        encoder.EncodeNumbers(batch, Add(write, Tables.NumberPoints));
        encoder.EncodeHistograms(batch, Add(write, Tables.HistogramPoints));
        encoder.EncodeExponentialHistograms(batch, Add(write, Tables.ExponentialHistogramPoints));
        encoder.EncodeSummaries(batch, Add(write, Tables.SummaryPoints));
        encoder.EncodeExemplars(batch, Add(write, Tables.Exemplars));
        _metricEncoders.Add(encoder);
        await CommitAsync(_metrics, write, cancellation);
    }

    public async Task WriteAsync(Tenant tenant, IReadOnlyList<ChangeRecord> changes, CancellationToken cancellation)
    {
        if (changes.Count == 0)
        {
            return;
        }

        var write = new PendingWrite();
        var rows = Add(write, Tables.Changes);
        foreach (var change in changes)
        {
            ContentEncoder.EncodeChange(tenant, change, rows);
        }

        await CommitAsync(_logs, write, cancellation);
    }

    public Task WriteAsync(Tenant tenant, IReadOnlyList<KubernetesObject> objects, CancellationToken cancellation) =>
        WriteRecordsAsync(objects.Count, Tables.KubernetesObjects, rows => RecordEncoder.Encode(tenant, objects, rows), cancellation);

    public Task WriteAsync(Tenant tenant, IReadOnlyList<KubernetesEvent> events, CancellationToken cancellation) =>
        WriteRecordsAsync(events.Count, Tables.KubernetesEvents, rows => RecordEncoder.Encode(tenant, events, rows), cancellation);

    public Task WriteAsync(Tenant tenant, IReadOnlyList<AlertRecord> alerts, CancellationToken cancellation) =>
        WriteRecordsAsync(alerts.Count, Tables.Alerts, rows => RecordEncoder.Encode(tenant, alerts, rows), cancellation);

    /// <summary>Stores past investigations; see <see cref="IInvestigationArchive"/>.</summary>
    public Task WriteAsync(Tenant tenant, IReadOnlyList<PastInvestigation> investigations, CancellationToken cancellation) =>
        WriteRecordsAsync(investigations.Count, Tables.Investigations, rows => RecordEncoder.Encode(tenant, investigations, rows), cancellation);

    /// <summary>Lets go of buffers that are kept for reuse.</summary>
    public void Trim()
    {
        _pool.Clear();
        _spanEncoders.Clear();
        _logEncoders.Clear();
        _metricEncoders.Clear();
    }

    /// <summary>Commits what callers wait for, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await _spans.DisposeAsync();
        await _logs.DisposeAsync();
        await _metrics.DisposeAsync();
    }

    private async Task CommitAsync(GroupCommit commit, PendingWrite write, CancellationToken cancellation)
    {
        var completion = commit.AddAsync(write);
        _ = completion.ContinueWith(_ => _pool.Return(write.Tables), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await completion.WaitAsync(cancellation);
    }

    private async Task WriteRecordsAsync(int count, TableColumns table, Action<EncodedRows> encode, CancellationToken cancellation)
    {
        if (count == 0)
        {
            return;
        }

        var write = new PendingWrite();
        encode(Add(write, table));
        await CommitAsync(_logs, write, cancellation);
    }

    private EncodedRows Add(PendingWrite write, TableColumns table)
    {
        var rows = _pool.Rent(table);
        write.Tables.Add(rows);
        return rows;
    }

    /// <summary>Resources and scopes that the store does not have yet.</summary>
    private void AddContents(TelemetryBatch batch, PendingWrite write)
    {
        ContentEncoder? encoder = null;
        if (AddNew(_resources, batch.Tenant, batch.Resources.Fingerprints.Values, write) is { } resources)
        {
            encoder = new ContentEncoder();
            var rows = Add(write, Tables.Resources);
            resources.ForEach(index => encoder.EncodeResource(batch, index, rows));
        }

        if (AddNew(_scopes, batch.Tenant, batch.Scopes.Fingerprints.Values, write) is { } scopes)
        {
            encoder ??= new ContentEncoder();
            var rows = Add(write, Tables.Scopes);
            scopes.ForEach(index => encoder.EncodeScope(batch, index, rows));
        }
    }

    private void AddSeries(MetricBatch batch, MetricEncoder encoder, PendingWrite write)
    {
        if (AddNew(_series, batch.Tenant, batch.Series.Fingerprints.Values, write) is { } series)
        {
            encoder.EncodeSeries(batch, series, Add(write, Tables.MetricSeries));
        }
    }

    private void AddTemplates(LogBatch batch, PendingWrite write)
    {
        var table = batch.TemplateTable;
        if (AddNew(_templates, batch.Tenant, table.Ids.Values, write) is { } templates)
        {
            RecordEncoder.Encode(
                batch.Tenant,
                templates.ConvertAll(i => new LogTemplate(table.Ids[i], batch.Arena.GetString(table.Texts[i]), new Timestamp(table.FirstTimes[i]))),
                Add(write, Tables.LogTemplates));
        }
    }

    private void AddErrors(TelemetryBatch batch, ErrorSignatureTable table, PendingWrite write)
    {
        if (AddNew(_errors, batch.Tenant, table.Ids.Values, write) is { } signatures)
        {
            RecordEncoder.Encode(
                batch.Tenant,
                signatures.ConvertAll(i => new ErrorSignature(
                    table.Ids[i], batch.Arena.GetString(table.Types[i]), batch.Arena.GetString(table.Messages[i]), batch.Arena.GetString(table.Frames[i]).Split('\n', StringSplitOptions.RemoveEmptyEntries),
                    new Timestamp(table.FirstTimes[i]))),
                Add(write, Tables.ErrorSignatures));
        }
    }

    private void AddArrays(SpanBatch batch, PendingWrite write)
    {
        if (_arrays.NewOf(batch) is { Count: > 0 } names)
        {
            RecordEncoder.Encode(batch.Tenant, names, Add(write, Tables.ArrayAttributes));
            write.OnCommitted += () => _arrays.Add(batch.Tenant, names);
        }
    }

    /// <summary>The places of contents that are not known to be stored, each once; they are known when the write is committed. Null when there are none.</summary>
    private static List<int>? AddNew(KnownContents known, Tenant tenant, ReadOnlySpan<ulong> fingerprints, PendingWrite write)
    {
        List<int>? places = null;
        HashSet<ulong>? added = null;
        for (var i = 0; i < fingerprints.Length; i++)
        {
            if (!known.Contains(tenant, fingerprints[i]) && (added ??= []).Add(fingerprints[i]))
            {
                (places ??= []).Add(i);
            }
        }

        if (added is not null)
        {
            write.OnCommitted += () =>
            {
                foreach (var fingerprint in added)
                {
                    known.Add(tenant, fingerprint);
                }
            };
        }

        return places;
    }
}
