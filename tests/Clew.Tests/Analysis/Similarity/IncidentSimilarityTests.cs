using Clew.Analysis.Similarity;
using Clew.Tests.Cli.Rendering;

namespace Clew.Tests.Analysis.Similarity;

public sealed class IncidentSimilarityTests
{
    [Fact]
    public void The_same_incident_is_alike_and_numbers_do_not_count()
    {
        var report = Samples.Incident();
        var again = report with { FailingTrace = report.FailingTrace! with { Hops = [.. report.FailingTrace.Hops.Select(hop => hop with { Error = hop.Error?.Replace("within 1 s", "within 7 s", StringComparison.Ordinal) })] } };

        IncidentSimilarity.Compare(IncidentSimilarity.Features(report), IncidentSimilarity.Features(again), isWhole: true).Similarity.ShouldBe(1);
        IncidentSimilarity.Features(report).ShouldContain("cause:name-resolution in payments");
        IncidentSimilarity.Features(report).ShouldContain("error:TimeoutException: The name api.pay.example was not resolved within # s");
    }

    [Theory]
    [InlineData("cause:a in s|service:s|kind:a", "cause:a in s|service:s|kind:a|impact:x", 0.8824)]
    [InlineData("cause:a in s|service:s|kind:a", "cause:b in s|service:s|kind:b", 0.1538)]
    [InlineData("cause:a in s", "cause:b in t", 0)]
    [InlineData("", "cause:b in t", 0)]
    [InlineData("nonsense", "nonsense", 0)]
    public void Incidents_are_as_alike_as_what_they_share_weighs(string wanted, string past, double similarity) =>
        IncidentSimilarity.Compare(Split(wanted), Split(past), isWhole: true).Similarity.ShouldBe(similarity);

    [Fact]
    public void A_part_of_an_error_finds_the_incident_it_was_in()
    {
        var past = IncidentSimilarity.Features(Samples.Incident());

        IncidentSimilarity.Compare(IncidentSimilarity.Features("payments", "", "the name api.pay.example was not resolved"), past, isWhole: false).ShouldBe((1, "the same error, the same service"));
        IncidentSimilarity.Compare(IncidentSimilarity.Features("", "", "disk is full"), past, isWhole: false).Similarity.ShouldBe(0);
        IncidentSimilarity.Compare(IncidentSimilarity.Features("orders", "", "disk is full"), past, isWhole: false).Similarity.ShouldBe(0);
        IncidentSimilarity.Compare(IncidentSimilarity.Features("payments", "", ""), past, isWhole: false).Similarity.ShouldBe(1);
    }

    [Fact]
    public void A_report_without_a_cause_is_recognised_by_what_failed()
    {
        var report = Samples.Incident() with { Causes = [] };

        IncidentSimilarity.Features(report).ShouldContain("impact:gateway POST /checkout");
        IncidentSimilarity.Features(report with { Impact = [], FailingTrace = null }).ShouldBeEmpty();
    }

    [Fact]
    public void Features_are_bounded()
    {
        var sample = Samples.Incident();
        var item = sample.Causes[0].Evidence[0];
        var many = sample with { Causes = [sample.Causes[0] with { Evidence = [.. Enumerable.Range(0, 500).Select(i => item with { Entity = new string((char)('a' + (i % 26)), i + 1) })] }] };

        IncidentSimilarity.Features(many).Count.ShouldBe(IncidentSimilarity.MaxFeatures);
        IncidentSimilarity.Features(many).ShouldAllBe(feature => feature.Length <= IncidentSimilarity.MaxLength + 10);
    }

    private static string[] Split(string text) => text.Split('|', StringSplitOptions.RemoveEmptyEntries);
}
