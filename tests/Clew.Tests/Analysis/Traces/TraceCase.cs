using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Clew.Analysis.Traces;
using Clew.Telemetry;

namespace Clew.Tests.Analysis.Traces;

/// <summary>One case of a case file: see the head of Cases/critical-path.txt for the language.</summary>
public sealed partial class TraceCase
{
    private readonly List<TraceSpan> _spans = [];
    private readonly List<string> _labels = [];
    private readonly Dictionary<string, string> _expected = [];

    private TraceCase(string file, int line, string name)
    {
        File = file;
        Line = line;
        Name = name;
    }

    public string File { get; }

    public int Line { get; }

    public string Name { get; }

    public IReadOnlyList<TraceSpan> Spans => _spans;

    /// <summary>What the case says; warnings and skew are expected to be absent unless it says otherwise.</summary>
    public string Expected => Write(
        Expect("tree"),
        Sorted(Expect("skew")),
        Sorted(Expect("self")),
        Expect("path"),
        Expect("warn"));

    public static IEnumerable<TraceCase> Read(string file)
    {
        var assembly = typeof(TraceCase).Assembly;
        using var stream = assembly.GetManifestResourceStream($"Analysis/Traces/Cases/{file}") ?? throw new InvalidOperationException($"No case file {file}.");
        using var reader = new StreamReader(stream);
        TraceCase? current = null;
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var (word, rest) = line.IndexOf(' ', StringComparison.Ordinal) is var space and > 0 ? (line[..space], line[(space + 1)..].Trim()) : (line, string.Empty);
            switch (word)
            {
                case "case":
                    if (current is not null)
                    {
                        yield return current;
                    }

                    current = new TraceCase(file, number, rest);
                    break;
                case "span":
                    current!.AddSpan(rest, number);
                    break;
                case "tree" or "self" or "path" or "warn" or "skew":
                    current!._expected.Add(word, rest);
                    break;
                default:
                    throw new FormatException($"{file}:{number}: '{word}' is no word of the language.");
            }
        }

        if (current is not null)
        {
            yield return current;
        }
    }

    /// <summary>What the tree of the spans, taken in this order, tells, in the words of the case.</summary>
    public string Describe(IReadOnlyList<int> order)
    {
        var tree = TraceTree.Build(order.Select(i => _spans[i]));
        var labels = LabelsIn(order);
        var self = SelfTime.Of(tree);
        var path = CriticalPath.Of(tree);
        var all = Enumerable.Range(0, tree.Count).ToList();
        return Write(
            string.Join(" | ", tree.Roots.ToArray().Select(Draw)),
            string.Join(' ', all.Where(i => tree.SkewOf(i) != 0).Select(i => $"{labels[i]}={Milliseconds(tree.SkewOf(i))}").Order(StringComparer.Ordinal)),
            string.Join(' ', all.Select(i => $"{labels[i]}={Milliseconds(self[i])}").Order(StringComparer.Ordinal)),
            string.Join(" | ", path.Segments.Select(segment => $"{labels[segment.Span]} {Milliseconds(segment.Start)}..{Milliseconds(segment.End)}")),
            string.Join(' ', TraceWarnings.Describe(tree)));

        string Draw(int span)
        {
            var children = tree.ChildrenOf(span).ToArray();
            return children.Length == 0 ? labels[span] : $"{labels[span]}({string.Join(' ', children.Select(Draw))})";
        }
    }

    public override string ToString() => $"{File}:{Line} {Name}";

    private static string Milliseconds(long nanoseconds) => (nanoseconds / 1e6).ToString("0.######", CultureInfo.InvariantCulture);

    private static string Write(string tree, string skew, string self, string path, string warnings) =>
        new StringBuilder().Append("tree ").AppendLine(tree).Append("skew ").AppendLine(skew).Append("self ").AppendLine(self)
            .Append("path ").AppendLine(path).Append("warn ").AppendLine(warnings).ToString();

    [GeneratedRegex(@"^(?<id>\w+)( < (?<parent>\w+))? (?<start>-?[\d.]+?)\.\.(?<end>-?[\d.]+)( (?<resource>\S+))?( (?<kind>(?!error)\w+))?(?<error> error)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex SpanLine();

    private static SpanId IdOf(string name) => new(Encoding.ASCII.GetBytes(name.PadRight(SpanId.Size, '_')));

    private static string Sorted(string items) => string.Join(' ', items.Split(' ').Order(StringComparer.Ordinal));

    private string Expect(string word) => _expected.GetValueOrDefault(word, string.Empty);

    /// <summary>Copies cannot be told apart, so they take their labels in the order they come.</summary>
    private string[] LabelsIn(IReadOnlyList<int> order)
    {
        var free = _spans.Select((span, i) => (span, label: _labels[i])).GroupBy(pair => pair.span, pair => pair.label).ToDictionary(group => group.Key, group => new Queue<string>(group));
        return [.. order.Select(i => free[_spans[i]].Dequeue())];
    }

    private void AddSpan(string text, int number)
    {
        var match = SpanLine().Match(text);
        if (!match.Success)
        {
            throw new FormatException($"{File}:{number}: not a span: {text}");
        }

        var id = match.Groups["id"].Value;
        var start = Nanoseconds(match.Groups["start"].Value);
        var kind = match.Groups["kind"].Success ? Enum.Parse<SpanKind>(match.Groups["kind"].Value, ignoreCase: true) : SpanKind.Internal;
        _spans.Add(new TraceSpan(
            IdOf(id),
            match.Groups["parent"].Success ? IdOf(match.Groups["parent"].Value) : default,
            start,
            Nanoseconds(match.Groups["end"].Value) - start,
            kind,
            match.Groups["error"].Success ? SpanStatus.Error : SpanStatus.Unset,
            match.Groups["resource"].Success ? BitConverter.ToUInt64(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(match.Groups["resource"].Value))) : 0,
            id));
        var repeats = _spans.Count(span => span.Id == IdOf(id));
        _labels.Add(repeats == 1 ? id : $"{id}#{repeats}");
    }

    private static long Nanoseconds(string milliseconds) => (long)(decimal.Parse(milliseconds, CultureInfo.InvariantCulture) * 1_000_000);
}
