using Clew.Analysis.Inspections;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Observations;

/// <summary>
/// What is only the course of the day: more requests, or slower ones, than in the hours before, as there were at the same time yesterday and a week ago. A nightly batch or a daily peak
/// is no news. Failures are never put down to it: requests that fail every night are an incident every night.
/// </summary>
internal sealed class DailyCourse
{
    /// <summary>Durations that are this many times the usual, and longer by <see cref="MinNanoseconds"/>, left what is usual, as for users (<see cref="Ranking.ImpactReader"/>).</summary>
    private const double Slower = 1.3;

    private const double MinNanoseconds = 20e6;

    /// <summary>So many times the usual requests per second are more.</summary>
    private const double More = 1.5;

    /// <summary>Durations and rates up to this many times those of the other day are like them: two equal days differ by no more, as stretches of a baseline do.</summary>
    private const double Alike = 1.25;

    /// <summary>Share of requests that fail beyond what failed before, from which on an operation is in trouble whatever other days were like.</summary>
    private const double MinErrorExcess = 0.02;

    /// <summary>Requests below which quantiles of an operation say nothing, of the window and of the other day.</summary>
    private const int MinRequests = 20;

    private readonly Dictionary<int, Judgement> _operations = [];
    private readonly Dictionary<int, bool> _services = [];
    private readonly Dictionary<int, double> _longest = [];

    private DailyCourse(World world, IReadOnlyList<WorldSeasonTime> compared) => (_world, Compared) = (world, compared);

    private readonly World _world;

    /// <summary>The times of other days with data, the nearest first.</summary>
    public IReadOnlyList<WorldSeasonTime> Compared { get; }

    /// <summary>Operations that left what was usual in the hours before, as they did on each of the other days.</summary>
    public IReadOnlyList<int> Usual { get; private set; } = [];

    /// <summary>Operations that left what was usual before and on the other days.</summary>
    public IReadOnlyList<int> Beyond { get; private set; } = [];

    public static DailyCourse Of(World world)
    {
        var known = world.Seasons.Select(s => s.DaysBack).ToHashSet();
        var course = new DailyCourse(world, [.. world.SeasonTimes.Where(t => t.Requests > 0 && known.Contains(t.DaysBack)).OrderBy(t => t.DaysBack)]);
        if (course.Compared.Count == 0 || world.Baseline.Count == 0)
        {
            return course;
        }

        var seasons = world.Seasons.ToLookup(s => s.Operation);
        foreach (var operation in world.Red.GroupBy(r => r.Operation).OrderBy(g => g.Key))
        {
            course._operations[operation.Key] = course.Judge([.. operation], [.. seasons[operation.Key]]);
        }

        course.Usual = [.. course._operations.Where(o => o.Value == Judgement.AsOnOtherDays).Select(o => o.Key)];
        course.Beyond = [.. course._operations.Where(o => o.Value == Judgement.Beyond).Select(o => o.Key)];
        foreach (var service in course._operations.GroupBy(o => world.Operations[o.Key].Service))
        {
            course._services[service.Key] = service.Any(o => o.Value == Judgement.AsOnOtherDays) && service.All(o => o.Value != Judgement.Beyond);
        }

        foreach (var operation in course.Usual)
        {
            course._longest[operation] = seasons[operation].Min(s => s.P95);
        }

        return course;
    }

    /// <summary>Whether all of a service that left what was usual before did so on the other days, too.</summary>
    public bool IsUsual(int service) => _services.GetValueOrDefault(service);

    /// <summary>Whether operations of this name, of a service or of whoever calls somebody outside of the services, left what was usual only as on the other days.</summary>
    public bool IsUsual(int service, string operation)
    {
        var named = _operations.Where(o => _world.Operations[o.Key] is var known && known.Name == operation && (known.Service == service || service >= _world.Services.Count)).Select(o => o.Value).ToArray();
        return named.Length > 0 && named.Contains(Judgement.AsOnOtherDays) && !named.Contains(Judgement.Beyond);
    }

    /// <summary>The 95th percentile that an operation had on each of the other days at least, nanoseconds; 0 where its slowness is not the day's course.</summary>
    public double UsualP95(int service, string operation) =>
        _longest.Where(l => _world.Operations[l.Key] is var known && known.Service == service && known.Name == operation).Select(l => l.Value).DefaultIfEmpty(0).Max();

    /// <summary>What the other day says of the window, as a sentence.</summary>
    public string Statement(WorldSeasonTime time)
    {
        var day = time.DaysBack == 1 ? "the day before" : Phrase.Text($"{time.DaysBack} days before");
        if (time.Requests == 0)
        {
            return $"Nothing is stored of the same time {day}.";
        }

        var alike = Usual.Count == 0 ? "" : $" {Named(Usual)} {(Usual.Count == 1 ? "was" : "were")} as busy and as slow then: the course of the day.";
        var beyond = Beyond.Count == 0 ? "" : $" {Named(Beyond)} {(Beyond.Count == 1 ? "was" : "were")} not like that then.";
        return alike.Length + beyond.Length > 0
            ? Phrase.Text($"Compared with {time.Requests} spans of the same time {day}.") + alike + beyond
            : Phrase.Text($"Compared with {time.Requests} spans of the same time {day}: no operation is busier or slower than in the hours before, then or now.");
    }

    private string Named(IReadOnlyList<int> operations) =>
        Phrase.List([.. operations.OrderByDescending(o => _world.Red.Where(r => r.Operation == o && r.Stretch < 0).Sum(r => r.Count)).ThenBy(o => o).Select(o => $"{_world.Services[_world.Operations[o].Service]} '{_world.Operations[o].Name}'")], 3);

    private Judgement Judge(WorldRed[] red, WorldSeason[] seasons)
    {
        var window = red.Where(r => r.Stretch < 0).ToArray();
        var before = red.Where(r => r.Stretch >= 0).ToArray();
        var (count, errors) = (window.Sum(r => r.Count), window.Sum(r => r.Errors));
        if (count < MinRequests)
        {
            return Judgement.AsBefore;
        }

        var usualErrors = before.Sum(r => r.Errors) / (double)Math.Max(1, before.Sum(r => r.Count));
        var seconds = (_world.Window.End - _world.Window.Start) / 1e9;
        var usualRate = before.Sum(r => r.Count) / Math.Max(1e-9, _world.Baseline.Sum(b => (b.End - b.Start) / 1e9));
        var (p50, p95) = (window.Max(r => r.P50), window.Max(r => r.P95));
        var isMore = count / seconds > More * usualRate;
        var isSlower = before.Length > 0 && (IsSlower(p50, Middle(before, r => r.P50)) || IsSlower(p95, Middle(before, r => r.P95)));
        if (errors / (double)count - usualErrors >= MinErrorExcess)
        {
            return Judgement.Beyond;
        }

        if (!isMore && !isSlower)
        {
            return Judgement.AsBefore;
        }

        // On each of the other days: what was so yesterday only may be yesterday's incident.
        return Compared.All(t => seasons.FirstOrDefault(s => s.DaysBack == t.DaysBack) is { Count: >= MinRequests } day
            && (!isMore || count <= Alike * day.Count)
            && ((!isSlower && before.Length > 0) || (day.P95 > 0 && p50 <= (Alike * day.P50) + MinNanoseconds && p95 <= (Alike * day.P95) + MinNanoseconds)))
                ? Judgement.AsOnOtherDays
                : Judgement.Beyond;
    }

    private static bool IsSlower(double now, double usual) => now > Slower * usual && now - usual > MinNanoseconds;

    private static double Middle(WorldRed[] red, Func<WorldRed, double> value) => Statistics.Robust.Median(red.Select(value));

    private enum Judgement
    {
        AsBefore,
        AsOnOtherDays,
        Beyond,
    }
}
