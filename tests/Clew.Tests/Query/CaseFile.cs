namespace Clew.Tests.Query;

/// <summary>Case files of the query languages, which are resources of this assembly.</summary>
internal static class CaseFile
{
    public static string Read(string path)
    {
        using var stream = typeof(CaseFile).Assembly.GetManifestResourceStream("Query/" + path) ?? throw new InvalidOperationException($"no case file Query/{path}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>The lines that are neither empty nor comments, each with its number from 1.</summary>
    public static IEnumerable<(int Line, string Text)> Lines(string path)
    {
        var number = 0;
        foreach (var line in Read(path).Split('\n'))
        {
            number++;
            if (line.Length > 0 && !line.StartsWith("# ", StringComparison.Ordinal))
            {
                yield return (number, line);
            }
        }
    }

    /// <summary>Cases <c>input => output</c> under headings <c>[section]</c>.</summary>
    public static IEnumerable<(int Line, string Section, string Input, string Output)> Cases(string path)
    {
        var section = string.Empty;
        foreach (var (line, text) in Lines(path))
        {
            if (text.StartsWith('[') && text.EndsWith(']') && !text.Contains(" => ", StringComparison.Ordinal))
            {
                section = text[1..^1];
                continue;
            }

            var arrow = text.LastIndexOf(" => ", StringComparison.Ordinal);
            if (arrow >= 0)
            {
                yield return (line, section, text[..arrow], text[(arrow + 4)..]);
            }
        }
    }
}
