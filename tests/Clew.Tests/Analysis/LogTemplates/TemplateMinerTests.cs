using Clew.Analysis;
using Clew.Analysis.LogTemplates;

namespace Clew.Tests.Analysis.LogTemplates;

public sealed class TemplateMinerTests
{
    [Theory]
    [InlineData("order 4711 placed in 12ms", "order <*> placed in <*>")]
    [InlineData("2024-05-06T10:00:00.123Z user 7 logged in", "<*> user <*> logged in")]
    [InlineData("16:42:09.486 INFO Price#46 took 3.5 s", "<*> INFO Price#46 took <*> s")]
    [InlineData("connect to 10.0.0.53:53 failed", "connect to <*>:<*> failed")]
    [InlineData("trace 4bf92f3577b34da6a3ce929d0e0e4736 id 123e4567-e89b-12d3-a456-426614174000", "trace <*> id <*>")]
    [InlineData("p99 of v1.2 is fine", "p99 of v1.2 is fine")]
    [InlineData("first line\n  at Frame.One()", "first line")]
    [InlineData("", "")]
    public void Values_are_told_by_their_looks(string line, string masked) => LineMask.Apply(line).ShouldBe(masked);

    [Fact]
    public void Lines_of_one_statement_share_a_template()
    {
        var miner = new TemplateMiner();
        var first = miner.Add("user alice bought 3 apples");

        miner.Add("user alice bought 5 pears").ShouldBe(first);
        miner.Text(first).ShouldBe("user alice bought <*> <*>");
    }

    [Fact]
    public void Statements_that_differ_in_their_beginning_stay_apart()
    {
        var miner = new TemplateMiner();

        miner.Add("order created for 5").ShouldNotBe(miner.Add("order failed for 5"));
    }

    [Fact]
    public void A_statement_that_prints_a_list_is_one_template_however_long_the_list()
    {
        var miner = new TemplateMiner();
        var first = miner.Add("INFO Price#46 query of all prices by types: [fast]");

        miner.Add("INFO Price#46 query of all prices by types: [fast, slow]").ShouldBe(first);
        miner.Add("INFO Price#46 query of all prices by types: [fast, slow, other]").ShouldBe(first);
    }

    [Fact]
    public void A_place_in_the_code_separates_statements_with_the_same_text()
    {
        var miner = new TemplateMiner();

        miner.Add("Travel#451 distance calculated").ShouldNotBe(miner.Add("Travel#457 distance calculated"));
    }

    [Fact]
    public void What_was_seen_is_found_again_when_the_miner_is_full()
    {
        var miner = new TemplateMiner();
        var known = miner.Add("known line here");
        for (var i = 0; miner.Count < Limits.MaxTemplates; i++)
        {
            miner.Add($"w{Letters(i)} x{Letters(i)} y{Letters(i)}");
        }

        miner.Add("never seen before line").ShouldBe(-1);
        miner.Add("known line here").ShouldBe(known);
        miner.Count.ShouldBe(Limits.MaxTemplates);
    }

    private static string Letters(int number) => string.Concat(number.ToString(System.Globalization.CultureInfo.InvariantCulture).Select(d => (char)('a' + d - '0')));
}
