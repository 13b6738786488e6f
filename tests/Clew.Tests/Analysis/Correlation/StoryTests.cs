using System.Globalization;
using Clew.Analysis.Correlation;

namespace Clew.Tests.Analysis.Correlation;

/// <summary>Stories from log lines: the cases of <c>Cases/stories.txt</c>, and joining by habit.</summary>
public sealed class StoryTests
{
    public static TheoryData<string, string, string, string> Cases()
    {
        using var stream = typeof(StoryTests).Assembly.GetManifestResourceStream("Analysis/Correlation/Cases/stories.txt")!;
        using var reader = new StreamReader(stream);
        var data = new TheoryData<string, string, string, string>();
        foreach (var part in reader.ReadToEnd().Split("\n=== ").Skip(1))
        {
            var name = part[..part.IndexOf('\n', StringComparison.Ordinal)];
            var question = part.Split("--- question\n")[1].Split("--- story\n");
            data.Add(name, part.Split("--- lines\n")[1].Split("--- question\n")[0].Trim('\n'), question[0].Trim(), question[1].Trim('\n'));
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_story_comes_out_as_written(string name, string lines, string question, string expected)
    {
        var all = lines.Split('\n').Select(Line).ToList();
        var story = new StoryBuilder(all, Habits(all), CorrelationLimits.Default).Build(Question(question));

        string.Join('\n', Text(story)).ShouldBe(expected, name);
    }

    [Fact]
    public void Lines_without_any_id_are_told_apart_by_the_order_in_which_they_usually_come()
    {
        // What happens a hundred times one after the other teaches what belongs together when two happen at once.
        var past = new List<LogLine>();
        for (var i = 0; i < 100; i++)
        {
            past.AddRange([At(i * 2000, "gate", "GET /a"), At((i * 2000) + 5, "alpha", "working on a"), At((i * 2000) + 9, "gate", "done with a")]);
            past.AddRange([At((i * 2000) + 1000, "gate", "GET /b"), At((i * 2000) + 1005, "beta", "working on b"), At((i * 2000) + 1009, "gate", "done with b")]);
        }

        LogLine[] now =
        [
            At(900_000, "gate", "GET /a"), At(900_002, "gate", "GET /b"), At(900_004, "beta", "working on b"), At(900_005, "alpha", "working on a"), At(900_008, "gate", "done with b"),
            At(900_009, "gate", "done with a"), At(902_000, "gate", "GET /a"),
        ];

        var story = new StoryBuilder(now, Habits(past), CorrelationLimits.Default).Build(new StoryQuestion([], Time(900_005), TimeSpan.FromSeconds(2), "alpha"));

        story.Lines.Select(line => line.Line.Body).ShouldBe(["GET /a", "working on a", "done with a"]);
        story.Lines[1].Confidence.ShouldBe(1);
        story.Lines[0].Confidence.ShouldBeInRange(0.3, 0.85);
        story.Lines[2].Why.ShouldStartWith("no id; ");
    }

    [Theory]
    [InlineData("request_id=abc-1", "request abc-1")]
    [InlineData("{\"requestId\": \"abc-1\", \"user\":\"ada\"}", "request abc-1|user ada")]
    [InlineData("X-Request-ID: 7f3c", "request 7f3c")]
    [InlineData("X-Correlation-Id=[q-17]", "request q-17")]
    [InlineData("[orderId: 453d004b-a24f-45a2-8bc9-cbcf5608e631]", "entity 453d004b-a24f-45a2-8bc9-cbcf5608e631")]
    [InlineData("order 453d004b-a24f-45a2-8bc9-cbcf5608e631 is ready", "entity 453d004b-a24f-45a2-8bc9-cbcf5608e631")]
    [InlineData("traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "trace 0af7651916cd43dd8448eb211c80319c")]
    [InlineData("got 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 from caller", "trace 0af7651916cd43dd8448eb211c80319c")]
    [InlineData("TraceID: 42B4F7D894CD9D4759A7F1E1ACFEF52F SpanID: a1b0d474665aef5e", "trace 42b4f7d894cd9d4759a7f1e1acfef52f")]
    [InlineData("from 203.0.113.9 to 127.0.0.1 version 1.2.3", "address 203.0.113.9")]
    [InlineData("sessionId=s-99; path=/", "session s-99")]
    [InlineData("request_id=null user_id= thread_id=17 spanId: 1234567", "")]
    [InlineData("valid: 12345 paid: 1234", "")]
    [InlineData("userid:", "")]
    [InlineData("trace_id=00000000000000000000000000000000", "")]
    public void Ids_are_found_in_text(string text, string expected)
    {
        var keys = new List<CorrelationKey>();
        KeyScanner.Scan(text, keys);

        string.Join('|', keys).ShouldBe(expected);
    }

    [Theory]
    [InlineData("http.request.header.x-request-id", "[\"abc-1\"]", "request abc-1")]
    [InlineData("user.id", "u-1234", "user u-1234")]
    [InlineData("client.address", "203.0.113.9", "address 203.0.113.9")]
    [InlineData("app.order.id", "o-1234", "entity o-1234")]
    [InlineData("service.instance.id", "pod-1234", "")]
    [InlineData("http.method", "GET /1234", "")]
    public void Ids_are_found_in_attributes(string name, string value, string expected)
    {
        var keys = new List<CorrelationKey>();
        KeyScanner.ScanAttribute(name, value, keys);

        string.Join('|', keys).ShouldBe(expected);
    }

    [Fact]
    public void Hostile_text_is_scanned_within_bounds()
    {
        var random = new Random(3);
        const string Letters = "idrequest_=:\"'[]{}-. 0aF%\n\u0000\ud83e：";
        for (var i = 0; i < 2_000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(400)).Select(_ => Letters[random.Next(Letters.Length)])]);
            var keys = new List<CorrelationKey>();
            KeyScanner.Scan(text, keys);
            keys.Count.ShouldBeLessThanOrEqualTo(CorrelationLimits.Default.KeysPerLine);
            keys.ShouldAllBe(key => key.Value.Length >= 2 && key.Value.Length <= 128);
        }

        var many = new List<CorrelationKey>();
        KeyScanner.Scan(string.Join(' ', Enumerable.Range(1000, 5_000).Select(i => $"request_id={i}")), many);
        many.Count.ShouldBe(CorrelationLimits.Default.KeysPerLine);
    }

    private static long Time(double milliseconds) => 1_772_359_200_000_000_000 + (long)(milliseconds * 1e6);

    private static LogLine At(double milliseconds, string service, string text, byte severity = 9) => LogLine.Of(Time(milliseconds), service, severity, text, string.Empty, []);

    private static LogLine Line(string text)
    {
        var words = text.Split(' ', 3);
        var isError = words[2].StartsWith('!');
        return At(double.Parse(words[0], CultureInfo.InvariantCulture), words[1], isError ? words[2][1..] : words[2], isError ? (byte)17 : (byte)9);
    }

    private static LineHabits Habits(IReadOnlyList<LogLine> lines) => LineHabits.Learn([.. lines.Select(line => (line.Time, line.Shape))], CorrelationLimits.Default.Silence);

    private static StoryQuestion Question(string text)
    {
        var words = text.Split(' ');
        return words[0] == "at"
            ? new StoryQuestion([], Time(double.Parse(words[1], CultureInfo.InvariantCulture)), TimeSpan.FromSeconds(2), words.Length > 2 ? words[2] : string.Empty)
            : new StoryQuestion([new CorrelationKey(Enum.Parse<KeyKind>(words[0], ignoreCase: true), words[1])], null, TimeSpan.FromSeconds(2), string.Empty);
    }

    private static IEnumerable<string> Text(RequestStory story)
    {
        foreach (var line in story.Lines)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{line.Confidence * 100:0} {line.Line.Body}");
        }

        foreach (var key in story.Followed)
        {
            yield return $"> {key.Key}";
        }

        foreach (var key in story.NotFollowed)
        {
            yield return $"x {key.Key}";
        }

        var spans = PseudoTrace.Of(story);
        foreach (var span in spans)
        {
            var depth = 0;
            for (var parent = span.Parent; parent >= 0; parent = spans[parent].Parent)
            {
                depth++;
            }

            yield return string.Create(CultureInfo.InvariantCulture, $"* {depth} {span.Service}{(span.IsError ? " ERROR" : string.Empty)}");
        }
    }
}
