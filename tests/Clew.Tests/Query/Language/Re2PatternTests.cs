using Clew.Query.Language;

namespace Clew.Tests.Query.Language;

/// <summary>RE2's syntax on .NET's engine, from <c>Cases/patterns.txt</c>.</summary>
public sealed class Re2PatternTests
{
    [Fact]
    public void Patterns_match_what_the_cases_say_and_nothing_else()
    {
        var wrong = new List<string>();
        var refused = false;
        foreach (var (line, text) in CaseFile.Lines("Language/Cases/patterns.txt"))
        {
            if (text.StartsWith("! ", StringComparison.Ordinal))
            {
                refused = true;
                continue;
            }

            var arrow = text.IndexOf(" => ", StringComparison.Ordinal);
            var source = text[..arrow];
            var answer = text[(arrow + 4)..];
            var read = Re2Pattern.TryParse(source, whole: true, out var pattern, out var problem);
            if (refused)
            {
                if (read || problem != answer)
                {
                    wrong.Add($"line {line}: {source} is {(read ? "taken" : $"refused with: {problem}")}");
                }

                continue;
            }

            if (!read)
            {
                wrong.Add($"line {line}: {source} is refused with: {problem}");
                continue;
            }

            var sides = answer.Split(" ! ");
            wrong.AddRange(Texts(sides[0]).Where(t => !pattern!.IsMatch(t)).Select(t => $"line {line}: {source} does not match '{t}'"));
            wrong.AddRange(Texts(sides[1]).Where(t => pattern!.IsMatch(t)).Select(t => $"line {line}: {source} matches '{t}'"));
        }

        wrong.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("(.*)-value-(.*)", "$2/$1/$0", "10/source/source-value-10")]
    [InlineData("(?P<kind>[a-z]+)-.*", "${kind}s $kind- $kinds|", "sources source- |")]
    [InlineData("(?P<kind>[a-z]+)-([a-z]+)-.*", "$1 $2 $kind", "source value source")]
    [InlineData("(.*)", "$$1 $ ${1 $9 $", "$1 $ ${1  $")]
    public void Templates_take_groups_by_number_and_name(string source, string template, string expected)
    {
        Re2Pattern.TryParse(source, whole: true, out var pattern, out _).ShouldBeTrue();
        pattern.Expand(template, pattern.Match("source-value-10")!).ShouldBe(expected);
    }

    [Fact]
    public void A_pattern_that_is_not_whole_finds_its_match_anywhere()
    {
        Re2Pattern.TryParse("b+", whole: false, out var pattern, out _).ShouldBeTrue();
        pattern.Match("abbbc")!.Value.ShouldBe("bbb");
        pattern.Matches("abbcb").Select(m => m.Index).ShouldBe([1, 4]);
    }

    [Fact]
    public void A_pattern_that_is_too_long_is_refused()
    {
        Re2Pattern.TryParse(new string('a', QueryBudgetLimits.PatternLength + 1), whole: true, out _, out var problem).ShouldBeFalse();
        problem.ShouldContain("10000 characters");
    }

    private static IEnumerable<string> Texts(string side) =>
        side.Split(' ').Select(text => text == "ε" ? string.Empty : text.Replace('␣', ' '));
}
