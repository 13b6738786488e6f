using System.Text;

namespace Clew.Tests.Protocols;

/// <summary>
/// Files of cases: <c>= title</c>, then what comes in, in lines that begin with <c>&gt; </c>, then what is expected. Lines before the first title and lines
/// that begin with <c>#</c> are comments.
/// </summary>
internal static class CaseBlocks
{
    /// <param name="make">Title, comments, what comes in, what is expected.</param>
    public static List<T> Read<T>(string path, Func<string, IReadOnlyList<string>, string, string, T> make)
    {
        var cases = new List<T>();
        string? title = null;
        var comments = new List<string>();
        var input = new List<string>();
        var expected = new StringBuilder();
        foreach (var line in File.ReadAllLines(path).Append("= end"))
        {
            if (line.StartsWith("= ", StringComparison.Ordinal))
            {
                if (title is not null)
                {
                    cases.Add(make(title, [.. comments], string.Join('\n', input), expected.ToString()));
                    comments.Clear();
                    input.Clear();
                    expected.Clear();
                }

                title = line[2..];
            }
            else if (title is null || line.StartsWith('#'))
            {
                comments.Add(line);
            }
            else if (line.StartsWith("> ", StringComparison.Ordinal))
            {
                input.Add(line[2..]);
            }
            else if (line.Length > 0)
            {
                expected.Append(line).Append('\n');
            }
        }

        return cases;
    }

    public static void Write(string path, IEnumerable<(string Title, IReadOnlyList<string> Comments, string Input, string Output)> cases)
    {
        var blocks = cases.Select(one =>
            string.Concat(one.Comments.Select(comment => comment + "\n")) + $"= {one.Title}\n" + string.Concat(one.Input.Split('\n').Select(line => $"> {line}\n")) + one.Output);
        File.WriteAllText(path, string.Join("\n", blocks));
    }
}
