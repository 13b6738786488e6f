namespace Clew.Analysis.Worlds;

/// <summary>The first warnings and errors of the window of each statement, with their moments: a thinned sample would tear apart what comes together.</summary>
internal sealed class LogEventCollector
{
    /// <summary>OTLP's first WARN number.</summary>
    private const int Warn = 13;

    private readonly Dictionary<(int Service, int Template), List<long>> _times = [];

    /// <summary>Whether something was left out because of the limit.</summary>
    public bool IsCut { get; private set; }

    public void Add(int severity, long time, int service, int template)
    {
        if (severity < Warn)
        {
            return;
        }

        if (!_times.TryGetValue((service, template), out var times))
        {
            if (_times.Count >= Limits.MaxLogEventStatements)
            {
                IsCut = true;
                return;
            }

            _times[(service, template)] = times = [];
        }

        if (times.Count < Limits.MaxLogEventsPerStatement)
        {
            times.Add(time);
        }
    }

    /// <summary>By time.</summary>
    public IReadOnlyList<WorldLogEvent> Close() =>
        [.. _times.SelectMany(t => t.Value.Select(time => new WorldLogEvent(time, t.Key.Service, t.Key.Template))).OrderBy(e => e.Time).ThenBy(e => e.Service).ThenBy(e => e.Template)];
}
