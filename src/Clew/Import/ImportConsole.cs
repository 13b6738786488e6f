using Clew.Cli.Rendering;

namespace Clew.Cli.Import;

/// <summary>
/// Shows an import on standard error while it runs: a line redrawn in place on a terminal, a line every few seconds otherwise, and
/// problems as they come, up to <see cref="Limits.PrintedProblems"/>.
/// </summary>
public sealed class ImportConsole : IImportWatcher, IDisposable
{
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PlainEvery = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly ImportTotals _totals;
    private readonly TextWriter _output;
    private readonly Terminal _terminal;
    private readonly bool _live;
    private readonly TimeProvider _clock;
    private readonly ITimer? _timer;

    private ImportSnapshot _before;
    private long _beforeAt;
    private ImportRate _rate;
    private (string Reason, long Until)? _waiting;
    private int _problems;
    private bool _drawn;
    private bool _disposed;

    /// <param name="quiet">No progress, only problems.</param>
    /// <param name="live">The output is a terminal on which lines can be redrawn.</param>
    public ImportConsole(ImportTotals totals, TextWriter output, Terminal terminal, bool quiet, bool live, TimeProvider clock)
    {
        (_totals, _output, _terminal, _live, _clock) = (totals, output, terminal, live, clock);
        _before = totals.Snapshot();
        _beforeAt = clock.GetTimestamp();
        if (!quiet)
        {
            var every = live ? Redraw : PlainEvery;
            _timer = clock.CreateTimer(_ => Tick(), null, every, every);
        }
    }

    public void OnProblem(ImportProblem problem)
    {
        lock (_lock)
        {
            if (_disposed || ++_problems > Limits.PrintedProblems + 1)
            {
                return;
            }

            Erase();
            var line = _problems > Limits.PrintedProblems
                ? Line.Of($"more than {Limits.PrintedProblems} problems: further ones are counted, not shown", Ink.Warning)
                : new Line().Add(problem.Where, Ink.Accent).Add(": ").Add(problem.Text, Ink.Warning);
            _output.WriteLine(_terminal.Format(line));
        }
    }

    public void OnWaiting(string reason, TimeSpan delay)
    {
        lock (_lock)
        {
            var fresh = _waiting is null;
            _waiting = ($"{reason} (again in {_terminal.Page.Duration(delay)})", _clock.GetTimestamp() + (long)(delay.TotalSeconds * _clock.TimestampFrequency));
            if (fresh && !_live && _timer is not null)
            {
                _output.WriteLine($"waiting: {_waiting.Value.Reason}");
            }
        }
    }

    /// <summary>Takes the progress line away.</summary>
    public void Dispose()
    {
        _timer?.Dispose();
        lock (_lock)
        {
            Erase();
            _disposed = true;
        }
    }

    private void Tick()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            var now = _totals.Snapshot();
            var at = _clock.GetTimestamp();
            Measure(now, at);
            if (_waiting is { } waiting && at > waiting.Until)
            {
                _waiting = null;
            }

            if (_live)
            {
                // One column less than there are: a line that fills the last one makes some terminals wrap.
                var line = ImportText.Progress(now, _rate, _waiting?.Reason, _terminal.Page);
                Erase();
                _output.Write(line.Width < _terminal.Page.Width ? _terminal.Format(line) : TextWidth.Fit(line.ToString(), _terminal.Page.Width - 1, _terminal.Page.Ellipsis));
                _output.Flush();
                _drawn = true;
            }
            else
            {
                _output.WriteLine(_terminal.Format(ImportText.Plain(now, _rate)));
            }
        }
    }

    /// <summary>A moving average over about three seconds: steady enough to read, quick enough to follow.</summary>
    private void Measure(ImportSnapshot now, long at)
    {
        var seconds = _clock.GetElapsedTime(_beforeAt, at).TotalSeconds;
        if (seconds <= 0)
        {
            return;
        }

        var latest = new ImportRate(
            (now.Records - _before.Records) / seconds,
            (now.Bytes - _before.Bytes) / seconds,
            (now.StoredBytesRead - _before.StoredBytesRead) / seconds);
        var weight = _rate == default ? 1 : 1 - Math.Exp(-seconds / 3);
        _rate = new ImportRate(
            Blend(_rate.RecordsPerSecond, latest.RecordsPerSecond, weight),
            Blend(_rate.BytesPerSecond, latest.BytesPerSecond, weight),
            Blend(_rate.StoredBytesPerSecond, latest.StoredBytesPerSecond, weight));
        (_before, _beforeAt) = (now, at);
    }

    private static double Blend(double old, double latest, double weight) => old + (weight * (latest - old));

    private void Erase()
    {
        if (_drawn)
        {
            _output.Write("\r\e[2K");
            _drawn = false;
        }
    }
}
