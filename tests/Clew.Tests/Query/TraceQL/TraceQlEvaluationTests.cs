using System.Globalization;
using Clew.Tests.Architecture;

namespace Clew.Tests.Query.TraceQL;

/// <summary>What queries answer, on traces that a case states. The cases are in <c>Cases/eval-*.txt</c>.</summary>
public sealed class TraceQlEvaluationTests
{
    private static readonly Dictionary<string, TraceQlCase> Cases = TraceQlCase.All().ToDictionary(one => one.ToString());

    public static TheoryData<string> Names() => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_query_answers_what_its_case_states(string name)
    {
        var one = Cases[name];

        var answer = await one.AskAsync(new MemoryTraceSource(TraceLines.Read(one.Load)));

        string.Join('\n', answer).ShouldBe(string.Join('\n', one.Answer));
    }

    /// <summary>With CLEW_ACCEPT=1 the answers are written into the files anew; the diff is for a reviewer.</summary>
    [Fact]
    public async Task There_are_enough_cases()
    {
        if (Environment.GetEnvironmentVariable("CLEW_ACCEPT") == "1")
        {
            await AcceptAsync();
        }

        Cases.Count.ShouldBeGreaterThan(400);
    }

    /// <summary>Writes what is answered into the files of cases.</summary>
    private static async Task AcceptAsync()
    {
        foreach (var file in Directory.GetFiles(Repository.PathOf("tests/Clew.Tests/Query/TraceQL/Cases"), "eval-*.txt"))
        {
            var lines = await File.ReadAllLinesAsync(file);
            var answers = new Dictionary<int, IReadOnlyList<string>>();
            foreach (var one in TraceQlCase.Read(string.Empty, lines))
            {
                answers.Add(int.Parse(one.Place[1..], CultureInfo.InvariantCulture) - 1, await one.AskAsync(new MemoryTraceSource(TraceLines.Read(one.Load))));
            }

            var written = new List<string>();
            for (var at = 0; at < lines.Length; at++)
            {
                written.Add(lines[at]);
                if (answers.TryGetValue(at, out var answer))
                {
                    written.AddRange(answer.Select(line => "  " + line));
                    while (at + 1 < lines.Length && lines[at + 1].StartsWith("  ", StringComparison.Ordinal))
                    {
                        at++;
                    }
                }
            }

            await File.WriteAllLinesAsync(file, written);
        }
    }
}
