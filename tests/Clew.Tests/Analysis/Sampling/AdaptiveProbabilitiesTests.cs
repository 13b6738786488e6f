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

    private static double Of(AdaptiveProbabilities probabilities) => probabilities.ByService()["a"].Single().Probability;
}
