using Clew.Query.PromQL.Histograms;

namespace Clew.Tests.Query.PromQL;

/// <summary>Where the buckets of native histograms end: letter by letter what Prometheus answers.</summary>
public sealed class ExponentialBoundsTests
{
    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(0, -1, 0.5)]
    [InlineData(1, 1, 1.414213562373095)]
    [InlineData(1, -1, 0.7071067811865475)]
    [InlineData(1, 3, 2.82842712474619)]
    [InlineData(2, 3, 1.6817928305074288)]
    [InlineData(8, -1, 0.9972960560854698)]
    [InlineData(-1, 1, 4)]
    [InlineData(0, 1024, double.MaxValue)]
    [InlineData(8, 1024 * 256, double.MaxValue)]
    [InlineData(0, 1025, double.PositiveInfinity)]
    public void A_bucket_ends_where_prometheus_has_it(int schema, int index, double bound) => FloatHistogram.ExponentialBound(index, schema).ShouldBe(bound);

    [Fact]
    public void Bounds_grow_and_lie_beside_the_powers_of_two()
    {
        for (var schema = 0; schema <= 8; schema++)
        {
            for (var index = -600; index < 600; index++)
            {
                var bound = FloatHistogram.ExponentialBound(index, schema);
                bound.ShouldBeGreaterThan(FloatHistogram.ExponentialBound(index - 1, schema));
                (bound / Math.Pow(2, index * Math.Pow(2, -schema))).ShouldBe(1, 1e-15);
            }
        }
    }
}
