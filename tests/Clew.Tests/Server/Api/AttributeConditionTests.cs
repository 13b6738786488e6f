using Clew.Server.Api.Parameters;
using Clew.Telemetry;

namespace Clew.Tests.Server.Api;

public sealed class AttributeConditionTests
{
    public static TheoryData<string, string> Cases
    {
        get
        {
            using var stream = typeof(AttributeConditionTests).Assembly.GetManifestResourceStream("Server/Api/Cases/attribute-conditions.txt")!;
            using var reader = new StreamReader(stream);
            var cases = new TheoryData<string, string>();
            while (reader.ReadLine() is { } line)
            {
                if (line.Length > 0 && line[0] != '#')
                {
                    var arrow = line.IndexOf(" => ", StringComparison.Ordinal);
                    cases.Add(line[..arrow], line[(arrow + 4)..]);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_condition_means_what_its_line_says(string text, string meaning)
    {
        var parsed = AttributeCondition.TryParse(text, AttributeCondition.SpanScopes, out var condition, out var expected);
        (parsed ? Write(condition!) : "! " + expected).ShouldBe(meaning);
    }

    [Fact]
    public void A_log_record_has_scopes_of_its_own()
    {
        AttributeCondition.TryParse("log.iostream=stderr", AttributeCondition.LogScopes, out var condition, out _).ShouldBeTrue();
        Write(condition!).ShouldBe("attribute.iostream Equal AnyType:stderr");
        AttributeCondition.TryParse("link.reason", AttributeCondition.LogScopes, out condition, out _).ShouldBeTrue();
        Write(condition!).ShouldBe("exists anywhere.link.reason");
    }

    [Fact]
    public void Any_text_is_read_or_refused_and_never_throws()
    {
        const string Letters = "ab.!=~<>\"\\ 1e-5";
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => Letters[random.Next(Letters.Length)]));
            var parsed = AttributeCondition.TryParse(text, AttributeCondition.SpanScopes, out var condition, out var expected);
            (parsed ? condition is not null && expected is null : condition is null && expected is not null).ShouldBeTrue(text);
        }
    }

    private static string Write(Predicate condition) => condition switch
    {
        ComparisonPredicate comparison => $"{comparison.Field} {comparison.Operator} {comparison.Value.Type}:{comparison.Value.Text.Replace("\n", "\\n", StringComparison.Ordinal)}",
        ExistsPredicate exists => $"exists {exists.Field}",
        NotPredicate not => $"!({Write(not.Term)})",
        AnyPredicate any => $"({string.Join(" | ", any.Terms.Select(Write))})",
        _ => condition.ToString(),
    };
}
