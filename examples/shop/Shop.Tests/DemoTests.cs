using Shop.Demo;

namespace Shop.Tests;

public sealed class DemoTests
{
    private const string TheChange = """{"id": "c2", "kind": "infrastructure", "target": "dns"}""";

    [Theory]
    [InlineData($$"""[{"rank": 1, "service": "dns", "change": {{TheChange}} }, {"rank": 2, "service": "payments"}]""", true, "Right")]
    [InlineData("""[{"rank": 1, "service": "dns"}]""", false, "Half right")]
    [InlineData("""[{"rank": 1, "service": "dns", "change": {"kind": "deploy", "target": "notifications"}}]""", false, "Half right")]
    [InlineData($$"""[{"rank": 1, "service": "payments", "change": {{TheChange}} }]""", false, "Wrong")]
    [InlineData("""[{"rank": 1, "service": "payment-api"}, {"rank": 2, "service": "dns"}]""", false, "Wrong")]
    [InlineData("[]", false, "Wrong")]
    public void Only_the_resolver_with_its_change_is_right(string causes, bool isRight, string says)
    {
        var verdict = Verdict.Of($$"""{"verdict": "LIKELY", "causes": {{causes}}, "failingTrace": {"traceId": "0af7651916cd43dd8448eb211c80319c"} }""");
        verdict.IsRight.ShouldBe(isRight);
        verdict.Explanation.ShouldStartWith(says);
        verdict.FailingTrace.ShouldBe("0af7651916cd43dd8448eb211c80319c");
    }

    [Fact]
    public void Options_are_read()
    {
        DemoOptions.TryParse(["up", "--checkouts", "5", "--no-dns-trace-context"], exit: false, out var up, out _).ShouldBeTrue();
        up.Play.ShouldBeFalse();
        up.Checkouts.ShouldBe(5);
        up.DnsTraceContext.ShouldBeFalse();
        DemoOptions.TryParse([], exit: true, out var play, out _).ShouldBeTrue();
        play.Play.ShouldBeTrue();
        play.Exit.ShouldBeTrue();
    }

    [Theory]
    [InlineData("--baseline")]
    [InlineData("--baseline", "-1")]
    [InlineData("--incident", "long")]
    [InlineData("down")]
    public void What_is_not_understood_is_named(params string[] args)
    {
        DemoOptions.TryParse(args, exit: false, out _, out var error).ShouldBeFalse();
        error.ShouldContain(args[0]);
    }
}
