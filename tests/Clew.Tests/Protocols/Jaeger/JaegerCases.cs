using System.Globalization;
using Clew.Testing;

namespace Clew.Tests.Protocols.Jaeger;

/// <summary>One case of <c>Cases/spans.txt</c>, whose head says the format.</summary>
internal sealed record JaegerCase(string Title, JaegerModelBatch Batch, IReadOnlyList<string> Expected)
{
    private static readonly string[] Common =
    [
        "service cart",
        "span 00000000000000000000000000000001 0000000000000002 get",
        "time 1700000000000000000 +1500000",
        "resource service.name=s:cart",
    ];

    /// <summary>True when nothing of the batch is kept.</summary>
    public bool IsRefused => Expected.Any(line => line.StartsWith("refused ", StringComparison.Ordinal));

    public static IReadOnlyList<JaegerCase> ReadAll()
    {
        using var stream = typeof(JaegerCase).Assembly.GetManifestResourceStream("Protocols/Jaeger/Cases/spans.txt")!;
        using var reader = new StreamReader(stream);
        var text = reader.ReadToEnd().ReplaceLineEndings("\n");
        return [.. text.Split("\n= ").Skip(1).Select(Parse)];
    }

    public override string ToString() => Title;

    /// <summary>The lines that are about neither what was refused nor what was warned of, those of every case put in.</summary>
    public IReadOnlyList<string> ExpectedSpan()
    {
        var own = Expected.Where(line => !line.StartsWith("refused ", StringComparison.Ordinal) && !line.StartsWith("warning ", StringComparison.Ordinal)).ToList();
        var replaced = own.Select(line => line.Split(' ')[0]).ToHashSet();
        return [.. own, .. Common.Where(line => line.StartsWith("resource", StringComparison.Ordinal) || !replaced.Contains(line.Split(' ')[0]))];
    }

    private static JaegerCase Parse(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var arrow = Array.IndexOf(lines, "->");
        var span = new JaegerModelSpan(0, 1, 2, 0, "get") { Duration = 1_500 };
        var process = new List<JaegerModelTag>();
        var service = "cart";
        foreach (var line in lines[1..arrow])
        {
            var (word, rest) = line.Split(' ', 2) is [var first, var second] ? (first, second) : (line, string.Empty);
            var parts = rest.Split(' ');
            switch (word)
            {
                case "process":
                    process.Add(Tag(rest));
                    break;
                case "service":
                    service = rest;
                    break;
                case "tag":
                    span = span with { Tags = [.. span.Tags, Tag(rest)] };
                    break;
                case "log":
                    span = span with { Logs = [.. span.Logs, new JaegerModelLog(Number(parts[0]), Fields(rest[(parts[0].Length + 1)..]))] };
                    break;
                case "ref":
                    var ids = parts[1].Split(':');
                    span = span with { References = [.. span.References, new JaegerModelReference(Hex(ids[0]), Hex(ids[1]), Hex(parts[2]), parts[0] == "follows_from")] };
                    break;
                case "parent":
                    span = span with { Parent = Hex(rest) };
                    break;
                case "flags":
                    span = span with { Flags = (int)Number(rest) };
                    break;
                case "start":
                    span = span with { Start = Number(rest) };
                    break;
                case "duration":
                    span = span with { Duration = Number(rest) };
                    break;
                case "trace":
                    span = span with { TraceHigh = Hex(parts[0]), TraceLow = Hex(parts[1]) };
                    break;
                case "span":
                    span = span with { Span = Hex(rest) };
                    break;
                default:
                    throw new FormatException($"{lines[0]}: what is '{line}'?");
            }
        }

        return new JaegerCase(lines[0], new JaegerModelBatch(service, process, [span]), lines[(arrow + 1)..]);
    }

    /// <summary>Fields are told apart by the next word with a type in it, since values have spaces.</summary>
    private static List<JaegerModelTag> Fields(string text)
    {
        var fields = new List<string>();
        foreach (var word in text.Split(' '))
        {
            if (word.Contains('=', StringComparison.Ordinal))
            {
                fields.Add(word);
            }
            else
            {
                fields[^1] += " " + word;
            }
        }

        return [.. fields.Select(Tag)];
    }

    private static JaegerModelTag Tag(string text)
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        var value = text[(at + 3)..];
        return new JaegerModelTag(text[..at], text[at + 1] switch
        {
            's' => value,
            'b' => value == "true",
            'i' => Number(value),
            'd' => double.Parse(value, CultureInfo.InvariantCulture),
            'x' => Convert.FromBase64String(value),
            var type => throw new FormatException($"type {type}"),
        });
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static ulong Hex(string text) => ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
