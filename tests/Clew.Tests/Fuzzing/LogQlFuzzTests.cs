using System.Buffers;
using System.Text;
using System.Text.Json;
using Clew.Query.LogQL.Extraction;
using Clew.Query.LogQL.Matching;
using Clew.Query.LogQL.Templates;
using Clew.Tests.Query;
using Clew.Tests.Query.LogQL;
using Xunit.Abstractions;

namespace Clew.Tests.Fuzzing;

/// <summary>What LogQL does with lines and with the texts of a query: templates, parsers, patterns. Whatever they are, the only exceptions are the documented ones.</summary>
public class LogQlFuzzTests(ITestOutputHelper output)
{
    private static readonly string[] Stages =
    [
        "json", "json a=`a.b[0]`, b=`c[\"d e\"]`", "logfmt", "logfmt --strict --keep-empty", "logfmt a=`a`, b=`user_name`", "unpack",
        "pattern `<a> <_>=<b> <c>`", "regexp `(?P<a>\\w+)=(?P<b>[^ ]*)`",
    ];

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

    private static readonly LogQlExtractor[] Extractors = [.. Stages.Select(stage => LogQlTextCases.Extractor(stage).Extractor!)];

    [Fact]
    public void Lines() => FuzzRun.Run(output, LineTarget, seed => Sample("extraction.txt", seed));

    [Fact]
    public void Templates() => FuzzRun.Run(output, TemplateTarget, seed => Sample("templates.txt", seed));

    [Fact]
    public void Patterns() => FuzzRun.Run(output, PatternTarget, seed => Sample("matching.txt", seed));

    /// <summary>Fields have names that are label names; the same line gives the same fields again; JSON that .NET reads too is no error.</summary>
    private static void LineTarget(ReadOnlySpan<byte> data)
    {
        var line = Encoding.UTF8.GetString(data);
        foreach (var extractor in Extractors)
        {
            var first = new NamedFields();
            var result = extractor.Extract(line, first);
            var second = new NamedFields();
            extractor.Extract(line, second).ShouldBe(result);
            second.Text.ToString().ShouldBe(first.Text.ToString());
            if (extractor is JsonExtractor && result.Failed && IsObject(data))
            {
                throw new InvalidOperationException($"refused JSON: {result.Details}");
            }
        }

        LogQlLinePattern.TryParse("a<_>b", out var pattern, out _).ShouldBeTrue();
        pattern!.IsMatch(line).ShouldBe(line.Length >= 2 && line.StartsWith('a') && line.EndsWith('b'));
        TerminalColours.Remove(line).Length.ShouldBeLessThanOrEqualTo(line.Length);
    }

    private static void TemplateTarget(ReadOnlySpan<byte> data)
    {
        try
        {
            var text = LogQlTemplate.Parse(Encoding.UTF8.GetString(data)).CreateRenderer(TimeProvider.System).Render(LogQlTextCases.Labels, LogQlTextCases.Line, LogQlTextCases.LineTime);
            text.Length.ShouldBeLessThan(2 * LogQlTemplateLimits.OutputLength);
        }
        catch (LogQlTemplateSyntaxException wrong)
        {
            wrong.Position.ShouldBeInRange(0, data.Length);
        }
        catch (LogQlTemplateException failed)
        {
            failed.Message.ShouldNotBeEmpty();
        }
    }

    private static void PatternTarget(ReadOnlySpan<byte> data)
    {
        var text = Encoding.UTF8.GetString(data);
        var half = text.Length / 2;
        if (LogQlLinePattern.TryParse(text[..half], out var pattern, out var problem))
        {
            pattern.IsMatch(text.AsSpan(half));
            pattern.IsMatch(pattern.Source.Replace("<_>", "x", StringComparison.Ordinal)).ShouldBeTrue(pattern.Source);
        }
        else
        {
            problem.ShouldNotBeEmpty();
        }

        if (LogQlIpMatcher.TryParse(text[..half], out var ip, out _))
        {
            ip.IsMatch(text.AsSpan(half));
        }

        if (LogQlBytes.TryParse(text, out _))
        {
            text.Any(char.IsAsciiDigit).ShouldBeTrue(text);
        }

        if (PatternExtractor.TryCreate(text[..half], out var extractor, out _))
        {
            extractor.Extract(text.AsSpan(half), new NamedFields());
        }

        JsonExpressionExtractor.TryCreate([new("a", text)], out _, out var refused).ShouldBe(refused.Length == 0);
    }

    private static bool IsObject(ReadOnlySpan<byte> data)
    {
        try
        {
            using var document = JsonDocument.Parse(data.ToArray(), new JsonDocumentOptions { MaxDepth = ExtractionLimits.JsonDepth - 2 });
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static byte[] Sample(string file, int seed)
    {
        var cases = CaseFile.Cases($"LogQL/Cases/{file}").ToArray();
        return Encoding.UTF8.GetBytes(cases[seed % cases.Length].Input);
    }

    private sealed class NamedFields : ILogQlFieldSink
    {
        public StringBuilder Text { get; } = new();

        public bool Add(ReadOnlySpan<char> name, ReadOnlySpan<char> value)
        {
            name.IsEmpty.ShouldBeFalse();
            char.IsAsciiDigit(name[0]).ShouldBeFalse();
            name.ContainsAnyExcept(NameCharacters).ShouldBeFalse(name.ToString());
            Text.Append(name).Append('=').Append(value).Append('\n');
            return true;
        }

        public void ReplaceLine(ReadOnlySpan<char> line) => Text.Append(line);
    }
}
