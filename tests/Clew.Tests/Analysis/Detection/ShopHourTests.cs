using System.Globalization;
using Clew.Analysis;
using Clew.Analysis.Detection;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;
using Clew.Telemetry;
using Clew.Tests.Analysis.Lab;
using Xunit.Abstractions;

namespace Clew.Tests.Analysis.Detection;

/// <summary>
/// Hours of the shop with faults switched on at random, judged by the detector, which is told neither when nor whether. An hour is composed of what was recorded: quiet stretches are the
/// calm times of random scenarios, one after the other, and a fault lasts as long as its recording's twenty seconds are repeated (100 to 180 s). Every request is one that was really
/// served; only its moment is moved. The same seed composes the same hour.
/// </summary>
public sealed class ShopHourTests(ITestOutputHelper output)
{
    private const long Second = 1_000_000_000;
    private const long Step = 10 * Second;
    private const long Hour = 3_600 * Second;
    private const long InTime = 90 * Second;
    private const int Hours = 4;

    /// <summary>Quiet time before the first fault, and at least between one and the next.</summary>
    private const long LeastQuiet = 240 * Second;

    private static readonly Lazy<IReadOnlyDictionary<string, World>> Worlds = new(() => LabRecordings.Names.ToDictionary(n => n, LabRecordings.World));

    [Fact]
    public void Faults_are_noticed_in_time_and_quiet_hours_are_quiet()
    {
        var felt = Play(name => LabRecordings.Scenario(name).IsFelt, output.WriteLine);

        // What requests do not show cannot be noticed in their rates, errors and durations; played too, it says how much of all that goes wrong is noticed there.
        var all = Play(_ => true, output.WriteLine);
        var hidden = all.Faults.Where(f => !LabRecordings.Scenario(f.Name).IsFelt).ToArray();
        var table = string.Create(CultureInfo.InvariantCulture,
            $"""
            | measure | target | result |
            |---|---|---|
            | faults noticed within 90 s of telemetry time | every one | {felt.Noticed} of {felt.Faults.Count} in {Hours} hours, {100.0 * felt.Noticed / felt.Faults.Count:0} %; the slowest after {felt.Faults.Max(f => f.After ?? 0) / Second} s |
            | the cause first | ≥ 90 % | {felt.Rightly} of {felt.Faults.Count}, {100.0 * felt.Rightly / felt.Faults.Count:0} % |
            | false incidents in a quiet hour | ≤ 0.2 | {felt.FalsePerHour:0.00} in {felt.QuietHours:0.0} quiet hours |
            | other hours, with scenarios that requests do not show (`felt: no`): noticed | – | {all.Noticed} of {all.Faults.Count}, {100.0 * all.Noticed / all.Faults.Count:0} %; of the hidden ones {hidden.Count(f => f.After is not null)} of {hidden.Length} |
            | … false incidents in a quiet hour | ≤ 0.2 | {all.FalsePerHour:0.00} in {all.QuietHours:0.0} quiet hours |
            | scenarios that requests do not show | – | {string.Join(", ", LabRecordings.Names.Where(n => !LabRecordings.Scenario(n).IsFelt))} |

            """);
        output.WriteLine(table);
        if (Environment.GetEnvironmentVariable("CLEW_LAB_TABLES") is { Length: > 0 } folder)
        {
            File.WriteAllText(Path.Combine(folder, "hours.md"), table);
        }

        // What is measured, not the target: other recordings compose other hours, and eval/RESULTS.md has the figure.
        felt.Noticed.ShouldBe(felt.Faults.Count);
        felt.Rightly.ShouldBe(felt.Faults.Count);
        felt.FalsePerHour.ShouldBe(0);
        all.Faults.Where(f => LabRecordings.Scenario(f.Name).IsFelt).ShouldAllBe(f => f.After != null);
        all.FalsePerHour.ShouldBe(0);
    }

    /// <summary>Lets hours of the scenarios that <paramref name="isPlayed"/> picks pass before the detector.</summary>
    private static Played Play(Func<string, bool> isPlayed, Action<string> tell)
    {
        var faults = new List<PlayedFault>();
        var (wrong, quiet) = (0, 0L);
        for (var seed = 1; seed <= Hours; seed++)
        {
            var hour = Compose(seed, isPlayed, out var switched);
            var incidents = IncidentTracker.Replay(hour);
            quiet += Hour - switched.Where(s => !s.IsHealthy).Sum(s => s.End - s.Start);
            foreach (var fault in switched.Where(s => !s.IsHealthy))
            {
                var found = incidents.FirstOrDefault(i => i.Noticed >= fault.Start && i.Onset < fault.End + (2 * Step) && i.Noticed <= fault.Start + InTime);
                faults.Add(new PlayedFault(fault.Name, found is null ? null : found.Noticed - fault.Start));
                tell($"hour {seed}, {fault.Start / Second,5} s {fault.Name,-24} {(found is null ? "NOT NOTICED" : $"after {(found.Noticed - fault.Start) / Second} s: {found.Symptoms[0].Kind} {found.Symptoms[0].Service} {found.Symptoms[0].Operation}")}");
            }

            foreach (var incident in incidents.Where(i => !switched.Any(s => !s.IsHealthy && i.Noticed >= s.Start && i.Onset < s.End + (2 * Step))))
            {
                wrong++;
                tell($"hour {seed}, {incident.Noticed / Second,5} s FALSE: {incident.Symptoms[0]}");
            }
        }

        return new Played(faults, wrong, quiet / (double)Hour);
    }

    /// <param name="After">Nanoseconds from being switched on to being noticed; null when it was not noticed in time.</param>
    private sealed record PlayedFault(string Name, long? After);

    private sealed record Played(IReadOnlyList<PlayedFault> Faults, int Wrong, double QuietHours)
    {
        public int Noticed => Faults.Count(f => f.After is not null);

        public int Rightly => Faults.Count(f => f.After is not null && IsNamed(f.Name));

        public double FalsePerHour => Wrong / QuietHours;
    }

    /// <summary>Composes an hour; what was switched on, and healthy times that look like something, in <paramref name="switched"/>.</summary>
    private static RedTimeline Compose(int seed, Func<string, bool> isPlayed, out List<(string Name, long Start, long End, bool IsHealthy)> switched)
    {
        var chance = new Chance((ulong)seed);
        var requests = new Dictionary<(string Service, string Operation, bool IsEntry), List<(long Time, long Duration, bool IsError)>>();
        var names = LabRecordings.Names;
        switched = [];
        var now = 0L;
        var next = LeastQuiet + (chance.Next(120) * Second);
        while (now < Hour)
        {
            var name = names[chance.Next(names.Count)];
            var world = Worlds.Value[name];
            if (now < next)
            {
                var stretches = world.Baseline;
                now += Place(world, stretches[0].Start, stretches[^1].End, now, trace => trace.Stretch >= 0, requests);
                continue;
            }

            if (!isPlayed(name))
            {
                continue;
            }

            var start = now;
            for (var end = start + ((100 + chance.Next(80)) * Second); now < end;)
            {
                now += Place(world, world.Window.Start + Second, world.Window.End, now, trace => trace.Stretch < 0, requests);
            }

            switched.Add((name, start, now, LabRecordings.Scenario(name).IsHealthy));
            next = now + LeastQuiet + (chance.Next(200) * Second);
        }

        var steps = (int)(now / Step);
        return new RedTimeline(0, Step, steps, [.. requests.OrderBy(r => r.Key.Service, StringComparer.Ordinal).ThenBy(r => r.Key.Operation, StringComparer.Ordinal).Select(r => new RedSeries(r.Key.Service, r.Key.Operation, r.Key.IsEntry, Steps(r.Value, steps)))]);
    }

    /// <summary>Puts the requests of a stretch of a recording at a moment of the hour; how long the stretch is.</summary>
    private static long Place(
        World world, long from, long to, long at, Func<WorldTrace, bool> belongs, Dictionary<(string Service, string Operation, bool IsEntry), List<(long Time, long Duration, bool IsError)>> requests)
    {
        foreach (var trace in world.Traces.Where(belongs))
        {
            foreach (var span in trace.Spans)
            {
                var operation = world.Operations[span.Operation];
                var time = trace.Start + span.Offset;
                if (operation.Kind is not (SpanKind.Server or SpanKind.Consumer) || time < from || time >= to)
                {
                    continue;
                }

                var key = (world.Services[operation.Service], operation.Name, operation.Kind == SpanKind.Server && span.Parent < 0);
                if (!requests.TryGetValue(key, out var list))
                {
                    requests[key] = list = [];
                }

                list.Add((at + time - from, span.Duration, span.IsError));
            }
        }

        return to - from;
    }

    private static RedStep[] Steps(List<(long Time, long Duration, bool IsError)> requests, int steps)
    {
        var made = new RedStep[steps];
        foreach (var group in requests.GroupBy(r => (int)(r.Time / Step)).Where(g => g.Key < steps))
        {
            var durations = group.Select(r => (double)r.Duration).Order().ToArray();
            made[group.Key] = new RedStep(durations.Length, group.Count(r => r.IsError), Robust.Quantile(durations, 0.5), Robust.Quantile(durations, 0.95));
        }

        return made;
    }

    private static bool IsNamed(string name)
    {
        var report = Investigator.Investigate(Worlds.Value[name]);
        return report.Causes.Count > 0 && report.Causes[0].Kind != CauseKind.None && LabRecordings.Scenario(name).Expect.Any(names => names.Contains(report.Causes[0].Service));
    }

    /// <summary>splitmix64.</summary>
    private sealed class Chance(ulong seed)
    {
        private ulong _state = seed * 0xD1342543DE82EF95;

        public int Next(int limit)
        {
            var z = _state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return (int)((z ^ (z >> 31)) % (ulong)limit);
        }
    }
}
