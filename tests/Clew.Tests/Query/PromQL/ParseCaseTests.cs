using Clew.Query.Language;
using Clew.Query.PromQL;
using Clew.Query.PromQL.Functions;
using Clew.Query.PromQL.Parsing;
using Clew.Query.PromQL.Syntax;

namespace Clew.Tests.Query.PromQL;

/// <summary>The grammar, from <c>Cases/parse.txt</c>: what a query prints as, and where and why what is none is refused.</summary>
public sealed class ParseCaseTests
{
    private static readonly PromQlOptions Experimental = new() { Experimental = true };

    [Fact]
    public void Queries_print_as_the_cases_say_and_the_printed_form_prints_as_itself()
    {
        var wrong = new List<string>();
        var cases = 0;
        foreach (var (line, section, input, output) in CaseFile.Cases("PromQL/Cases/parse.txt"))
        {
            cases++;
            var options = section == "not switched on" ? new PromQlOptions() : Experimental;
            var expected = output == "=" ? input : output;
            var actual = Answer(input, options);
            if (actual != expected)
            {
                wrong.Add($"line {line}: {input} => {actual}, not {expected}");
            }
            else if (!expected.StartsWith('!') && Answer(actual, options) != actual)
            {
                wrong.Add($"line {line}: {actual} prints as {Answer(actual, options)}");
            }
        }

        wrong.ShouldBeEmpty();
        cases.ShouldBeGreaterThan(120);
    }

    [Fact]
    public void Every_function_is_called_by_its_signature_and_refused_without_arguments_it_needs()
    {
        foreach (var function in FunctionTable.All)
        {
            var arguments = Enumerable.Range(0, function.MinArguments).Select(i => function.ParameterAt(i) switch
            {
                ExpressionType.Scalar => "1",
                ExpressionType.String => "\"x\"",
                ExpressionType.InstantVector => "a",
                _ => "a[5m]",
            }).ToList();
            var query = $"{function.Name}({string.Join(", ", arguments)})";

            var expression = PromQlParser.Parse(query, Experimental);

            expression.ToString().ShouldBe(query);
            expression.Type.ShouldBe(function.Returns, query);
            if (function.MinArguments > 0)
            {
                Should.Throw<QuerySyntaxException>(() => PromQlParser.Parse($"{function.Name}()", Experimental)).Problem.ShouldContain("argument");
            }
        }
    }

    [Fact]
    public void Every_part_knows_where_it_stands()
    {
        const string Query = "sum by (x) (rate(a{b=\"c\"}[5m])) / -d";
        var texts = PromQlParser.Parse(Query).DescendantsAndSelf().Select(part => part.Span.TextIn(Query)).ToList();

        texts.ShouldBe([Query, "sum by (x) (rate(a{b=\"c\"}[5m]))", "rate(a{b=\"c\"}[5m])", "a{b=\"c\"}[5m]", "a{b=\"c\"}", "-d", "d"]);
    }

    [Fact]
    public void Queries_that_are_too_long_or_too_deep_are_refused_and_not_followed_down()
    {
        Should.Throw<QuerySyntaxException>(() => PromQlParser.Parse(new string('a', QueryBudgetLimits.QueryLength + 1))).Problem.ShouldContain("100000 characters");
        Should.Throw<QuerySyntaxException>(() => PromQlParser.Parse(new string('(', 50_000) + "a")).Problem.ShouldContain("deeper than 200");
        Should.Throw<QuerySyntaxException>(() => PromQlParser.Parse(new string('-', 50_000) + "a")).Problem.ShouldContain("deeper than 200");
        Should.Throw<QuerySyntaxException>(() => PromQlParser.Parse("a[" + new string('-', 50_000) + "1m]")).Problem.ShouldContain("deeper than 200");
    }

    [Fact]
    public void A_selector_alone_is_taken_apart_into_its_conditions()
    {
        PromQlParser.ParseSelector("up{job=~\"a|b\"}").Select(matcher => matcher.ToString()).ShouldBe(["job=~\"a|b\"", "__name__=\"up\""]);
        Should.Throw<QuerySyntaxException>(() => PromQlParser.ParseSelector("rate(up[5m])"));
        Should.Throw<QuerySyntaxException>(() => PromQlParser.ParseSelector("up offset 5m"));
    }

    [Fact]
    public void Whatever_pieces_come_together_are_a_query_that_prints_or_an_error_with_a_place()
    {
        string[] pieces =
        [
            "a", "sum", "rate", "by", "on", "(", ")", "(", ")", "{", "}", "[", "]", "[5m]", "[5m:1m]", "{x=\"y\"}", "+", "-", "*", "/", "^", "==", "bool", "and", "or", "offset", "5m", "@", "1", "\"t\"", "'", "\\",
            ",", ":", "=~", "!=", "start()", "group_left", "fill", "smoothed", "time()", "0x", "1e", ".", "#", "\n", "é", "\ud800", "</", "min_of", "step()", "ignoring", "without", "topk", "Inf",
        ];
        const int Seed = 20261121;
        var random = new Random(Seed);
        var parsed = 0;
        for (var i = 0; i < 40_000; i++)
        {
            var query = string.Join(random.Next(4) == 0 ? "" : " ", Enumerable.Range(0, random.Next(1, 9)).Select(_ => pieces[random.Next(pieces.Length)]));
            try
            {
                var printed = PromQlParser.Parse(query, Experimental).ToString();
                PromQlParser.Parse(printed, Experimental).ToString().ShouldBe(printed, $"{query} (seed {Seed})");
                parsed++;
            }
            catch (QuerySyntaxException error)
            {
                error.Span.Start.ShouldBeInRange(0, query.Length, query);
                error.Draw().ShouldContain('^');
            }
        }

        parsed.ShouldBeGreaterThan(500);
    }

    private static string Answer(string query, PromQlOptions options)
    {
        try
        {
            return PromQlParser.Parse(query, options).ToString();
        }
        catch (QuerySyntaxException error)
        {
            return $"! {error.Position} {error.Problem}";
        }
    }
}
