using System.Globalization;
using Clew.Analysis.Detection;

namespace Clew.Tests.Analysis.Detection;

public sealed class DetectionCaseTests
{
    private const long Second = 1_000_000_000;
    private const long Step = 10 * Second;

    private static readonly Dictionary<string, string[]> Cases = Read()
        .Split("case: ")[1..].Select(c => c.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).ToDictionary(c => c[0], c => c[1..]);

    private static string Read()
    {
        using var reader = new StreamReader(typeof(DetectionCaseTests).Assembly.GetManifestResourceStream("Analysis/Detection/Cases/incidents.txt")!);
        return reader.ReadToEnd();
    }

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_wrong_is_noticed_and_nothing_else(string name)
    {
        var lines = Cases[name];
        var found = IncidentTracker.Replay(Timeline(lines));
        var expected = lines.Where(l => l.StartsWith("expect: ", StringComparison.Ordinal) && l != "expect: nothing").Select(l => l[8..].Split(' ', 4)).ToArray();
        found.Count.ShouldBe(expected.Length, string.Join("; ", found.Select(i => $"{i.Onset / Second} {string.Join(", ", i.Symptoms)}")));
        for (var i = 0; i < expected.Length; i++)
        {
            var onset = long.Parse(expected[i][0], CultureInfo.InvariantCulture) * Second;
            found[i].Onset.ShouldBeInRange(onset - Step, onset + Step);
            found[i].Noticed.ShouldBeInRange(onset, onset + (90 * Second));
            var first = found[i].Symptoms[0];
            $"{first.Kind} {first.Service} {first.Operation}".ShouldBe($"{expected[i][1]} {expected[i][2]} {expected[i][3]}", StringCompareShould.IgnoreCase);
        }

        if (lines.SingleOrDefault(l => l.StartsWith("ends: ", StringComparison.Ordinal)) is { } ends)
        {
            var end = long.Parse(ends[6..], CultureInfo.InvariantCulture) * Second;
            found[^1].Ended.ShouldNotBeNull().ShouldBeInRange(end - Step, end + (3 * Step));
        }
    }

    [Fact]
    public void An_incident_is_open_until_it_has_been_calm_for_a_minute()
    {
        var timeline = Timeline(Cases["a quarter of the checkouts fails"]);
        var tracker = new IncidentTracker();
        var opened = 0;
        for (var now = 1; now <= 55; now++)
        {
            tracker = tracker.Advance(timeline with { Steps = now }, now);
            opened += tracker.HasJustOpened ? 1 : 0;
        }

        opened.ShouldBe(1);
        tracker.Open.ShouldNotBeNull().Ended.ShouldBeNull();
    }

    [Fact]
    public void Of_what_lies_in_the_future_only_the_wrong_clock_is_told()
    {
        var lines = new[]
        {
            "entry gateway POST /checkout | 60: 20 0 30 80", "inner orders POST /orders | 40: 20 0 25 70 | 8: 0 0 0 0 | 12: 20 0 25 70",
        };
        TroubleDetector.Evaluate(Timeline(lines), 46).ShouldBeEmpty();
        TroubleDetector.Evaluate(Timeline([lines[0], "inner orders POST /orders | 40: 20 0 25 70 | 20: 0 0 0 0"]), 46).ShouldHaveSingleItem().Kind.ShouldBe(SymptomKind.Silence);
    }

    internal static RedTimeline Timeline(IEnumerable<string> lines)
    {
        var series = lines.Where(l => l.StartsWith("entry ", StringComparison.Ordinal) || l.StartsWith("inner ", StringComparison.Ordinal)).Select((l, i) => Series(l, (uint)i)).ToArray();
        return new RedTimeline(0, Step, series.Max(s => s.Steps.Count), series);
    }

    private static RedSeries Series(string line, uint seed)
    {
        var parts = line.Split('|', StringSplitOptions.TrimEntries);
        var name = parts[0].Split(' ', 3);
        var steps = new List<RedStep>();
        foreach (var phase in parts[1..])
        {
            var colon = phase.Split(':');
            var numbers = colon[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray();
            for (var i = 0; i < int.Parse(colon[0], CultureInfo.InvariantCulture); i++)
            {
                // The same luck in every run: up to a sixth more or less.
                seed = (seed * 1_664_525) + 1_013_904_223;
                var luck = 0.85 + (0.3 * ((seed >> 8) / (double)(1 << 24)));
                steps.Add(new RedStep((long)Math.Round(numbers[0] * luck), (long)numbers[1], numbers[2] * luck * 1e6, numbers[3] * luck * 1e6));
            }
        }

        return new RedSeries(name[1], name[2], name[0] == "entry", steps);
    }
}
