using System.Text;
using Clew.Analysis.LogTemplates;
using Clew.Telemetry;
using Clew.Tests.Architecture;

namespace Clew.Tests.Analysis.LogTemplates;

/// <summary>What comparing templates tells that no line tells alone. The cases are in a text file: lines, and below them what they are together.</summary>
public sealed class TemplateRefinerTests
{
    private const string File = "tests/Clew.Tests/Analysis/LogTemplates/Cases/refinement.txt";

    private static readonly string[] Texts = [.. Repository.Read(File).Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Where(text => !text.StartsWith('#')).Select(text => text.Trim('\n'))];

    public static TheoryData<string> Cases => [.. Texts];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Lines_are_of_these_statements(string text)
    {
        var lines = text.Split('\n')[1..];
        var bodies = lines.Where(line => !line.StartsWith("=> ", StringComparison.Ordinal))
            .SelectMany(line => line.Split(" x ") is [var body, var times] ? Enumerable.Repeat(body, int.Parse(times, System.Globalization.CultureInfo.InvariantCulture)) : [line]).ToArray();

        string.Join('\n', TemplateRefiner.Refine(Samples(bodies)).Select(template => $"=> {template.Members.Sum(member => member.Count)} {template.Text}").Order(StringComparer.Ordinal))
            .ShouldBe(string.Join('\n', lines.Where(line => line.StartsWith("=> ", StringComparison.Ordinal)).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void The_order_of_templates_does_not_matter()
    {
        var bodies = Texts.SelectMany(text => text.Split('\n')[1..]).ToArray();
        var samples = Samples(bodies);
        var expected = Told(samples);
        for (var seed = 1; seed <= 20; seed++)
        {
            var shuffled = samples.ToArray();
            new Random(seed).Shuffle(shuffled);

            Told(shuffled).ShouldBe(expected, $"seed {seed}");
        }

        static string Told(IReadOnlyList<TemplateSample> some) => string.Join('\n', TemplateRefiner.Refine(some).Select(template => $"{template.Text} {string.Join(',', template.Members.Select(member => member.Id))}"));
    }

    [Fact]
    public void Every_template_is_in_one_group_whatever_its_text_is()
    {
        string[] parts = ["<*>", "user", "for", "A", "b.c", "/x", ":", " ", " ", "=", "(", "_", ".", "-", "\u00fc", "5", "<", "*>"];
        for (var seed = 1; seed <= 500; seed++)
        {
            var random = new Random(seed);
            var samples = Enumerable.Range(1, random.Next(1, 60)).Select(i => new TemplateSample(
                (ulong)i, string.Concat(Enumerable.Range(0, random.Next(0, 12)).Select(_ => parts[random.Next(parts.Length)])), random.Next(1, 9),
                [.. Enumerable.Range(0, random.Next(0, 4)).Select(_ => string.Concat(Enumerable.Range(0, random.Next(0, 12)).Select(_ => parts[random.Next(parts.Length)])))])).ToArray();

            TemplateRefiner.Refine(samples).SelectMany(template => template.Members.Select(member => member.Id)).Order().ShouldBe(samples.Select(sample => sample.Id), $"seed {seed}");
        }
    }

    [Theory]
    [InlineData("order <*> took <*> ms", "order 5  took 7 ms", "5|7")]
    [InlineData("copied <*>", "copied a, b", "a, b")]
    [InlineData("rest=<*>", "rest=", "")]
    [InlineData("<*> a <*>", "1 a 2 a 3", "1|2 a 3")]
    [InlineData("order <*> took", "order 5 took longer", "5")]
    [InlineData("order <*> took", "cart 5 took", null)]
    [InlineData("order <*> took", "order 5", null)]
    public void Values_of_a_line_stand_where_the_template_has_wildcards(string template, string line, string? values) =>
        (TemplateRefiner.Values(template, line) is { } found ? string.Join('|', found) : null).ShouldBe(values);

    private static TemplateSample[] Samples(IEnumerable<string> bodies)
    {
        var templater = new LogTemplater();
        return [.. bodies.GroupBy(body => Encoding.UTF8.GetString(templater.Of(Encoding.UTF8.GetBytes(body))), StringComparer.Ordinal)
            .Select(group => new TemplateSample(StableHash.Of(Encoding.UTF8.GetBytes(group.Key)), group.Key, group.Count(), [.. group]))];
    }
}
