using Clew.Query.Language;
using Clew.Query.LogQL;
using Clew.Query.LogQL.Parsing;
using Clew.Query.PromQL.Data;

namespace Clew.Tests.Query.LogQL;

/// <summary>Line filters look for texts before they run an expression; what they let through must be what the expression alone would.</summary>
public sealed class LogQlLineFilterTests
{
    private const int Seed = 20261121;

    [Fact]
    public async Task Expressions_let_through_what_they_match_whatever_is_looked_for_first()
    {
        string[] pieces =
        [
            "a", "b", "ab", "é", "€", "😀", ".", "a*", "b+", "c?", "d{2}", "e{0,1}", "[abc]", "[^]a]", "[[:digit:]]", "\\d", "\\.", "\\w*", "\\b", "^", "$", "(ab)", "(?i)", "(a|b)", "|", "ab*?", "\\x61", "\\pL", "{", "}b", "a{2}?",
            "\\\\", "x{1,2}y", "\\Qa.b\\E", "[a\\]]",
        ];
        string[] letters = ["a", "b", "c", "d", "e", "é", "€", "😀", "x", "y", ".", "1", "]", "\\", "{", "}", "A", " ", "\n"];
        var random = new Random(Seed);
        var lines = Enumerable.Range(0, 300).Select(_ => string.Concat(Enumerable.Range(0, random.Next(0, 8)).Select(_ => letters[random.Next(letters.Length)]))).ToList();
        var source = new MemoryLogSource { PortionSize = 100 };
        foreach (var (line, i) in lines.Select((line, i) => (line, i)))
        {
            source.Add(LabelSet.OfAll([new("a", "b")]), i, line, LabelSet.Empty);
        }

        var engine = new LogQlEngine(source, TimeProvider.System);
        var (tried, some) = (0, 0);
        for (var round = 0; round < 1_500; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => pieces[random.Next(pieces.Length)]));
            if (!Re2Pattern.TryParse("(?s)" + text, whole: false, out var expression, out _))
            {
                continue;
            }

            var expected = lines.Where(line => expression.IsMatch(line)).ToList();
            var query = LogQlParser.Parse($"{{a=\"b\"}} |~ {QuotedText.Quote(text)}");
            var result = await engine.RangeAsync(query, new LogQlRequest(0, 1_000, 1) { Limit = 1_000, Direction = Clew.Query.LogQL.Source.LogDirection.Forward }, Budget());

            result.Lines.Select(line => line.Line).ShouldBe(expected, $"{text} (seed {Seed})");
            tried++;
            some += expected.Count is > 0 and < 300 ? 1 : 0;
        }

        tried.ShouldBeGreaterThan(700);
        some.ShouldBeGreaterThan(300);
    }

    private static QueryBudget Budget() => new(new QueryBudgetLimits(), TimeProvider.System, CancellationToken.None);
}
