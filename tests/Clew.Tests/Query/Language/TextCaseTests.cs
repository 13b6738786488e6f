using Clew.Query.Language;

namespace Clew.Tests.Query.Language;

/// <summary>Durations, numbers, quoted text and positions, from <c>Cases/texts.txt</c>.</summary>
public sealed class TextCaseTests
{
    [Fact]
    public void Texts_are_read_and_written_as_the_cases_say()
    {
        var wrong = new List<string>();
        var cases = 0;
        foreach (var (line, section, input, output) in CaseFile.Cases("Language/Cases/texts.txt"))
        {
            cases++;
            var actual = section.Split(',')[0] switch
            {
                "prometheus duration" => PrometheusDuration.TryParse(input, out var milliseconds) ? $"{milliseconds} {PrometheusDuration.Format(milliseconds)}" : "error",
                "go duration" => GoDuration.TryParse(input, out var nanoseconds) ? $"{nanoseconds} {GoDuration.Format(nanoseconds)}" : "error",
                "number" => GoNumber.TryParse(input, out var number) ? $"{GoNumber.FormatPlain(number)} {GoNumber.FormatGeneral(number)}" : "error",
                "quoted text" => QuotedText.TryUnquote(input, out var text, out _) ? $"{Shown(text)} {QuotedText.Quote(text)}" : "error",
                "end of quoted text from its first character on" => QuotedText.EndOf(input, 0).ToString(),
                "position of a character" => Position(input),
                _ => "no such section",
            };
            if (actual != output)
            {
                wrong.Add($"line {line}: {input} => {actual}, not {output}");
            }
        }

        wrong.ShouldBeEmpty();
        cases.ShouldBeGreaterThan(100);
    }

    [Fact]
    public void Plain_and_general_numbers_read_back_as_the_same_number()
    {
        var random = new Random(20261121);
        for (var i = 0; i < 20_000; i++)
        {
            var value = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            if (double.IsNaN(value))
            {
                continue;
            }

            foreach (var text in new[] { GoNumber.FormatPlain(value), GoNumber.FormatGeneral(value) })
            {
                GoNumber.TryParse(text, out var read).ShouldBeTrue(text);
                read.ShouldBe(value, text);
            }
        }
    }

    [Fact]
    public void Any_text_reads_back_from_its_quotes()
    {
        var random = new Random(20261121);
        for (var i = 0; i < 5_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => random.Next(4) switch
            {
                0 => ((char)random.Next(0x20)).ToString(),
                1 => ((char)(0xDC80 + random.Next(0x80))).ToString(),
                2 => char.ConvertFromUtf32(0x1F600 + random.Next(40)),
                _ => ((char)random.Next(0x20, 0x2100)).ToString(),
            }));
            QuotedText.TryUnquote(QuotedText.Quote(text), out var read, out var problem).ShouldBeTrue(problem);
            Decoded(read).ShouldBe(Decoded(text));
        }
    }

    [Fact]
    public void A_syntax_error_draws_carets_under_its_place()
    {
        var error = new QuerySyntaxException("sum(\n  rate(x[5x])\n)", new SourceSpan(14, 16), "bad duration");

        error.Message.ShouldBe("2:10: parse error: bad duration");
        error.Draw().ShouldBe("  rate(x[5x])\n         ^^\n2:10: parse error: bad duration");
    }

    private static string Position(string input)
    {
        var space = input.IndexOf(' ', StringComparison.Ordinal);
        var at = int.Parse(input[..space]);
        return new SourceSpan(at, at).PositionIn(input[(space + 1)..]).ToString();
    }

    private static string Shown(string text) => text.Replace("\uDCC5", "\\uDCC5", StringComparison.Ordinal);

    /// <summary>Bytes that happen to be UTF-8 together become the character they are.</summary>
    private static string Decoded(string text) => QuotedText.Quote(text) is var quoted && QuotedText.TryUnquote(quoted, out var once, out _) ? once : text;
}
