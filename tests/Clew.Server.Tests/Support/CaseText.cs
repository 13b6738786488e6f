namespace Clew.Server.Tests.Support;

/// <summary>Reads a file of cases: <c>=== name</c> begins a case, <c>--- name</c> a section in it; what comes before the first case is commentary.</summary>
internal static class CaseText
{
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, IReadOnlyList<string>>> Read(string resource)
    {
        using var stream = typeof(CaseText).Assembly.GetManifestResourceStream(resource) ?? throw new InvalidOperationException($"There is no case file {resource}.");
        using var reader = new StreamReader(stream);
        var cases = new Dictionary<string, IReadOnlyDictionary<string, IReadOnlyList<string>>>();
        Dictionary<string, IReadOnlyList<string>>? sections = null;
        List<string>? lines = null;
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith("=== ", StringComparison.Ordinal))
            {
                sections = [];
                cases.Add(line[4..], sections);
                lines = null;
            }
            else if (line.StartsWith("--- ", StringComparison.Ordinal))
            {
                lines = [];
                sections!.Add(line[4..], lines);
            }
            else if (line.Length > 0)
            {
                lines?.Add(line);
            }
        }

        return cases;
    }
}
