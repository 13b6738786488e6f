namespace Clew.Analysis.Changes;

/// <summary>A stretch of a diff: what went, what came, what stands around.</summary>
internal sealed record DiffPart(string File, string Context, IReadOnlyList<string> Removed, IReadOnlyList<string> Added, IReadOnlyList<string> Around);

/// <summary>Reads unified diffs, and looser ones whose headers only name a file or a function.</summary>
internal static class DiffReader
{
    /// <summary>Lines looked at; a change that is larger is not understood by reading its lines anyway.</summary>
    private const int MaxLines = 2_000;

    private const int MaxLineLength = 400;

    public static IReadOnlyList<DiffPart> Read(string diff, IReadOnlyList<string> files)
    {
        var parts = new List<DiffPart>();
        var file = files.Count > 0 ? files[0] : "";
        var context = "";
        List<string> removed = [], added = [], around = [];
        foreach (var raw in diff.Split('\n').Take(MaxLines))
        {
            var line = raw.TrimEnd('\r');
            line = line.Length > MaxLineLength ? line[..MaxLineLength] : line;
            if (line.StartsWith("+++ ", StringComparison.Ordinal) || line.StartsWith("--- ", StringComparison.Ordinal) || line.StartsWith("diff ", StringComparison.Ordinal))
            {
                Close();
                file = line.StartsWith("+++ ", StringComparison.Ordinal) && !line.EndsWith("/dev/null", StringComparison.Ordinal) ? Path(line[4..]) : file;
                context = "";
            }
            else if (line.StartsWith("@@", StringComparison.Ordinal))
            {
                Close();
                var named = files.FirstOrDefault(f => line.Contains(f, StringComparison.Ordinal));
                file = named ?? file;
                context = line;
            }
            else if (line.StartsWith('+'))
            {
                added.Add(line[1..]);
            }
            else if (line.StartsWith('-'))
            {
                removed.Add(line[1..]);
            }
            else
            {
                around.Add(line);
            }
        }

        Close();
        return parts;

        void Close()
        {
            var (gone, come) = Without(removed.Where(IsCode), added.Where(IsCode), around);
            if (gone.Count + come.Count > 0)
            {
                parts.Add(new DiffPart(file, context, gone, come, [.. around]));
            }

            (removed, added, around) = ([], [], []);
        }
    }

    /// <summary>Lines that went and came unchanged, but for blanks, cancel out: they stand around the change.</summary>
    private static (List<string> Removed, List<string> Added) Without(IEnumerable<string> removed, IEnumerable<string> added, List<string> around)
    {
        var come = added.ToList();
        var gone = new List<string>();
        foreach (var line in removed)
        {
            var same = come.FindIndex(c => Blankless(c) == Blankless(line));
            if (same >= 0)
            {
                come.RemoveAt(same);
                around.Add(line);
            }
            else
            {
                gone.Add(line);
            }
        }

        return (gone, come);
    }

    private static string Blankless(string line) => string.Concat(line.Where(c => !char.IsWhiteSpace(c)));

    /// <summary>Neither empty nor a comment.</summary>
    private static bool IsCode(string line)
    {
        var text = line.AsSpan().TrimStart();
        return text.Length > 0 && !text.StartsWith("//") && !text.StartsWith("/*") && !text.StartsWith("* ") && !text.StartsWith("<!--") && !(text[0] == '#' && (text.Length == 1 || text[1] is ' ' or '#'));
    }

    private static string Path(string text)
    {
        var path = text.Trim().Split('\t')[0];
        return path.StartsWith("a/", StringComparison.Ordinal) || path.StartsWith("b/", StringComparison.Ordinal) ? path[2..] : path;
    }
}
