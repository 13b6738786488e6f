using Clew.Protocols.Tempo;
using Google.Protobuf;
using Tempopb;
using Xunit.Abstractions;

namespace Clew.Tests.Fuzzing;

/// <summary>What is asked of Tempo's streams: no bytes make a reader throw, and every field becomes the parameter that means the same.</summary>
public class TempoFuzzTests(ITestOutputHelper output)
{
    [Fact]
    public void Questions() => FuzzRun.Run(output, Check, seed => Search(new Random(seed)).ToByteArray());

    [Fact]
    public void A_search_becomes_parameters()
    {
        var parameters = TempoMessageReader.Search(new SearchRequest
        {
            Tags = { ["service.name"] = "a \"b\" \\ c" },
            MinDurationMs = 5,
            MaxDurationMs = 7,
            Limit = 3,
            Start = 10,
            End = 20,
            Query = "{ }",
            SpansPerSpanSet = 4,
        }.ToByteArray());

        Written(parameters).ShouldBe("end=20 limit=3 maxDuration=7ms minDuration=5ms q={ } spss=4 start=10 tags=service.name=\"a \\\"b\\\" \\\\ c\"");
        Written(TempoMessageReader.Search([])).ShouldBeEmpty();
    }

    [Fact]
    public void The_other_questions_become_parameters()
    {
        Written(TempoMessageReader.Tags(new SearchTagsRequest { Scope = "span", Query = "{ }", Start = 1, End = 2, MaxTagsPerScope = 3 }.ToByteArray())).ShouldBe("end=2 limit=3 q={ } scope=span start=1");
        Written(TempoMessageReader.Values(new SearchTagValuesRequest { TagName = "span.a", Query = "{ }", Start = 1, End = 2, MaxTagValues = 3 }.ToByteArray())).ShouldBe("end=2 limit=3 q={ } start=1 tag=span.a");
        Written(TempoMessageReader.Range(new QueryRangeRequest { Query = "{ }", Start = 1, End = 2, Step = 3, Exemplars = 4 }.ToByteArray())).ShouldBe("end=2 exemplars=4 q={ } start=1 step=3ns");
        Written(TempoMessageReader.Instant(new QueryInstantRequest { Query = "{ }", Start = 1, End = 2 }.ToByteArray())).ShouldBe("end=2 q={ } start=1");
    }

    private static void Check(ReadOnlySpan<byte> data)
    {
        var bytes = data.ToArray();
        foreach (var parameters in new[] { TempoMessageReader.Search(bytes), TempoMessageReader.Tags(bytes), TempoMessageReader.Values(bytes), TempoMessageReader.Range(bytes), TempoMessageReader.Instant(bytes) })
        {
            parameters?.Values.ShouldAllBe(value => value.Length > 0);
        }
    }

    private static string Written(Dictionary<string, string>? parameters) =>
        string.Join(' ', parameters!.OrderBy(parameter => parameter.Key, StringComparer.Ordinal).Select(parameter => $"{parameter.Key}={parameter.Value}"));

    private static SearchRequest Search(Random random)
    {
        var request = new SearchRequest { Limit = (uint)random.Next(), Start = (uint)random.Next(), Query = random.Next(2) == 0 ? string.Empty : $"{{ name = \"{random.Next(9)}\" }}" };
        for (var i = random.Next(5); i > 0; i--)
        {
            request.Tags[$"key{i}"] = $"value \"{i}\"";
        }

        return request;
    }
}
