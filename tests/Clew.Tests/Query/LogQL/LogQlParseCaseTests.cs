using Clew.Query.Language;
using Clew.Query.LogQL;
using Clew.Query.LogQL.Parsing;
using Clew.Query.LogQL.Syntax;
using Clew.Query.PromQL.Syntax;
using Clew.Tests.Fuzzing;
using Xunit.Abstractions;

namespace Clew.Tests.Query.LogQL;

/// <summary>The grammar, from <c>Cases/parse.txt</c>: what a query prints as, and where and why what is none is refused.</summary>
public sealed class LogQlParseCaseTests(ITestOutputHelper output)
{
    [Fact]
    public void Queries_print_as_the_cases_say_and_the_printed_form_prints_as_itself()
    {
        var wrong = new List<string>();
        var cases = 0;
        foreach (var (line, _, input, stated) in CaseFile.Cases("LogQL/Cases/parse.txt"))
        {
            cases++;
            var expected = stated == "=" ? input : stated;
            var actual = Answer(input);
            if (actual != expected)
            {
                wrong.Add($"line {line}: {input} => {actual}, not {expected}");
            }
            else if (!expected.StartsWith('!') && Answer(actual) != actual)
            {
                wrong.Add($"line {line}: {actual} prints as {Answer(actual)}");
            }
        }

        wrong.ShouldBeEmpty();
        cases.ShouldBeGreaterThan(210);
    }

    [Fact]
    public void Every_range_aggregation_is_known_by_its_name_and_says_what_it_takes()
    {
        foreach (var operation in Enum.GetValues<RangeOperation>())
        {
            var parameter = operation == RangeOperation.QuantileOverTime ? "0.5, " : string.Empty;
            var onLines = Answer($"{operation.Text()}({parameter}{{a=\"b\"}} [5m])");
            var onValues = Answer($"{operation.Text()}({parameter}{{a=\"b\"}} | unwrap x [5m])");
            var grouped = Answer($"{operation.Text()}({parameter}{{a=\"b\"}} | unwrap x [5m]) by (c)");

            onLines.StartsWith('!').ShouldBe(!operation.TakesLines(), onLines);
            onValues.StartsWith('!').ShouldBe(!operation.TakesValues(), onValues);
            grouped.StartsWith('!').ShouldBe(!operation.TakesGrouping(), grouped);
        }
    }

    [Fact]
    public void Every_part_knows_where_it_stands()
    {
        const string Query = "sum by (x) (rate({a=\"b\"} |= \"c\" | json | d > 1 or e=\"f\" [5m])) / 2";
        var query = LogQlParser.Parse(Query);
        var logs = query.Selections()[0];
        var condition = ((LogQlLabelFilter)logs.Stages[2]).Condition;

        query.Metric!.DescendantsAndSelf().Select(part => part.Span.TextIn(Query)).ShouldBe(
            [Query, "sum by (x) (rate({a=\"b\"} |= \"c\" | json | d > 1 or e=\"f\" [5m]))", "rate({a=\"b\"} |= \"c\" | json | d > 1 or e=\"f\" [5m])", "2"]);
        logs.Stages.Select(stage => stage.Span.TextIn(Query)).ShouldBe(["|= \"c\"", "| json", "| d > 1 or e=\"f\""]);
        condition.ShouldBeOfType<CombinedCondition>().Right.Span.TextIn(Query).ShouldBe("e=\"f\"");
    }

    [Fact]
    public void Errors_are_described_as_Loki_writes_them()
    {
        var error = Should.Throw<QuerySyntaxException>(() => LogQlParser.Parse("{a=\"b\"}\n | json |"));

        LogQlParser.Describe(error).ShouldBe("parse error at line 2, col 10: syntax error: unexpected $end");
        error.Draw().ShouldBe(" | json |\n         ^\n2:10: parse error: syntax error: unexpected $end");
    }

    [Fact]
    public void Filters_before_anything_that_changes_lines_can_be_used_by_a_store()
    {
        var logs = LogQlParser.Parse("{a=\"b\"} |= \"1\" | json | c=\"d\" !~ \"2\" | line_format \"x\" |= \"3\"").Logs!;

        logs.LeadingLineFilters().Select(filter => filter.ToString()).ShouldBe(["|= \"1\"", "!~ \"2\""]);
    }

    [Fact]
    public void Queries_that_are_too_long_or_too_deep_or_too_wide_are_refused_and_not_followed_down()
    {
        Problem(new string('a', QueryBudgetLimits.QueryLength + 1)).ShouldContain("100000 characters");
        Problem(new string('(', 50_000) + "1").ShouldContain("deeper than 200");
        Problem("{a=\"b\"} | " + new string('(', 50_000) + "c=\"d\"").ShouldContain("deeper than 200");
        Problem("rate(" + new string('(', 50_000) + "{a=\"b\"}[5m])").ShouldContain("deeper than 200");
        Problem("1" + string.Concat(Enumerable.Repeat("+1", 20_000))).ShouldContain("more than 200 operators");
        Problem("{a=\"b\"}" + string.Concat(Enumerable.Repeat("|=\"x\"", 10_000))).ShouldContain($"{LogQlLimits.Stages} stages");
        Problem("{a=\"b\"} |= \"x\"" + string.Concat(Enumerable.Repeat(" or \"x\"", 10_000))).ShouldContain($"{LogQlLimits.Conditions} alternatives");
        Problem("{a=\"b\"} | c=\"d\"" + string.Concat(Enumerable.Repeat(",c=\"d\"", 10_000))).ShouldContain($"{LogQlLimits.Conditions} conditions");
        Problem("{a=\"b\"} | drop c" + string.Concat(Enumerable.Repeat(",c", 10_000))).ShouldContain($"{LogQlLimits.Conditions} labels");
    }

    [Fact]
    public void A_selector_alone_may_match_everything()
    {
        LogQlParser.ParseMatchers("{job=~\"a|b\", c!=\"d\"}").Select(matcher => matcher.ToString()).ShouldBe(["job=~\"a|b\"", "c!=\"d\""]);
        LogQlParser.ParseMatchers("{}").ShouldBeEmpty();
        Should.Throw<QuerySyntaxException>(() => LogQlParser.ParseMatchers("{a=\"b\"} |= \"c\""));
        Should.Throw<QuerySyntaxException>(() => LogQlParser.ParseMatchers("1"));
    }

    [Fact]
    public void Whatever_pieces_come_together_are_a_query_that_prints_or_an_error_with_a_place()
    {
        string[] pieces =
        [
            "{a=\"b\"}", "{a=\"b\"}", "{", "}", "a", "=", "\"x\"", "`y`", "|=", "!=", "|~", "!>", "|", "| json", "| logfmt", "--strict", "| pattern \"<a> <_>\"", "| regexp \"(?P<a>.)\"", "| unpack", "| line_format \"{{.a}}\"",
            "| label_format a=b", "| drop a", "| keep a", "| decolorize", "| unwrap a", "| a>1", "and", "or", ",", "(", ")", "[5m]", "offset 5m", "rate(", "sum(", "sum_over_time(", "by (a)", "without", "topk(1,", "+", "/", ">", "bool",
            "on (a)", "group_left", "1", "5m", "2KB", "ip(\"::1\")", "vector(1)", "label_replace(", "-", "#", "\n", "é", "\ud800", "'", "unless",
        ];
        const int Seed = 20261121;
        var random = new Random(Seed);
        var parsed = 0;
        for (var i = 0; i < 40_000; i++)
        {
            parsed += Check(string.Join(random.Next(4) == 0 ? "" : " ", Enumerable.Range(0, random.Next(1, 9)).Select(_ => pieces[random.Next(pieces.Length)]))) ? 1 : 0;
        }

        parsed.ShouldBeGreaterThan(300);
    }

    [Fact]
    public void Damaged_queries_are_queries_that_print_or_errors_with_a_place()
    {
        var queries = CaseFile.Cases("LogQL/Cases/parse.txt").Select(one => one.Input).ToList();

        FuzzRun.Run(output, data => Check(System.Text.Encoding.UTF8.GetString(data)), seed => System.Text.Encoding.UTF8.GetBytes(queries[(int)((uint)seed % (uint)queries.Count)]));
    }

    private static bool Check(string query)
    {
        try
        {
            var printed = LogQlParser.Parse(query).ToString();
            LogQlParser.Parse(printed).ToString().ShouldBe(printed, query);
            return true;
        }
        catch (QuerySyntaxException error) when (error.Query == query)
        {
            error.Span.Start.ShouldBeInRange(0, query.Length, query);
            error.Draw().ShouldContain('^');
            return false;
        }
    }

    private static string Problem(string query) => Should.Throw<QuerySyntaxException>(() => LogQlParser.Parse(query)).Problem;

    private static string Answer(string query)
    {
        try
        {
            return LogQlParser.Parse(query).ToString();
        }
        catch (QuerySyntaxException error)
        {
            return $"! {error.Position} {error.Problem}";
        }
    }
}
