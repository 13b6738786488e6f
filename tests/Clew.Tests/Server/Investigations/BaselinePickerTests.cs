using Clew.Server.Configuration;
using Clew.Server.Investigations;

namespace Clew.Tests.Server.Investigations;

public sealed class BaselinePickerTests
{
    private const long Minute = 60_000_000_000;
    private const long WindowStart = 1_000 * Minute;

    [Fact]
    public void Takes_the_nearest_stretches_with_data_and_leaves_a_gap()
    {
        var picked = Pick(Enumerable.Range(1, 40).Select(i => Ordinary(i)));

        picked.Stretches.Count.ShouldBe(InvestigationLimits.Default.Stretches);
        picked.Stretches[^1].End.ShouldBeLessThanOrEqualTo(WindowStart - (2 * Minute));
        picked.Stretches[^1].Start.ShouldBe(WindowStart - (3 * Minute));
        picked.Stretches.Select(s => s.Start).ShouldBeInOrder();
        picked.Reason.ShouldContain("gap of 2 min");
    }

    [Fact]
    public void Without_data_before_the_gap_it_takes_what_is_in_it()
    {
        var picked = Pick([Ordinary(1)]);

        picked.Stretches.ShouldHaveSingleItem().End.ShouldBe(WindowStart);
        picked.Reason.ShouldContain("without a gap");
    }

    [Fact]
    public void Skips_what_is_empty_and_what_was_in_trouble_itself()
    {
        var steps = Enumerable.Range(3, 20).Where(i => i is not (5 or 6)).Select(i => i == 10 ? Ordinary(i) with { ErrorShare = 0.4 } : i == 12 ? Ordinary(i) with { P95 = 9e9 } : Ordinary(i));
        var picked = Pick(steps);

        picked.Stretches.ShouldNotContain(s => s.Start == WindowStart - (10 * Minute) || s.Start == WindowStart - (12 * Minute));
        picked.Reason.ShouldContain("2 were left out because they were in trouble");
        picked.Reason.ShouldContain("2 stretches between them hold no");
    }

    [Fact]
    public void When_trouble_is_what_is_normal_nothing_is_left_out()
    {
        var steps = Enumerable.Range(3, 10).Select(i => i % 2 == 0 ? Ordinary(i) with { ErrorShare = 0.4 } : Ordinary(i));

        Pick(steps).Stretches.Count.ShouldBe(10);
    }

    [Fact]
    public void Says_so_when_there_is_nothing()
    {
        Pick([]).Stretches.ShouldBeEmpty();
        Pick([]).Reason.ShouldContain("no spans before the window");
        Pick([Ordinary(4) with { Traces = 2 }]).Reason.ShouldContain("No stretch before the window has 5 traces");
    }

    [Fact]
    public void A_given_baseline_is_cut_into_stretches_that_cover_it()
    {
        var cut = BaselinePicker.Cut(100 * Minute, 110 * Minute, Minute, [], InvestigationLimits.Default);

        cut.Stretches.Count.ShouldBe(10);
        cut.Stretches[0].Start.ShouldBe(100 * Minute);
        cut.Stretches[^1].End.ShouldBe(110 * Minute);
        cut.Stretches.Zip(cut.Stretches.Skip(1)).ShouldAllBe(pair => pair.First.End == pair.Second.Start);
    }

    private static Step Ordinary(int minutesBefore) => new(WindowStart - (minutesBefore * Minute), 500, 50, 0.01, 100e6);

    private static PickedBaseline Pick(IEnumerable<Step> steps) => BaselinePicker.Pick([.. steps], Minute, WindowStart, 2 * Minute, InvestigationLimits.Default.Stretches);
}
