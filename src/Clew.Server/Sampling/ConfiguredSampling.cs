using Clew.Protocols.Jaeger;
using Clew.Server.Configuration;
using Clew.Server.SelfTelemetry;
using Clew.Server.SelfTelemetry.Events;
using Clew.Telemetry;

namespace Clew.Server.Sampling;

/// <summary>
/// Advice from the configuration: <c>head_sampling.strategies</c>, else <c>head_sampling.default_probability</c> for everyone. A file that changes is read
/// again; one that has become wrong is reported, and what it said before stays in force.
/// </summary>
internal sealed class ConfiguredSampling : ISamplingAdvice
{
    /// <summary>How often the file's time is looked at.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(10);

    private readonly HeadSamplingOptions _options;
    private readonly ServerTelemetry _telemetry;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private volatile StrategyFile _strategies;
    private DateTime _written;
    private long _looked;

    /// <exception cref="StrategyFileException">The file cannot be used.</exception>
    public ConfiguredSampling(ServerOptions options, ServerTelemetry telemetry, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        _options = options.HeadSampling;
        _telemetry = telemetry;
        _time = time;
        _looked = time.GetTimestamp();
        var path = _options.Strategies;
        _written = path.Length > 0 ? File.GetLastWriteTimeUtc(path) : default;
        _strategies = path.Length > 0 ? StrategyFile.Read(path, _options.DefaultProbability) : StrategyFile.Of(_options.DefaultProbability);
    }

    public SamplingStrategy Advise(Tenant tenant, string service)
    {
        if (_options.Strategies is { Length: > 0 } path && _time.GetElapsedTime(Interlocked.Read(ref _looked)) >= LookAgain)
        {
            ReadAgain(path);
        }

        return _strategies[service];
    }

    private void ReadAgain(string path)
    {
        lock (_gate)
        {
            if (_time.GetElapsedTime(Interlocked.Read(ref _looked)) < LookAgain)
            {
                return;
            }

            Interlocked.Exchange(ref _looked, _time.GetTimestamp());
            var written = File.GetLastWriteTimeUtc(path);
            if (written == _written)
            {
                return;
            }

            _written = written;
            try
            {
                _strategies = StrategyFile.Read(path, _options.DefaultProbability);
                _telemetry.Report(new StrategiesRead(path, Problem: null));
            }
            catch (StrategyFileException e)
            {
                _telemetry.Report(new StrategiesRead(path, e.Message));
            }
        }
    }
}
