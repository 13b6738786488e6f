using Clew.Telemetry;

namespace Clew.Analysis.Worlds;

/// <summary>Feeds what spans and log records say in detail to the collectors of <see cref="World"/>'s smaller parts.</summary>
internal sealed class SignalCollector(int stretches)
{
    private readonly AttributeUseCollector _attributes = new(stretches);
    private readonly ErrorCollector _errors = new(stretches);
    private readonly LogNumberCollector _numbers = new();
    private readonly FullnessCollector _fullness = new(stretches);
    private readonly LogEventCollector _events = new();
    private readonly AccessCollector _access = new();

    /// <param name="stretch">Index into the baseline; -1 for the window; null for neither.</param>
    public void Add(SpanView span, int service, int operation, int? stretch)
    {
        if (stretch is { } counted)
        {
            _attributes.Add(span, operation, counted);
            _errors.Add(span, service, counted);
            _access.Add(span, service, counted < 0);
        }
    }

    /// <inheritdoc cref="Add(SpanView, int, int, int?)"/>
    public void Add(LogView log, string body, int service, int template, int? stretch)
    {
        if (stretch is { } counted)
        {
            _errors.Add(log, service, counted);
            _numbers.Add(body, service, template, counted < 0);
            _fullness.Add(log, body, service, template, counted);
            _access.Add(log, body, service, counted < 0);
            if (counted < 0)
            {
                _events.Add(log.Severity, log.Time.UnixNanoseconds, service, template);
            }
        }
    }

    /// <summary>The world with these parts.</summary>
    public World Complete(World world) => world with
    {
        AttributeUses = _attributes.Close(),
        Errors = _errors.Close(),
        LogNumbers = _numbers.Close(),
        Fullness = _fullness.Close(),
        LogEvents = _events.Close(),
        Accesses = _access.Close(),
        Truncations = [.. world.Truncations, .. Cut()],
    };

    private IEnumerable<string> Cut()
    {
        (bool IsCut, string Sentence)[] all =
        [
            (_attributes.IsCut, FormattableString.Invariant($"Of the attributes of operations the first {Limits.MaxAttributeUses} were followed.")),
            (_errors.IsCut, FormattableString.Invariant($"Of the kinds of exceptions the first {Limits.MaxErrorSignatures} were counted.")),
            (_numbers.IsCut, FormattableString.Invariant($"Of the numbers in log statements the first {Limits.MaxLogNumbers} were followed.")),
            (_fullness.IsCut, FormattableString.Invariant($"Of the fields that tell what is used and how much there is the first {Limits.MaxFullnessPairs} pairs were followed.")),
            (_events.IsCut, FormattableString.Invariant($"Of the warnings and errors the first {Limits.MaxLogEventStatements} statements were looked at for what comes together.")),
            (_access.IsCut, FormattableString.Invariant($"For attacks the first {Limits.MaxActors} addresses and accounts and {Limits.MaxAccesses} accesses were looked at.")),
        ];
        return all.Where(one => one.IsCut).Select(one => one.Sentence);
    }
}
