using System.Collections.Concurrent;
using Clew.Server.Configuration;
using Clew.Telemetry;

namespace Clew.Server.Limiting;

/// <summary>What is counted per service.</summary>
public enum CardinalityKind
{
    AttributeKeys,
    SpanNames,
    Series,
    LogTemplates,
    ErrorSignatures,
}

internal static class CardinalityKinds
{
    /// <summary>The setting that limits it.</summary>
    public static string Setting(this CardinalityKind kind) => kind switch
    {
        CardinalityKind.AttributeKeys => "limits.attribute_keys",
        CardinalityKind.SpanNames => "limits.span_names",
        CardinalityKind.LogTemplates => "limits.log_templates",
        CardinalityKind.ErrorSignatures => "limits.error_signatures",
        _ => "limits.series_per_metric",
    };
}

/// <summary>
/// Knows how many distinct keys, span names and series each service has sent, and says when a further one is too many. A set per service and kind (for
/// series: per metric), exact up to its limit; two generations of <see cref="IngestLimits.CardinalityWindow"/>, so that what is still in use stays known and
/// what is not makes room. Safe for concurrent use.
/// </summary>
internal sealed class CardinalityGuard(ServerOptions options, TimeProvider time)
{
    /// <summary>Sets in memory. Services and metrics beyond it share one: a sender that makes up services shall not fill the memory.</summary>
    private const int MaxSets = 20_000;

    private readonly IngestLimits _limits = options.Limits;
    private readonly ConcurrentDictionary<Subject, KnownSet> _sets = new();
    private int _series;

    private long Now => time.GetUtcNow().UtcTicks;

    /// <summary>The set of one service (and metric).</summary>
    /// <param name="metric">Empty unless <paramref name="kind"/> is <see cref="CardinalityKind.Series"/>.</param>
    public KnownSet SetOf(Tenant tenant, string service, CardinalityKind kind, string metric = "")
    {
        var subject = new Subject(tenant, service, kind, metric);
        if (_sets.TryGetValue(subject, out var known))
        {
            return known;
        }

        subject = _sets.Count < MaxSets ? subject : new Subject(Tenant.Default, "(others)", kind, string.Empty);
        return _sets.GetOrAdd(subject, static (key, guard) => new KnownSet(guard, key.Kind), this);
    }

    /// <summary>What is capped, or has been within the window, for one tenant; the most affected first.</summary>
    public IReadOnlyList<CappedCardinality> Capped(Tenant tenant) =>
    [
        .. _sets.Where(set => set.Key.Tenant == tenant && set.Value.Refused > 0)
            .Select(set => new CappedCardinality(set.Key.Kind, set.Key.Service, set.Key.Metric, set.Value.Known, LimitOf(set.Key.Kind), set.Value.Refused, set.Value.Examples()))
            .OrderByDescending(capped => capped.Refused),
    ];

    private int LimitOf(CardinalityKind kind) => kind switch
    {
        CardinalityKind.AttributeKeys => _limits.AttributeKeys,
        CardinalityKind.SpanNames => _limits.SpanNames,
        CardinalityKind.LogTemplates => _limits.LogTemplates,
        CardinalityKind.ErrorSignatures => _limits.ErrorSignatures,
        _ => _limits.SeriesPerMetric,
    };

    private readonly record struct Subject(Tenant Tenant, string Service, CardinalityKind Kind, string Metric);

    /// <summary>What is known of one service, and of one metric where series are counted.</summary>
    internal sealed class KnownSet(CardinalityGuard guard, CardinalityKind kind)
    {
        private const int MaxExamples = 5;

        /// <summary>Characters.</summary>
        private const int LongestExample = 200;

        private readonly Lock _lock = new();
        private readonly HashSet<string> _examples = new(StringComparer.Ordinal);
        private HashSet<ulong> _now = [];
        private HashSet<ulong> _before = [];
        private long _since = guard.Now;
        private long _refusedBefore;

        /// <summary>Distinct ones within the window.</summary>
        public int Known => _now.Count;

        /// <summary>Times something new was refused, in this window and the one before.</summary>
        public long Refused { get; private set; }

        /// <summary>True for what is known, or new and still within the limit.</summary>
        public bool Admit(ulong hash)
        {
            lock (_lock)
            {
                Turn();
                if (_now.Contains(hash))
                {
                    return true;
                }

                var isSeries = kind == CardinalityKind.Series;
                if (_now.Count >= guard.LimitOf(kind) || (isSeries && guard._series >= guard._limits.Series && !_before.Contains(hash)))
                {
                    Refused++;
                    return false;
                }

                _now.Add(hash);
                if (isSeries)
                {
                    Interlocked.Increment(ref guard._series);
                }

                return true;
            }
        }

        /// <summary>Remembers, for the report, something that was refused.</summary>
        public void Note(string example)
        {
            lock (_lock)
            {
                if (_examples.Count < MaxExamples)
                {
                    _examples.Add(example.Length > LongestExample ? example[..LongestExample] : example);
                }
            }
        }

        public IReadOnlyList<string> Examples()
        {
            lock (_lock)
            {
                return [.. _examples];
            }
        }

        private void Turn()
        {
            var now = guard.Now;
            if (now - _since < guard._limits.CardinalityWindow.Ticks)
            {
                return;
            }

            if (kind == CardinalityKind.Series)
            {
                Interlocked.Add(ref guard._series, -_now.Count);
            }

            _since = now;
            (_before, _now) = (_now, _before);
            _now.Clear();
            Refused -= _refusedBefore;
            _refusedBefore = Refused;
            _examples.Clear();
        }
    }
}

/// <summary>One service whose keys, names or series are more than are kept.</summary>
/// <param name="Metric">Empty unless series are counted.</param>
/// <param name="Known">Distinct ones that are kept.</param>
/// <param name="Refused">Times something new was left out, folded or dropped.</param>
/// <param name="Examples">A few of them.</param>
public sealed record CappedCardinality(CardinalityKind Kind, string Service, string Metric, int Known, int Limit, long Refused, IReadOnlyList<string> Examples);
