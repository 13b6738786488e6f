using Clew.Query.Language;
using Clew.Query.TraceQL;

namespace Clew.Tests.Query.TraceQL;

/// <summary>What is a query, how it prints, and what is said of what is none. The cases are in <c>Cases/syntax-*.txt</c>.</summary>
public sealed class TraceQlSyntaxTests
{
    private const string PrintsAs = "=> ";
    private const string IsRefused = "=! ";

    public static TheoryData<string> Accepted() => Lines("syntax-accepted", refused: false);

    public static TheoryData<string> Refused() => Lines("syntax-accepted", refused: true, "syntax-refused");

    [Theory]
    [MemberData(nameof(Accepted))]
    public void A_query_prints_as_the_query_that_it_is(string line)
    {
        var (query, printed) = line.IndexOf(PrintsAs, StringComparison.Ordinal) is var at and >= 0 ? (line[..at].TrimEnd(), line[(at + PrintsAs.Length)..]) : (line, line);

        var parsed = TraceQlQuery.Parse(query);

        parsed.ToString().ShouldBe(printed);
        TraceQlTree.Of(TraceQlQuery.Parse(printed)).ShouldBe(TraceQlTree.Of(parsed), "what it prints parses to the same tree");
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_refusal_says_where_and_what(string line)
    {
        var at = line.IndexOf(IsRefused, StringComparison.Ordinal);
        var (query, expected) = (line[..at].TrimEnd(), line[(at + IsRefused.Length)..].Split(' ', 2));

        var refusal = Should.Throw<QuerySyntaxException>(() => TraceQlQuery.Parse(query));

        refusal.Position.ToString().ShouldBe(expected[0], refusal.Message);
        refusal.Problem.ShouldContain(expected[1]);
    }

    [Fact]
    public void There_are_enough_cases()
    {
        Accepted().Count.ShouldBeGreaterThan(250);
        Refused().Count.ShouldBeGreaterThan(180);
    }

    [Fact]
    public void A_refusal_knows_lines() =>
        Should.Throw<QuerySyntaxException>(() => TraceQlQuery.Parse("{ .a = 1 }\n  | count() >\n  oops")).Position.ShouldBe(new SourcePosition(3, 3));

    [Fact]
    public void Deep_and_long_queries_are_refused_and_not_fallen_into()
    {
        var deep = new string('(', 10_000) + "{ }" + new string(')', 10_000);
        Should.Throw<QuerySyntaxException>(() => TraceQlQuery.Parse(deep)).Problem.ShouldContain("within each other");
        Should.Throw<QuerySyntaxException>(() => TraceQlQuery.Parse("{ " + new string('!', 50_000) + ".a }")).Problem.ShouldContain("within each other");
        Should.Throw<QuerySyntaxException>(() => TraceQlQuery.Parse("{ " + string.Join(" && ", Enumerable.Repeat(".a", 5_000)) + " }")).Problem.ShouldContain("operators");
        Should.Throw<QuerySyntaxException>(() => TraceQlQuery.Parse("{ .a = \"" + new string('x', 200_000) + "\" }")).Problem.ShouldContain("characters");
    }

    /// <summary>Random text never does anything but parse or be refused; what parses prints itself.</summary>
    [Fact]
    public void Whatever_is_sent_parses_or_is_refused()
    {
        const int Seed = 20_261_121;
        var random = new Random(Seed);
        string[] pieces = [.. CaseLines("syntax-accepted").Select(line => line.Split(PrintsAs)[0])];
        for (var i = 0; i < 20_000; i++)
        {
            var text = Mutate(random, pieces[random.Next(pieces.Length)], pieces[random.Next(pieces.Length)]);
            TraceQlQuery parsed;
            try
            {
                parsed = TraceQlQuery.Parse(text);
            }
            catch (QuerySyntaxException)
            {
                continue;
            }

            TraceQlTree.Of(TraceQlQuery.Parse(parsed.ToString())).ShouldBe(TraceQlTree.Of(parsed), $"seed {Seed}, {i}: {text}");
        }
    }

    private static string Mutate(Random random, string one, string other)
    {
        var (from, to) = (random.Next(one.Length + 1), random.Next(other.Length + 1));
        var text = one[..from] + other[to..];
        return random.Next(3) switch
        {
            0 when text.Length > 0 => text.Remove(random.Next(text.Length), 1),
            1 => text.Insert(random.Next(text.Length + 1), ((char)random.Next(' ', 0x180)).ToString()),
            _ => text,
        };
    }

    private static TheoryData<string> Lines(string file, bool refused, string? all = null) =>
    [
        .. CaseLines(file).Where(line => line.Contains(IsRefused, StringComparison.Ordinal) == refused),
        .. all is null ? [] : CaseLines(all),
    ];

    private static List<string> CaseLines(string file)
    {
        using var stream = typeof(TraceQlSyntaxTests).Assembly.GetManifestResourceStream($"Query/TraceQL/Cases/{file}.txt")!;
        using var reader = new StreamReader(stream);
        var lines = new List<string>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Trim().Length > 0 && !line.StartsWith('#'))
            {
                lines.Add(line);
            }
        }

        return lines;
    }
}
