using Clew.Analysis.Proof;
using Clew.Analysis.Reports;
using Clew.Analysis.Worlds;
using Clew.Tests.Cli.Rendering;

namespace Clew.Tests.Analysis.Proof;

public sealed class VerifierTests
{
    private const string Query = "clew traces --service pay --start 2026-08-21T10:00:00Z --end 2026-08-21T10:15:00Z";

    public static TheoryData<EvidenceFigures?, EvidenceFigures?, EvidenceOutcome, string> Pairs => new()
    {
        { Spans(72), Spans(72), EvidenceOutcome.Same, "72 spans" },
        { Spans(72), Spans(75), EvidenceOutcome.Changed, "75 spans; it was 72 spans" },
        { Spans(72), Spans(0), EvidenceOutcome.Gone, "nothing is found; it was 72 spans" },
        { Spans(0), Spans(0), EvidenceOutcome.Same, "0 spans" },
        { Spans(0), Spans(3), EvidenceOutcome.Changed, "3 spans; it was 0 spans" },
        { Spans(9, 9, 1.0), Spans(9, 9, 1.015), EvidenceOutcome.Same, "9 spans, 9 failed, p95 1.02 s" },
        { Spans(9, 9, 1.0), Spans(9, 9, 1.2), EvidenceOutcome.Changed, "9 spans, 9 failed, p95 1.2 s; it was 9 spans, 9 failed, p95 1 s" },
        { Spans(9, 9, 1.0), Spans(9, 8, 1.0), EvidenceOutcome.Changed, "9 spans, 8 failed, p95 1 s; it was 9 spans, 9 failed, p95 1 s" },
        { null, Spans(4), EvidenceOutcome.NotChecked, "4 spans; the report has no figures to compare with" },
        { null, Spans(0), EvidenceOutcome.Gone, "nothing is found" },
        { Spans(4), null, EvidenceOutcome.NotChecked, "the query is refused" },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Figures_are_compared(EvidenceFigures? expected, EvidenceFigures? actual, EvidenceOutcome outcome, string detail)
    {
        var report = With(Query, expected);

        var verified = Verifier.Compare(report, _ => (actual, actual is null ? "the query is refused" : null), new HashSet<string>());

        verified.Items.ShouldHaveSingleItem().Detail.ShouldBe(detail);
        verified.Items[0].Outcome.ShouldBe(outcome);
        verified.Outcome.ShouldBe(outcome);
    }

    [Theory]
    [InlineData(2, EvidenceOutcome.Same)]
    [InlineData(1, EvidenceOutcome.Changed)]
    public void Cited_traces_that_are_not_stored_any_more_are_said(int stored, EvidenceOutcome outcome)
    {
        var report = With(Query, Spans(2), "aa", "bb");

        var verified = Verifier.Compare(report, _ => (Spans(2), null), new[] { "aa", "bb" }.Take(stored).ToHashSet());

        verified.Outcome.ShouldBe(outcome);
        verified.Items[0].Detail.Contains("1 of 2 cited traces", StringComparison.Ordinal).ShouldBe(stored == 1);
    }

    [Fact]
    public void Without_a_query_the_cited_traces_decide()
    {
        var report = With(null, null, "aa");

        Verifier.Compare(report, _ => (null, null), new HashSet<string>()).Outcome.ShouldBe(EvidenceOutcome.Gone);
        Verifier.Compare(report, _ => (null, null), new HashSet<string> { "aa" }).Outcome.ShouldBe(EvidenceOutcome.NotChecked);
    }

    [Fact]
    public void Answers_of_the_world_become_what_the_report_expects()
    {
        var report = With(Query, null);

        Verifier.ChecksOf(report).ShouldHaveSingleItem().Query.ShouldBe(Query);
        Verifier.WithAnswers(report, []).ShouldBeSameAs(report);
        Verifier.WithAnswers(report, [new WorldAnswer(Query, Spans(5)), new WorldAnswer("clew traces", Spans(6))]).Causes[0].Evidence[0].Check!.Expect.ShouldBe(Spans(5));
    }

    private static EvidenceFigures Spans(long count, long? errors = null, double? p95 = null) => new() { Of = "spans", Count = count, Errors = errors, DurationP95 = p95 };

    private static InvestigationReport With(string? query, EvidenceFigures? expected, params string[] traces)
    {
        var sample = Samples.Incident();
        var item = sample.Causes[0].Evidence[0] with { Query = query, Check = EvidenceCommand.Read(query) is { } check ? check with { Expect = expected } : null, TraceIds = traces };
        return sample with { Causes = [sample.Causes[0] with { Evidence = [item] }] };
    }
}
