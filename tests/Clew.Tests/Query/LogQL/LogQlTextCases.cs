using System.Globalization;
using System.Text;
using Clew.Query.Language;
using Clew.Query.LogQL.Extraction;
using Clew.Query.LogQL.Matching;
using Clew.Query.LogQL.Templates;

namespace Clew.Tests.Query.LogQL;

/// <summary>Answers the cases of templates, parsers and matchers. In cases ⏎ is a line's end, ␛ the escape character, ␣ a space at an end.</summary>
internal static class LogQlTextCases
{
    /// <summary>2021-11-02T09:30:00.123456789Z, the time of the line; it is 2024-05-06T07:08:09Z when the query runs.</summary>
    public const long LineTime = 1_635_845_400_123_456_789;

    public static readonly TemplateFields Labels = new(new Dictionary<string, string>
    {
        ["path"] = "/api/v1/users",
        ["msg"] = "hello world",
        ["status"] = "200",
        ["ratio"] = "2.5",
        ["dur"] = "1m30s",
        ["size"] = "3kB",
        ["doc"] = """{"a":1,"b":[1,2,3],"c":{"d":"x"},"e":null,"f":true}""",
        ["list"] = """[{"q":"one"},{"q":"two"}]""",
        ["empty"] = string.Empty,
        ["name"] = "Jörg",
        ["when"] = "2021-11-02T09:30:00Z",
    });

    public const string Line = "level=info msg=\"it works\"";

    private static readonly TimeProvider Clock = new FixedClock(new DateTimeOffset(2024, 5, 6, 7, 8, 9, TimeSpan.Zero));

    public static string Template(string input)
    {
        try
        {
            return Shown(LogQlTemplate.Parse(Plain(input)).CreateRenderer(Clock).Render(Labels, Line, LineTime));
        }
        catch (LogQlTemplateSyntaxException wrong)
        {
            return string.Create(CultureInfo.InvariantCulture, $"syntax error at {wrong.Position}: {wrong.Problem}");
        }
        catch (LogQlTemplateException failed)
        {
            return Shown($"error: {failed.Message}");
        }
    }

    /// <param name="stage">A stage as in a query, its texts in backticks.</param>
    public static string Extraction(string stage, string input)
    {
        var (extractor, problem) = Extractor(stage);
        if (extractor is null)
        {
            return $"refused: {problem}";
        }

        var sink = new WritingSink();
        var result = extractor.Extract(Plain(input), sink);
        if (result.Failed)
        {
            sink.Write($"!{result.Error}: {result.Details}");
        }

        return Shown(sink.ToString());
    }

    public static string Matching(string section, string input)
    {
        var parts = input.Split(" ¦ ");
        switch (section)
        {
            case "line pattern":
                return !LogQlLinePattern.TryParse(parts[0], out var pattern, out var problem) ? $"refused: {problem}" : pattern.IsMatch(Plain(parts[1])) ? "yes" : "no";
            case "ip":
                return !LogQlIpMatcher.TryParse(parts[0], out var ip, out var wrong) ? $"refused: {wrong}" : ip.IsMatch(parts[1]) ? "yes" : "no";
            case "decolorize":
                return Shown(TerminalColours.Remove(Plain(input)));
            case "bytes":
                return LogQlBytes.TryParse(Plain(input), out var bytes) ? bytes.ToString(CultureInfo.InvariantCulture) : "no";
            default:
                return "no such section";
        }
    }

    public static (LogQlExtractor? Extractor, string Problem) Extractor(string stage)
    {
        var words = stage.Split('`');
        var head = words[0].TrimEnd(' ', '=').Split(' ', ',', StringSplitOptions.RemoveEmptyEntries);
        var problem = string.Empty;
        switch (head[0])
        {
            case "json" when words.Length == 1:
                return (new JsonExtractor(), problem);
            case "json":
                JsonExpressionExtractor.TryCreate(Expressions(stage), out var json, out problem);
                return (json, problem);
            case "logfmt" when words.Length == 1:
                return (new LogfmtExtractor(stage.Contains("--strict", StringComparison.Ordinal), stage.Contains("--keep-empty", StringComparison.Ordinal)), problem);
            case "logfmt":
                LogfmtExpressionExtractor.TryCreate(Expressions(stage), stage.Contains("--strict", StringComparison.Ordinal), out var logfmt, out problem);
                return (logfmt, problem);
            case "pattern":
                PatternExtractor.TryCreate(words[1], out var pattern, out problem);
                return (pattern, problem);
            case "regexp":
                RegexpExtractor.TryCreate(words[1], out var regexp, out problem);
                return (regexp, problem);
            case "unpack":
                return (new UnpackExtractor(), problem);
            default:
                return (null, "no such stage");
        }
    }

    private static List<LogQlFieldExpression> Expressions(string stage)
    {
        var words = stage.Split('`');
        var found = new List<LogQlFieldExpression>();
        for (var i = 0; i + 1 < words.Length; i += 2)
        {
            var label = words[i].TrimEnd(' ', '=');
            found.Add(new(label[(label.LastIndexOf(' ') + 1)..], words[i + 1]));
        }

        return found;
    }

    private static string Plain(string text) => text.Replace('⏎', '\n').Replace('␛', '\u001B').Replace('␣', ' ');

    private static string Shown(string text)
    {
        var shown = text.Replace('\n', '⏎').Replace('\u001B', '␛');
        shown = shown.StartsWith(' ') ? "␣" + shown[1..] : shown;
        return shown.EndsWith(' ') ? shown[..^1] + "␣" : shown;
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    private sealed class WritingSink : ILogQlFieldSink
    {
        private readonly StringBuilder _text = new();

        public bool Add(ReadOnlySpan<char> name, ReadOnlySpan<char> value)
        {
            Write($"{name}={QuotedText.Quote(value.ToString())}");
            return true;
        }

        public void ReplaceLine(ReadOnlySpan<char> line) => Write($"line {QuotedText.Quote(line.ToString())}");

        public void Write(string text) => _text.Append(_text.Length > 0 ? " " : string.Empty).Append(text);

        public override string ToString() => _text.Length == 0 ? "nothing" : _text.ToString();
    }
}
