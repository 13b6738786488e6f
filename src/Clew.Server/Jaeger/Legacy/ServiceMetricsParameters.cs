using System.Globalization;
using Clew.Server.Api;
using Clew.Server.Api.Contracts;
using Clew.Telemetry;

namespace Clew.Server.Jaeger.Legacy;

/// <summary>The parameters of <c>/api/metrics/…</c>. Points are at multiples of the step, the last one not after the end that was asked for.</summary>
/// <param name="Step">Nanoseconds between points.</param>
/// <param name="Window">Steps that a point looks back over.</param>
/// <param name="First">Nanoseconds since the Unix epoch of the first point.</param>
/// <param name="Points">How many there are.</param>
/// <param name="Quantile">From 0 to 1, of latencies; otherwise NaN.</param>
internal sealed record ServiceMetricsParameters(
    IReadOnlyList<string> Services, IReadOnlyList<SpanKind> Kinds, bool ByOperation, long Step, int Window, long First, int Points, double Quantile)
{
    /// <summary>Points of a series, as Prometheus has it, which Jaeger asks for these.</summary>
    private const int MostPoints = 11_000;

    /// <summary>Steps that a point looks back over: it adds up so many numbers.</summary>
    private const int MostWindow = 11_000;

    private const long NanosecondsPerMillisecond = 1_000_000;
    private static readonly TimeSpan DefaultLookback = TimeSpan.FromHours(1);
    private static readonly TimeSpan DefaultStep = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DefaultWindow = TimeSpan.FromMinutes(10);

    /// <summary>What is read: from the window before the first point to the last one.</summary>
    public TimeRange Range => new(new Timestamp(First - (Step * Window)), new Timestamp(First + (Step * (Points - 1))));

    /// <exception cref="PeerRefusal">A parameter is missing or malformed.</exception>
    public static ServiceMetricsParameters Read(PeerAsking asking, bool hasQuantile)
    {
        string[] services = [.. asking.Http.Request.Query["service"].OfType<string>().Where(service => service.Length > 0).Distinct()];
        if (services.Length == 0)
        {
            throw PeerRefusal.BadRequest("unable to parse param 'service': please provide at least one service name");
        }

        if (services.Length > asking.Limits.Conditions)
        {
            throw PeerRefusal.BadRequest($"unable to parse param 'service': at most {asking.Limits.Conditions} services (limit query.conditions)");
        }

        var quantile = hasQuantile ? ReadQuantile(asking) : double.NaN;
        var step = Length(asking, "step", DefaultStep);
        var lookback = Length(asking, "lookback", DefaultLookback);
        var window = (Length(asking, "ratePer", DefaultWindow) + step - 1) / step;
        var end = (LegacySearchParameters.Time(asking, "endTs", NanosecondsPerMillisecond) ?? asking.Now).UnixNanoseconds;
        var last = Math.Max(0, end) / step * step;
        var points = (lookback / step) + 1;
        if (points > MostPoints || window > MostWindow)
        {
            throw PeerRefusal.BadRequest($"unable to parse param 'step': more than {MostPoints} points, or more than {MostWindow} steps in a point's window; ask for a longer step or a shorter time");
        }

        return new ServiceMetricsParameters(services, ReadKinds(asking), LegacySearchParameters.Bool(asking, "groupByOperation"), step, (int)window, last - ((points - 1) * step), (int)points, quantile);
    }

    /// <returns>Nanoseconds, at least a millisecond.</returns>
    private static long Length(PeerAsking asking, string name, TimeSpan usual)
    {
        var length = LegacySearchParameters.Milliseconds(asking, name) ?? usual;
        return length > TimeSpan.Zero ? length.Ticks * 100 : throw PeerRefusal.BadRequest($"unable to parse param '{name}': it must be longer than 0");
    }

    private static double ReadQuantile(PeerAsking asking) => asking.Text("quantile") is not { } text ? throw PeerRefusal.BadRequest("unable to parse param 'quantile': it is required")
        : double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var quantile) && quantile is >= 0 and <= 1 ? quantile
        : throw PeerRefusal.BadRequest($"unable to parse param 'quantile': '{text}' is not a number from 0 to 1");

    private static IReadOnlyList<SpanKind> ReadKinds(PeerAsking asking)
    {
        string[] words = [.. asking.Http.Request.Query["spanKind"].OfType<string>().Where(word => word.Length > 0)];
        return words.Length == 0
            ? [SpanKind.Server]
            : [.. words.Select(word => SpanWords.ParseKind(word) ?? throw PeerRefusal.BadRequest($"unable to parse param 'spanKind': unsupported span kind: '{word}'")).Distinct()];
    }
}
