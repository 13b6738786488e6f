using Clew.Server.Configuration;
using YamlDotNet.Core;

namespace Clew.Tests.Server.Configuration;

/// <summary>What is read from people's YAML, and what is refused before it costs anything.</summary>
public sealed class YamlTextTests
{
    [Theory]
    [InlineData("a: &x {b: 1}\nc: *x\n")]
    [InlineData("- &x 1\n- *x\n- &x 2\n- *x\n")]
    [InlineData("")]
    public void Documents_and_their_aliases_are_read(string text) => YamlText.Load(new StringReader(text)).Documents.Count.ShouldBe(text.Length == 0 ? 0 : 1);

    [Fact]
    public void As_many_levels_as_are_allowed_are_read() => YamlText.Load(new StringReader(Nested(BoundedYamlParser.MaxDepth))).Documents.ShouldHaveSingleItem();

    public static TheoryData<string, string, string> Refused() => new()
    {
        { "one level too many", Nested(BoundedYamlParser.MaxDepth + 1), "within one another" },
        { "lists that would overflow a stack", Nested(100_000), "within one another" },
        { "lists that never end", new string('[', 100_000), "within one another" },
        { "maps that would overflow a stack", string.Concat(Enumerable.Repeat("{a: ", 100_000)), "within one another" },
        { "aliases of aliases", "a0: &a0 x\n" + string.Concat(Enumerable.Range(1, 40).Select(i => $"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n")), "more than 1000000 values" },
        { "an alias within itself", "a: &a [*a]\n", "not complete" },
        { "an alias of nothing", "a: *b\n", "not complete" },
        { "no YAML", "a: [1\nb: }", "" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_costs_too_much_or_is_no_yaml_is_refused(string what, string text, string problem) =>
        Should.Throw<YamlException>(() => YamlText.Load(new StringReader(text)), what).Message.ShouldContain(problem, Case.Sensitive, what);

    private static string Nested(int depth) => new string('[', depth) + new string(']', depth);
}
