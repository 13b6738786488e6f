namespace Clew.Tests.Protocols.LogLines;

/// <summary>Plays the files in <c>Cases</c>. <c>make accept</c> writes what comes out back into them, for review.</summary>
public sealed class LogLineCaseTests
{
    public static TheoryData<string, int, string> Cases
    {
        get
        {
            var data = new TheoryData<string, int, string>();
            foreach (var file in LogLineCase.Files)
            {
                foreach (var (number, one) in LogLineCase.ReadFile(file).Index())
                {
                    data.Add(file, number, one.ToString());
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Lines_become_these_records(string file, int number, string title)
    {
        var one = LogLineCase.ReadFile(file)[number];
        one.ToString().ShouldBe(title);
        if (Environment.GetEnvironmentVariable("CLEW_ACCEPT") == "1")
        {
            return;
        }

        string.Join('\n', one.Run()).ShouldBe(string.Join('\n', one.Expected));
    }

    [Fact]
    public void Accepting_writes_what_comes_out_into_the_files()
    {
        foreach (var file in LogLineCase.Files)
        {
            var text = new List<string>();
            foreach (var line in File.ReadAllLines(LogLineCase.PathOf(file)).TakeWhile(line => line.StartsWith('#')))
            {
                text.Add(line);
            }

            foreach (var one in LogLineCase.ReadFile(file))
            {
                text.AddRange([.. text.Count > 0 ? new[] { "" } : [], $"= {one.Title}", .. one.Options, .. one.Input.Select(line => $"< {line}".TrimEnd()), .. one.Run()]);
            }

            if (Environment.GetEnvironmentVariable("CLEW_ACCEPT") == "1")
            {
                File.WriteAllLines(LogLineCase.PathOf(file), text);
            }

            File.ReadAllLines(LogLineCase.PathOf(file)).Select(line => line.TrimEnd()).ShouldBe(text.Select(line => line.TrimEnd()));
        }
    }
}
