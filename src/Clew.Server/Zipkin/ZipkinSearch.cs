using System.Globalization;
using System.Text.RegularExpressions;
using Clew.Server.Api;
using Clew.Server.Jaeger;
using Clew.Telemetry;
using Field = Clew.Telemetry.Field;

namespace Clew.Server.Zipkin;

/// <summary>
/// A search for traces as Zipkin asks it. Conditions need not hold on one span: each must hold on some span of the service (of any service when none is
/// named). The store finds the traces for which the rarest-looking condition holds; the others are looked up among them.
/// </summary>
/// <param name="Service">In every spelling that is stored; null for any.</param>
/// <param name="Conditions">Each must hold on some span.</param>
internal sealed record ZipkinSearch(Predicate? Service, IReadOnlyList<Predicate> Conditions, TimeRange Range, int Limit)
{
    /// <summary>Zipkin's default for a search and for dependencies.</summary>
    public static readonly TimeSpan DefaultLookback = TimeSpan.FromDays(1);

    /// <summary>Traces, when a search does not say how many.</summary>
    public const int DefaultLimit = 10;

    private const string Any = "all";

    /// <exception cref="PeerRefusal">A parameter is missing or malformed.</exception>
    public static async Task<ZipkinSearch> ReadAsync(ZipkinAsking asking)
    {
        var end = asking.Milliseconds("endTs") ?? asking.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var lookback = asking.Milliseconds("lookback") ?? (long)DefaultLookback.TotalMilliseconds;
        var conditions = new List<Predicate>();
        if (Name(asking, "remoteServiceName") is { } remote)
        {
            conditions.Add(new AnyPredicate([.. ZipkinNames.RemoteService.Select(field => Spelled(field, remote))]));
        }

        if (Name(asking, "spanName") is { } span)
        {
            conditions.Add(Spelled(Field.Intrinsic(Intrinsics.Name), span));
        }

        conditions.AddRange(Annotations(asking));
        if (Duration(asking) is { } duration)
        {
            conditions.Add(duration);
        }

        return new ZipkinSearch(
            Name(asking, "serviceName") is { } service ? await ZipkinNames.ServiceIsAsync(asking, service) : null,
            conditions,
            RangeOf(end, lookback),
            LimitOf(asking));
    }

    /// <summary>Both ends included, as Zipkin has it.</summary>
    /// <param name="end">Milliseconds since the Unix epoch.</param>
    /// <param name="lookback">Milliseconds.</param>
    public static TimeRange RangeOf(long end, long lookback) =>
        new(Timestamp.FromUnixMilliseconds(Math.Max(0, end - lookback)), new Timestamp((end * 1_000_000) + 1));

    /// <returns>The traces found, newest first, each with its rows.</returns>
    public async Task<(SpanBatch Batch, IReadOnlyList<int[]> Traces)> FindAsync(ZipkinAsking asking)
    {
        IReadOnlyList<TraceId>? ids = null;
        foreach (var condition in Conditions.Count == 0 ? [null] : Conditions.Select(condition => (Predicate?)condition))
        {
            // With several conditions there must be room for traces that only some of them hold for.
            var most = Conditions.Count > 1 ? asking.Limits.Traces : Limit;
            var where = Predicate.AllOf(Service, condition, ids is null ? null : new InPredicate(Field.Intrinsic(Intrinsics.TraceId), [.. ids.Select(id => Literal.String(id.ToString()))]));
            var found = await asking.Store.FindTracesAsync(new TraceQuery(asking.Tenant, Range, where, most), asking.Http.RequestAborted);
            var here = found.Select(trace => trace.TraceId).ToHashSet();
            ids = ids is null ? [.. found.Select(trace => trace.TraceId)] : [.. ids.Where(here.Contains)];
            if (ids.Count == 0)
            {
                break;
            }
        }

        var (batch, traces) = await JaegerTraces.GetAsync(asking.Store, asking.Tenant, [.. ids!.Take(Limit)], range: null, asking.Limits, asking.Http.RequestAborted);
        return (batch, [.. traces.Select(trace => trace.Rows)]);
    }

    private static string? Name(ZipkinAsking asking, string parameter) => asking.Text(parameter) is { } text && !text.Equals(Any, StringComparison.OrdinalIgnoreCase) ? text : null;

    /// <summary>A name whatever its case.</summary>
    private static Predicate Spelled(Field field, string name)
    {
        // RE2 has no use for the quoted spaces and # of .NET's own escaping, but takes them.
        var pattern = "(?i:" + Regex.Escape(name) + ")";
        return Predicate.Compare(field, ComparisonOperator.Matches, field.Source == FieldSource.Intrinsic ? Literal.String(pattern) : Literal.AnyType(pattern));
    }

    /// <summary><c>key=value and word and …</c>: a tag, or a word that is a tag's key or an annotation.</summary>
    private static IEnumerable<Predicate> Annotations(ZipkinAsking asking)
    {
        if (asking.Text("annotationQuery") is not { } query)
        {
            yield break;
        }

        var terms = query.Split(" and ", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (terms.Length > asking.Limits.Conditions)
        {
            throw PeerRefusal.BadRequest($"annotationQuery has more than {asking.Limits.Conditions} terms (limit query.conditions)");
        }

        foreach (var term in terms)
        {
            var equals = term.IndexOf('=', StringComparison.Ordinal);
            var key = equals < 0 ? term : term[..equals];
            if (key.Length == 0 || term.Length > asking.Limits.ConditionLength)
            {
                throw PeerRefusal.BadRequest($"annotationQuery has a term without a key, or one of more than {asking.Limits.ConditionLength} characters (limit query.condition_length)");
            }

            var tag = new Field(FieldSource.Attribute, key);
            yield return equals >= 0 ? Predicate.Equal(tag, Literal.AnyType(term[(equals + 1)..]))
                : key == "error" ? new AnyPredicate([new ExistsPredicate(tag), Predicate.Equal(Field.Intrinsic(Intrinsics.EventName), Literal.String(key)), Predicate.Equal(Field.Intrinsic(Intrinsics.Status), Literal.String("error"))])
                : new AnyPredicate([new ExistsPredicate(tag), Predicate.Equal(Field.Intrinsic(Intrinsics.EventName), Literal.String(key))]);
        }
    }

    private static Predicate? Duration(ZipkinAsking asking)
    {
        var shortest = Microseconds(asking, "minDuration");
        var longest = Microseconds(asking, "maxDuration");
        if (longest is not null && shortest is null)
        {
            throw PeerRefusal.BadRequest("maxDuration is only valid with minDuration");
        }

        if (longest < shortest)
        {
            throw PeerRefusal.BadRequest("maxDuration should be at least minDuration");
        }

        var duration = Field.Intrinsic(Intrinsics.Duration);

        // Durations are stored in nanoseconds; the longest includes all of its last microsecond.
        return Predicate.AllOf(
            shortest is { } least ? Predicate.Compare(duration, ComparisonOperator.GreaterOrEqual, Literal.Int(least * 1_000)) : null,
            longest is { } most ? Predicate.Compare(duration, ComparisonOperator.Less, Literal.Int((most * 1_000) + 1_000)) : null);
    }

    private static long? Microseconds(ZipkinAsking asking, string name)
    {
        if (asking.Text(name) is not { } text)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < long.MaxValue / 1_000_000
            ? number
            : throw PeerRefusal.BadRequest($"{name} should be a positive number of microseconds, not {text}");
    }

    private static int LimitOf(ZipkinAsking asking)
    {
        if (asking.Text("limit") is not { } text)
        {
            return Math.Min(DefaultLimit, asking.Limits.Traces);
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0 && limit <= asking.Limits.Traces
            ? limit
            : throw PeerRefusal.BadRequest($"limit should be a number from 1 to {asking.Limits.Traces} (limit query.traces), not {text}");
    }
}
