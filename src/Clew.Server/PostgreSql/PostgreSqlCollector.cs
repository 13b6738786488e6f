using System.Collections.Concurrent;
using Clew.Protocols;
using Clew.Server.Configuration;
using Clew.Server.Ingest;
using Clew.Server.Pipeline;
using Clew.Server.SelfTelemetry;
using Clew.Server.SelfTelemetry.Events;
using Clew.Telemetry;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Clew.Server.PostgreSql;

/// <summary>Samples every target at its interval, each on its own: one that hangs delays no other. A sample that takes longer than the interval skips the next.</summary>
internal sealed class PostgreSqlCollector : BackgroundService
{
    private static readonly IngestProtocol Protocol = new("postgresql");

    private readonly PostgreSqlOptions _options;
    private readonly Tenant _tenant;
    private readonly IngestPipeline _pipeline;
    private readonly ServerTelemetry _telemetry;
    private readonly TimeProvider _time;
    private readonly IReadOnlyList<PostgreSqlTarget> _targets;
    private readonly ConcurrentDictionary<string, PostgreSqlTargetState> _states = new(StringComparer.Ordinal);

    public PostgreSqlCollector(ServerOptions options, IngestPipeline pipeline, ServerTelemetry telemetry, TimeProvider time)
    {
        _options = options.PostgreSql;
        _tenant = options.Tenancy.Of("postgresql");
        _pipeline = pipeline;
        _telemetry = telemetry;
        _time = time;
        _targets = PostgreSqlTargets.Read(_options.Targets).Targets;
    }

    /// <summary>Every target with what its last sample said, in the order of the file.</summary>
    public IReadOnlyList<PostgreSqlTargetState> States => [.. _targets.Select(target => _states.GetValueOrDefault(target.Name) ?? Unsampled(target))];

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(_targets.Select(target => WatchAsync(target, stoppingToken)));

    private static PostgreSqlTargetState Unsampled(PostgreSqlTarget target) => new(target.Name, target.Connection.Host!, target.Connection.Port, null, null, null, null);

    private async Task WatchAsync(PostgreSqlTarget target, CancellationToken stop)
    {
        await using var sampler = new PostgreSqlSampler(target, _options, _time);
        using var timer = new PeriodicTimer(_options.Interval, _time);
        var records = new SampleRecords(target);
        PostgreSqlSample? before = null;
        try
        {
            do
            {
                before = await SampleAsync(target, sampler, records, before, stop);
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    /// <returns>The sample to compare the next one with.</returns>
    private async Task<PostgreSqlSample?> SampleAsync(PostgreSqlTarget target, PostgreSqlSampler sampler, SampleRecords records, PostgreSqlSample? before, CancellationToken stop)
    {
        var start = _time.GetTimestamp();
        try
        {
            var sample = await sampler.SampleAsync(stop);
            await _pipeline.IngestAsync<MetricBatch>(Protocol, _tenant, 0, batch => Filled(batch, into => records.WriteMetrics(sample, into)));
            await _pipeline.IngestAsync<LogBatch>(Protocol, _tenant, 0, batch => Filled(batch, into => records.WriteEvents(sample, before, _options.Statements, into)));
            _telemetry.Report(new PostgreSqlSampled(target.Name, sample.Databases.Count, sample.Sessions.Count, _time.GetElapsedTime(start)));
            _states[target.Name] = Unsampled(target) with { Version = sample.Version, SampledAt = sample.Time, HasStatements = sample.Statements is not null };
            return sample;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException or System.Net.Sockets.SocketException or InvalidOperationException)
        {
            var now = Timestamp.FromDateTimeOffset(_time.GetUtcNow());
            await _pipeline.IngestAsync<MetricBatch>(Protocol, _tenant, 0, batch => Filled(batch, into => records.WriteDown(now, into)));
            var problem = e is PostgresException refused ? refused.MessageText : e.Message;
            _telemetry.Report(new PostgreSqlSampleFailed(target.Name, problem));
            _states[target.Name] = Unsampled(target) with { SampledAt = now, Problem = problem };
            return before;
        }
    }

    private static DecodeResult Filled<TBatch>(TBatch batch, Action<TBatch> fill)
        where TBatch : TelemetryBatch
    {
        fill(batch);
        return new DecodeResult { Status = DecodeStatus.Ok, Accepted = batch.Count };
    }
}

/// <summary>What is known of one target.</summary>
/// <param name="SampledAt">Null before the first sample.</param>
/// <param name="HasStatements">Whether pg_stat_statements is there; null when unknown.</param>
/// <param name="Problem">Why the last sample failed; null when it did not.</param>
internal sealed record PostgreSqlTargetState(string Name, string Host, int Port, string? Version, Timestamp? SampledAt, bool? HasStatements, string? Problem);
