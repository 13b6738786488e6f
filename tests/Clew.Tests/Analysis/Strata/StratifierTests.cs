using System.Globalization;
using Clew.Analysis.Strata;

namespace Clew.Tests.Analysis.Strata;

public sealed class StratifierTests
{
    [Fact]
    public void Two_groups_of_requests_are_told_apart_by_what_only_one_has()
    {
        var good = Requests(60, i => new() { ["region"] = i % 2 == 0 ? "us" : "ap", ["size"] = Text(i * 10) });
        var bad = Requests(20, i => new() { ["region"] = "eu", ["size"] = Text(i * 30) });

        var slice = Stratifier.Compare(good, bad)[0];

        slice.Name.ShouldBe("region = eu");
        slice.Inside.Rate.ShouldBe(1);
        slice.Outside.Rate.ShouldBe(0);
        slice.BadRows.Count.ShouldBe(20);
    }

    [Fact]
    public void Attributes_of_chance_are_not_believed()
    {
        var random = new Random(7);
        Dictionary<string, string> Any(int i) => Enumerable.Range(0, 40).ToDictionary(k => "key" + Text(k), _ => Text(random.Next(8)));

        Stratifier.Compare(Requests(400, Any), Requests(80, Any)).ShouldBeEmpty();
    }

    [Fact]
    public void An_id_of_its_own_per_request_selects_nothing()
    {
        var good = Requests(100, i => new() { ["request.id"] = "g" + Text(i) });
        var bad = Requests(30, i => new() { ["request.id"] = "b" + Text(i) });

        Stratifier.Compare(good, bad).ShouldBeEmpty();
    }

    [Fact]
    public void Conditions_that_select_the_same_requests_are_told_once()
    {
        var good = Requests(50, i => new() { ["k8s.pod.name"] = "a", ["k8s.node.name"] = "n1", ["service.version"] = "1" });
        var bad = Requests(20, i => new() { ["k8s.pod.name"] = "b", ["k8s.node.name"] = "n2", ["service.version"] = "2" });

        var slices = Stratifier.Compare(good, bad);

        slices.Count.ShouldBe(1);
        slices[0].Name.ShouldBe("service.version = 2");
        slices[0].Folded.ShouldBe(["k8s.node.name = n2", "k8s.pod.name = b"], ignoreOrder: true);
    }

    [Fact]
    public void Without_good_or_bad_requests_there_is_nothing_to_compare()
    {
        Stratifier.Compare([], Requests(20, i => new() { ["a"] = "1" })).ShouldBeEmpty();
        Stratifier.Compare(Requests(20, i => new() { ["a"] = "1" }), []).ShouldBeEmpty();
        Stratifier.Compare([], []).ShouldBeEmpty();
    }

    [Fact]
    public void Rare_values_are_one_value_and_numbers_are_bucketed()
    {
        var texts = Enumerable.Range(0, 5000).Select(i => "user-" + Text(i)).ToArray();
        var users = StratumColumn.Of("user", texts, [.. Enumerable.Range(0, 5000).Select(i => i % 3 == 0 ? 0 : i)]);
        users.Values.Count.ShouldBe(Clew.Analysis.Limits.MaxStratumValues + 1);
        users.Values[0].ShouldBe("user-0");
        users.Values[^1].ShouldBe(StratumColumn.Rare);

        var numbers = StratumColumn.Of("bytes", [.. Enumerable.Range(0, 1000).Select(Text)], [.. Enumerable.Range(0, 1000), StratumColumn.Missing]);
        numbers.IsNumeric.ShouldBeTrue();
        numbers.Values.Count.ShouldBe(Clew.Analysis.Limits.StratumBuckets);
        numbers.Codes[0].ShouldBe(0);
        numbers.Codes[999].ShouldBe(Clew.Analysis.Limits.StratumBuckets - 1);
        numbers.Codes[1000].ShouldBe(StratumColumn.Missing);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static IReadOnlyDictionary<string, string>[] Requests(int count, Func<int, Dictionary<string, string>> attributes) => [.. Enumerable.Range(0, count).Select(attributes)];
}
