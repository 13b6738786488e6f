using Clew.Analysis.Differences;
using Clew.Analysis.Reports;
using Clew.Analysis.Timelines;
using Clew.Analysis.Traces;
using Clew.Cli.Rendering;
using Clew.Server.Investigations;
using Clew.Telemetry;
using Clew.Testing;

namespace Clew.Tests.Cli.Rendering;

/// <summary>How the tools that compare look on a terminal.</summary>
public sealed class ComparisonTextTests
{
    [Theory]
    [InlineData(80, false)]
    [InlineData(120, true)]
    public void Two_traces(int width, bool all)
    {
        var a = new SpanBatchBuilder().Span(1, 1, service: "web", name: "GET /orders", durationMs: 100).Span(1, 2, parent: 1, service: "cache", name: "get", startMs: 1, durationMs: 2)
            .Span(1, 3, parent: 1, service: "db", name: "SELECT orders", startMs: 10, durationMs: 5);
        var b = new SpanBatchBuilder().Span(2, 1, service: "web", name: "GET /orders", durationMs: 400, status: SpanStatus.Error);
        for (var i = 0; i < 6; i++)
        {
            b.Span(2, 10 + i, parent: 1, service: "db", name: "SELECT orders", startMs: 10 + (60 * i), durationMs: 55);
        }

        ComparisonText.Diff(TraceComparer.Compare(a.Batch, b.Batch), all, At(width)).ShouldMatch($"diff-{width}", width);
    }

    [Fact]
    public void Two_requests() => ComparisonText.Requests(
        RequestComparer.Compare(
            "POST /orders HTTP/1.1\nContent-Type: application/json\nX-Tenant: blue\n\n{\"items\": [{\"sku\": \"a\", \"n\": 1}], \"total\": 5, \"note\": \"x\"}",
            "POST /orders HTTP/1.1\nContent-Type: application/json\n\n{\"items\": [{\"sku\": \"a\", \"n\": \"1\"}, {\"sku\": \"b\", \"n\": 2}], \"total\": null}",
            (_, text) => text),
        At(80)).ShouldMatch("diff-requests", 80);

    [Theory]
    [InlineData(80, "pay-b", 900)]
    [InlineData(120, "pay-a", 40)]
    public void Two_groups(int width, string calls, double own) =>
        ComparisonText.Groups(GroupComparer.Compare(Traces(1, 20, calls, own), Traces(100, 20, "pay-a", 40)), At(width)).ShouldMatch($"compare-{width}", width);

    [Fact]
    public void Who_owns_the_critical_path() => ComparisonText.CriticalPath(CriticalPathShares.Of(Traces(1, 10, "pay", 40)), At(120)).ShouldMatch("critical-path", 120);

    [Fact]
    public void What_happened_in_order() => ComparisonText.Timeline(
        TimelineWriter.Assemble(
            Samples.Begin,
            Samples.Begin.AddHours(20),
            [
                new TimelineEvent(Samples.Begin.AddSeconds(121), "change", "dns", "infrastructure: resolver cache off"),
                new TimelineEvent(Samples.Begin.AddSeconds(133), "kubernetes", null, "Pod kube-system/coredns-1 Unhealthy: probe failed"),
                new TimelineEvent(Samples.Begin.AddSeconds(141.5), "first-error", "web", "'GET /' fails with a text that is longer than what a terminal of eighty columns has room for"),
                new TimelineEvent(Samples.Begin.AddSeconds(241), "alert", null, "CheckoutErrors fires"),
                new TimelineEvent(Samples.Begin.AddHours(15), "resolved", null, "CheckoutErrors is resolved"),
            ]),
        At(80)).ShouldMatch("timeline", 80);

    [Fact]
    public void Investigations_that_are_alike()
    {
        SimilarText.Render(
            new SimilarList(
            [
                new PastIncident("inv-1", Samples.Begin.AddDays(-9), Verdict.Confirmed, "dns answers slowly; checkout waits for names.", 0.91, "same cause, same error"),
                new PastIncident("inv-2", Samples.Begin.AddDays(-30), Verdict.Likely, "The pool of orders is full.", 0.42, "same victim"),
            ]),
            At(80)).ShouldMatch("similar", 80);
        SimilarText.Render(new SimilarList([]), At(80)).ShouldMatch("similar-none", 80);
    }

    private static SpanBatch Traces(int first, int count, string calls, double own)
    {
        var builder = new SpanBatchBuilder();
        for (var trace = first; trace < first + count; trace++)
        {
            builder.Span(trace, 1, service: "web", name: "GET /", durationMs: own + 20)
                .Span(trace, 2, parent: 1, service: calls, name: "charge", startMs: 10, durationMs: own)
                .Span(trace, 3, parent: 1, service: "audit", name: "log", startMs: 12, durationMs: 5);
        }

        return builder.Batch;
    }

    private static Page At(int width) => new() { Width = width };
}
