using Clew.Analysis.Sampling;
using Clew.Telemetry;

namespace Clew.Tests.Analysis.Sampling;

/// <summary>The parts of deciding that need no store; what policies mean is in the cases of the server tests.</summary>
public sealed class DeciderTests
{
    /// <summary>Computed with another implementation of FNV-1a.</summary>
    [Theory]
    [InlineData("default-hash-seed", "0102030405060708090a0b0c0d0e0f10", 0xdbcf64d5420f4cad)]
    [InlineData("other", "abcd0000000000000000000000000001", 0x8fe0b7e94ffc355a)]
    public void Trace_ids_hash_as_in_the_collector(string salt, string id, ulong hash)
    {
        TraceId.TryParse(id, out var trace).ShouldBeTrue();
        TraceIdHash.Of(salt, trace).ShouldBe(hash);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(25, 0.25)]
    [InlineData(100, 1)]
    [InlineData(250, 1)]
    public void A_share_of_random_ids_is_kept(double percentage, double share)
    {
        var random = new Random(5);
        var hash = new TraceIdHash("salt", percentage);
        var bytes = new byte[TraceId.Size];
        var kept = 0;
        const int All = 20_000;
        for (var i = 0; i < All; i++)
        {
            random.NextBytes(bytes);
            kept += hash.Keeps(new TraceId(bytes)) ? 1 : 0;
        }

        ((double)kept / All).ShouldBe(share, 0.015);
    }

    [Theory]
    [InlineData("", "", 1)]
    [InlineData("8", "", 2)]
    [InlineData("c", "", 4)]
    [InlineData("e666666666666", "", 10)]
    [InlineData("0", "", 1)]
    [InlineData("xyz", "", 1)]
    [InlineData("", "0.25", 4)]
    [InlineData("", "0", 1)]
    [InlineData("", "2", 1)]
    [InlineData("8", "0.25", 2)]
    public void What_senders_tell_of_their_sampling_becomes_a_count(string threshold, string parameter, double count) =>
        HeadSampling.CountOf(threshold, parameter).ShouldBe(count, 1e-6);

    [Fact]
    public void Kept_traces_stand_for_the_dropped_ones_so_that_counts_stay_right()
    {
        var random = new Random(11);
        SamplingPolicy[] policies =
        [
            new LatencyPolicy("slow", 1_000, 0),
            new ProbabilisticPolicy("lot", "a", 10),
            new AndPolicy("long", [new SpanCountPolicy("three", 3, 0), new ProbabilisticPolicy("half", "b", 50)]),
        ];
        var decider = new Decider(policies);
        var facts = new TraceFacts();
        var bytes = new byte[TraceId.Size];
        const int All = 40_000;
        for (var i = 0; i < All; i++)
        {
            random.NextBytes(bytes);
            Add(facts, new TraceId(bytes), i, random.Next(20) == 0 ? 2_000 : 10, 1 + random.Next(5), random.Next(100) == 0 ? 1 : 0);
        }

        var (estimate, kept, certain) = (0.0, 0, 0);
        foreach (var decision in decider.Decide(facts))
        {
            if (decision.Kept)
            {
                kept++;
                estimate += decision.AdjustedCount;
                certain += decision.TailCount == 1 ? 1 : 0;
            }
        }

        estimate.ShouldBe(All, All * 0.03);
        kept.ShouldBeLessThan(All / 2);
        certain.ShouldBe(Enumerable.Range(0, All).Count(row => facts.Errors[row] > 0 || facts.Ends[row] - facts.Starts[row] > 1_000_000_000));
    }

    /// <summary>Traffic that doubles in waves, limits that cut most of it: alone, behind a condition, in shares, beside a lot.</summary>
    [Theory]
    [InlineData("rate")]
    [InlineData("bytes")]
    [InlineData("and")]
    [InlineData("composite")]
    [InlineData("beside a lot")]
    public void Traces_that_a_limit_let_through_stand_for_those_it_cut(string limit)
    {
        var random = new Random(17);
        SamplingPolicy[] policies = limit switch
        {
            "rate" => [new RateLimitingPolicy("r", 40, 80)],
            "bytes" => [new BytesLimitingPolicy("b", 1_500, 3_000)],
            "and" => [new AndPolicy("a", [new SpanCountPolicy("two", 2, 0), new RateLimitingPolicy("r", 40, 80)]), new SpanCountPolicy("one", 1, 1)],
            "composite" => [new CompositePolicy("c", 60, [new CompositePart(new SpanCountPolicy("few", 1, 2), 20), new CompositePart(new AlwaysSamplePolicy("rest"), 40)])],
            _ => [new ProbabilisticPolicy("lot", "a", 5), new RateLimitingPolicy("r", 40, 80)],
        };
        var facts = new TraceFacts();
        var bytes = new byte[TraceId.Size];
        for (var second = 0; second < 600; second++)
        {
            var traces = 50 + (second / 90 % 2 * 50) + random.Next(20);
            for (var i = 0; i < traces; i++)
            {
                random.NextBytes(bytes);
                Add(facts, new TraceId(bytes), second, 10, 1 + random.Next(5), 0);
            }
        }

        var kept = new Decider(policies).Decide(facts).Where(decision => decision.Kept).ToList();

        kept.Count.ShouldBeLessThan(facts.Count / 2);
        kept.Sum(decision => decision.AdjustedCount).ShouldBe(facts.Count, facts.Count * (limit == "beside a lot" ? 0.05 : 1e-9));
        kept.ShouldContain(decision => decision.TailCount > 2);
    }

    [Fact]
    public void Counts_of_the_sender_multiply()
    {
        var decider = new Decider([new ProbabilisticPolicy("all", "a", 100)]);
        var facts = new TraceFacts();
        TraceId.TryParse("1", out var id).ShouldBeTrue();
        Add(facts, id, 0, 10, 1, 0);
        facts.Thresholds[0] = "8";

        var decision = decider.Decide(facts)[0];

        decision.AdjustedCount.ShouldBe(2);
        decision.HeadCount.ShouldBe(2);
    }

    private static void Add(TraceFacts facts, TraceId id, int second, int milliseconds, int spans, int errors)
    {
        facts.Ids.Add(id);
        facts.Starts.Add(second * 1_000_000_000L);
        facts.Ends.Add((second * 1_000_000_000L) + (milliseconds * 1_000_000L));
        facts.Spans.Add(spans);
        facts.Errors.Add(errors);
        facts.Bytes.Add(100);
        facts.Services.Add("a");
        facts.Operations.Add("b");
        facts.Thresholds.Add(string.Empty);
        facts.SamplerParameters.Add(string.Empty);
    }
}
