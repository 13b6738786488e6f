using Clew.Analysis.Sampling;

namespace Clew.Tests.Analysis.Sampling;

/// <summary>Probabilities for head samplers, against a simulated service.</summary>
public sealed class AdaptiveProbabilitiesTests
{
    private static readonly AdaptiveTarget Target = new(2, 0.001, 0.1);

    [Theory]
    [InlineData(1000, 0.002)]
    [InlineData(100, 0.02)]
    [InlineData(4, 0.5)]
    [InlineData(1, 1)]
    [InlineData(100_000, 0.001)]
    public void A_steady_operation_ends_at_the_target_within_bounds(double callsPerSecond, double expected)
    {
        var probabilities = new AdaptiveProbabilities(Target);
        var probability = Target.Initial;
        for (var step = 0; step < 30; step++)
        {
            probabilities.Step([("a", "GET", callsPerSecond * probability)]);
            probability = probabilities.ByService()["a"].ShouldHaveSingleItem().Probability;
        }

        probability.ShouldBe(expected, expected * 0.02);
    }

    /// <summary>Random traffic with a daily wave, from samplers that take advice up to three steps late, each at its own time.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Traffic_of_samplers_that_ask_late_settles_at_the_target(int stepsLate)
    {
        const int Instances = 5;
        const double Interval = 60;
        for (var seed = 1; seed <= 25; seed++)
        {
            var random = new Random(seed);

            // Up to 1,590 a second: the least probability lets 1.9 of the wave's crest through, more calls could not meet the target of 2.
            var calls = 20 * Math.Pow(10, random.NextDouble() * 1.9);
            var probabilities = new AdaptiveProbabilities(Target);
            var advised = Enumerable.Repeat(Target.Initial, 4).ToList();
            var arrived = new List<double>();
            for (var step = 0; step < 160; step++)
            {
                var share = Enumerable.Range(0, Instances).Average(_ => advised[^(1 + stepsLate + random.Next(2))]);
                var count = Arrivals(random, calls * (1 + (0.2 * Math.Sin(step / 20.0))) * share * Interval);
                probabilities.Step([("a", "GET", count / Interval)]);
                advised.Add(Of(probabilities));
                arrived.Add(count / Interval / Target.TracesPerSecond);
            }

            var settled = arrived.Skip(60).ToList();
            settled.Average().ShouldBe(1, 0.08, $"seed {seed}, {calls:0} calls a second");
            settled.Max().ShouldBeLessThan(1.8, $"seed {seed}, {calls:0} calls a second");
            settled.Min().ShouldBeGreaterThan(0.4, $"seed {seed}, {calls:0} calls a second");
        }
    }

    [Fact]
    public void A_flood_is_cut_at_once_and_silence_is_forgiven_slowly()
    {
        var probabilities = new AdaptiveProbabilities(Target);
        probabilities.Step([("a", "GET", 2)]);
        probabilities.Step([("a", "GET", 200)]);
        Of(probabilities).ShouldBe(0.001);

        probabilities.Step([]);
        Of(probabilities).ShouldBe(0.0015, 1e-9);
        probabilities.Step([("a", "GET", 0.2)]);
        Of(probabilities).ShouldBe(0.00225, 1e-9);
    }

    [Fact]
    public void Operations_have_their_own_probabilities_and_a_bounded_number_is_remembered()
    {
        var probabilities = new AdaptiveProbabilities(Target);
        probabilities.Step(Enumerable.Range(0, 10_000).Select(i => ("a", $"old {i}", 2.0)));
        probabilities.Step([("a", "busy", 20), ("b", "idle", 0.2)]);

        var by = probabilities.ByService();
        by.Values.Sum(operations => operations.Count).ShouldBe(10_000);
        by["a"].Single(operation => operation.Operation == "busy").Probability.ShouldBe(0.01, 1e-9);
        by["b"].Single().Probability.ShouldBe(0.15, 1e-9);
    }

    /// <summary>How many of very many independent calls arrive: around the mean, by its square root (sum of twelve uniforms).</summary>
    private static double Arrivals(Random random, double mean) =>
        Math.Max(0, Math.Round(mean + ((Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6) * Math.Sqrt(mean))));

    private static double Of(AdaptiveProbabilities probabilities) => probabilities.ByService()["a"].Single().Probability;
}
