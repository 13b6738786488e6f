using System.Diagnostics.Metrics;

namespace Clew.Server.SelfTelemetry.Prometheus;

/// <summary>
/// Listens to the server's instruments and the framework's, and keeps what a scrape asks for: sums, last values and histogram buckets.
/// One per server: instruments of another server in the same process are not mixed in.
/// </summary>
public sealed class MetricRegistry : IDisposable
{
    /// <summary>Meters of the framework that say something about a server; matched by name because they belong to no factory or to ours.</summary>
    private static readonly string[] FrameworkMeters = ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    private readonly MeterListener _listener = new();
    private readonly IMeterFactory _factory;
    private readonly List<MetricFamily> _families = [];
    private readonly Lock _lock = new();

    public MetricRegistry(IMeterFactory factory)
    {
        _factory = factory;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (IsOurs(instrument))
            {
                var family = new MetricFamily(instrument);
                lock (_lock)
                {
                    _families.Add(family);
                }

                listener.EnableMeasurementEvents(instrument, family);
            }
        };
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => ((MetricFamily)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => ((MetricFamily)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => ((MetricFamily)state!).Record(value, tags));
    }

    public void Start() => _listener.Start();

    /// <summary>Everything as of now, in the text format 0.0.4.</summary>
    public void WriteTo(TextWriter output)
    {
        _listener.RecordObservableInstruments();
        MetricFamily[] families;
        lock (_lock)
        {
            families = [.. _families.OrderBy(family => family.Name, StringComparer.Ordinal)];
        }

        foreach (var family in families)
        {
            family.WriteTo(output);
        }
    }

    /// <summary>The series of a metric, by its name in Prometheus's format; empty when nothing was recorded. Observed instruments have their last values.</summary>
    public IReadOnlyList<SeriesValue> Read(string name) => Find(name)?.Read() ?? [];

    /// <summary>A histogram over all its series; null when there is none, or nothing was recorded.</summary>
    public HistogramValue? ReadHistogram(string name) => Find(name)?.ReadHistogram();

    public void Dispose() => _listener.Dispose();

    private MetricFamily? Find(string name)
    {
        lock (_lock)
        {
            return _families.Find(family => family.Name == name);
        }
    }

    private bool IsOurs(Instrument instrument) => ReferenceEquals(instrument.Meter.Scope, _factory)
        ? instrument.Meter.Name == Instruments.MeterName || FrameworkMeters.Contains(instrument.Meter.Name)
        : instrument.Meter.Scope is null && FrameworkMeters.Contains(instrument.Meter.Name);
}
