using Clew.Query.LogQL.Extraction;

namespace Clew.Tests.Query.LogQL;

/// <summary>Templates, parsers of lines and matchers, from <c>Cases/templates.txt</c>, <c>Cases/extraction.txt</c> and <c>Cases/matching.txt</c>.</summary>
public sealed class LogQlTextTests
{
    [Fact]
    public void Templates_write_what_the_cases_say() => Check("templates.txt", 250, (_, input) => LogQlTextCases.Template(input));

    [Fact]
    public void Parsers_take_out_of_lines_what_the_cases_say() => Check("extraction.txt", 100, LogQlTextCases.Extraction);

    [Fact]
    public void Matchers_match_what_the_cases_say() => Check("matching.txt", 80, LogQlTextCases.Matching);

    [Fact]
    public void A_line_with_objects_too_deep_or_too_many_fields_is_an_error_and_keeps_what_was_before()
    {
        var deep = "{\"a\":1," + string.Concat(Enumerable.Repeat("\"b\":{", 100)) + "\"c\":1" + new string('}', 101);
        LogQlTextCases.Extraction("json", deep).ShouldStartWith("a=\"1\" !JSONParserErr: objects lie more than 64 deep");
        LogQlTextCases.Extraction("json x=`a`", deep).ShouldBe("!JSONParserErr: the line is not JSON");

        var many = string.Join(' ', Enumerable.Range(0, 3_000).Select(i => $"k{i}=v"));
        LogQlTextCases.Extraction("logfmt", many).ShouldEndWith("k1999=\"v\" !LogfmtParserErr: there are more than 2000 fields");
        LogQlTextCases.Extraction("json", "{" + string.Join(',', Enumerable.Range(0, 3_000).Select(i => $"\"k{i}\":1")) + "}")
            .ShouldContain("k1999=\"1\" !JSONParserErr: there are more than 2000 fields");
    }

    [Fact]
    public void A_field_with_a_name_that_is_too_long_is_left_out()
    {
        var name = new string('n', ExtractionLimits.NameLength + 1);
        LogQlTextCases.Extraction("json", $"{{\"{name}\":1,\"a\":{{\"{name}\":{{\"b\":1}}}},\"c\":2}}").ShouldBe("c=\"2\"");
    }

    [Fact]
    public void A_parser_stops_when_nothing_more_is_wanted()
    {
        foreach (var stage in new[] { "json", "logfmt", "json a=`a`, b=`b`", "logfmt a=`a`, b=`b`", "pattern `<a>=<b>`", "regexp `(?P<a>.)(?P<b>.)`", "unpack" })
        {
            var sink = new OneField();
            LogQlTextCases.Extractor(stage).Extractor!.Extract(stage.StartsWith("logfmt", StringComparison.Ordinal) ? "a=1 b=2" : """{"a":"1","b":"2=3","_entry":"x"}""", sink);
            sink.Fields.ShouldBe(1, stage);
        }
    }

    [Fact]
    public void Parsing_a_line_allocates_nothing_when_no_text_has_to_be_built()
    {
        const string Json = """{"level":"info","msg":"escaped \"text\"","request":{"method":"GET","status":200},"tags":["a","b"]}""";
        const string Logfmt = "level=info msg=\"escaped \\\"text\\\"\" method=GET status=200";
        foreach (var (stage, line) in new[] { ("json", Json), ("json a=`request.method`", Json), ("logfmt", Logfmt), ("logfmt a=`method`", Logfmt), ("pattern `<a> <b>=<c>`", Logfmt) })
        {
            var extractor = LogQlTextCases.Extractor(stage).Extractor!;
            var sink = new CountedFields();
            extractor.Extract(line, sink);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1_000; i++)
            {
                extractor.Extract(line, sink);
            }

            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1_000, stage);
            sink.Fields.ShouldBeGreaterThan(1_000, stage);
        }
    }

    private static void Check(string file, int least, Func<string, string, string> answer)
    {
        var wrong = new List<string>();
        var cases = 0;
        foreach (var (line, section, input, output) in CaseFile.Cases($"LogQL/Cases/{file}"))
        {
            cases++;
            if (answer(section, input) is var actual && actual != output)
            {
                wrong.Add($"line {line}: {input} => {actual}, not {output}");
            }
        }

        wrong.ShouldBeEmpty();
        cases.ShouldBeGreaterThan(least);
    }

    private sealed class OneField : ILogQlFieldSink
    {
        public int Fields { get; private set; }

        public bool Add(ReadOnlySpan<char> name, ReadOnlySpan<char> value)
        {
            Fields++;
            return false;
        }

        public void ReplaceLine(ReadOnlySpan<char> line) => line.Length.ShouldBe(1);
    }

    private sealed class CountedFields : ILogQlFieldSink
    {
        public int Fields { get; private set; }

        public bool Add(ReadOnlySpan<char> name, ReadOnlySpan<char> value)
        {
            Fields++;
            return true;
        }

        public void ReplaceLine(ReadOnlySpan<char> line) => Fields++;
    }
}
