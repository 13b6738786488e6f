namespace Clew.Server.Tests.Api;

/// <summary>Reads files of cases, one a line: <c>question => answer</c>. Empty lines and lines with # are left out.</summary>
internal static class CaseFile
{
    /// <param name="path">Relative to the test project, such as <c>Api/Cases/trace-search.txt</c>.</param>
    public static TheoryData<string, string> Read(string path)
    {
        using var stream = typeof(CaseFile).Assembly.GetManifestResourceStream(path) ?? throw new InvalidOperationException($"No case file {path}.");
        using var reader = new StreamReader(stream);
        var cases = new TheoryData<string, string>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var arrow = line.IndexOf(" =>", StringComparison.Ordinal);
            cases.Add(line[..arrow].Trim(), line[(arrow + 3)..].Trim());
        }

        return cases;
    }
}
