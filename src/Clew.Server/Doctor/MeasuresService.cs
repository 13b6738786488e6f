using System.Diagnostics.Metrics;
using Clew.Analysis.Doctor;
using Clew.Server.SelfTelemetry;
using Clew.Server.SelfTelemetry.Events;
using Clew.Server.SelfTelemetry.Prometheus;
using Clew.Telemetry;
using Microsoft.Extensions.Hosting;

namespace Clew.Server.Doctor;

/// <summary>
/// Computes the measures of the tracing itself every few minutes, while spans arrive, and shows the last ones as gauges <c>clew_tracing_*</c> in
/// <c>/metrics</c>. Nothing is computed while nothing arrives: an idle server stays idle.
/// </summary>
internal sealed class MeasuresService : BackgroundService
{
    /// <summary>What the measures are of: so long up to the moment they are computed.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    private readonly SurveyLoader _surveys;
    private readonly MetricRegistry _metrics;
    private readonly ServerTelemetry _telemetry;
    private readonly TimeProvider _time;
    private volatile TracingMeasures? _latest;

    public MeasuresService(SurveyLoader surveys, MetricRegistry metrics, ServerTelemetry telemetry, Instruments instruments, TimeProvider time)
    {
        _surveys = surveys;
        _metrics = metrics;
        _telemetry = telemetry;
        _time = time;
        foreach (var name in TracingMeasures.Of(new TelemetrySurvey()).Measures)
        {
            instruments.Meter.CreateObservableGauge($"clew.tracing.{name.Name}", () => Observe(name.Name), name.Unit, $"{name.Id} of docs/doctor.md, over the {Window.TotalMinutes:0} minutes before it was computed.");
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        var before = 0.0;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var accepted = _metrics.Read("clew_ingest_accepted_items_total").Sum(series => series.Value);
            if (accepted != before)
            {
                before = accepted;
                await ComputeAsync(stoppingToken);
            }
        }
    }

    /// <summary>Computes the measures now; <c>/metrics</c> shows them from then on.</summary>
    internal async Task ComputeAsync(CancellationToken cancellation)
    {
        var start = _time.GetTimestamp();
        var now = Timestamp.FromDateTimeOffset(_time.GetUtcNow());
        try
        {
            _latest = TracingMeasures.Of(await _surveys.LoadForMeasuresAsync(Tenant.Default, new TimeRange(now - Window, now), cancellation));
            _telemetry.Report(new MeasuresComputed(_time.GetElapsedTime(start)));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The server stops.
        }
        catch (Exception e)
        {
            _telemetry.Report(new MeasuresFailed(e));
        }
    }

    private IEnumerable<Measurement<double>> Observe(string name) =>
        _latest?.Measures.FirstOrDefault(measure => measure.Name == name)?.Value is { } value ? [new Measurement<double>(value)] : [];
}
