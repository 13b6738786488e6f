using System.Text.Json;
using Clew.Server.Api.Contracts;
using Clew.Telemetry;

namespace Clew.Tests.Server.Api;

public sealed class ApiJsonTests
{
    [Theory]
    [InlineData(AttributeType.String, "/cart?a=<b>&c='d'", "\"/cart?a=<b>&c='d'\"")]
    [InlineData(AttributeType.Int, "500", "500")]
    [InlineData(AttributeType.Int, "-9007199254740992", "-9007199254740992")]
    [InlineData(AttributeType.Int, "9007199254740993", "\"9007199254740993\"")]
    [InlineData(AttributeType.Double, "72.5", "72.5")]
    [InlineData(AttributeType.Double, "1E+30", "1E+30")]
    [InlineData(AttributeType.Double, "NaN", "\"NaN\"")]
    [InlineData(AttributeType.Double, "-Infinity", "\"-Infinity\"")]
    [InlineData(AttributeType.Bool, "true", "true")]
    [InlineData(AttributeType.Bytes, "AAAwOQ==", "\"AAAwOQ==\"")]
    [InlineData(AttributeType.Array, "[1,1.0,\"x\"]", "[1,1.0,\"x\"]")]
    [InlineData(AttributeType.Map, "{\"a\":{\"$bytes\":\"AA==\"}}", "{\"a\":{\"$bytes\":\"AA==\"}}")]
    [InlineData(AttributeType.Empty, "", "null")]
    public void An_attribute_keeps_its_type_and_its_value(AttributeType type, string text, string value)
    {
        var attribute = new ApiAttribute("k", type, text);
        var json = JsonSerializer.Serialize(attribute, ApiJson.Readable.ApiAttribute);
        json.ShouldBe($$"""{"key":"k","type":"{{AttributeTypeNames.NameOf(type)}}","value":{{value}}}""");
        JsonSerializer.Deserialize(json, ApiJson.Default.ApiAttribute).ShouldBe(attribute);
    }

    [Fact]
    public void What_the_contract_says_about_members_holds()
    {
        TraceId.TryParse("5b8efff798038103d269b633813fc60c", out var trace).ShouldBeTrue();
        var entry = new LogEntry
        {
            Time = new Timestamp(1_485_449_191_639_875_001),
            Service = "payments",
            Severity = 17,
            Body = "Zeit\u00fcberschreitung",
            BodyType = AttributeType.String,
            TraceId = trace,
            ResourceIndex = 0,
            ScopeIndex = 0,
            Attributes = [],
        };
        var json = JsonSerializer.Serialize(entry, ApiJson.Readable.LogEntry);
        json.ShouldBe(
            """{"time":"2017-01-26T16:46:31.639875001Z","service":"payments","severity":17,"body":"Zeit\u00fcberschreitung","bodyType":"string","traceId":"5b8efff798038103d269b633813fc60c","flags":0,"resourceIndex":0,"scopeIndex":0,"attributes":[],"droppedAttributesCount":0}"""
                .Replace("\\u00fc", "\u00fc", StringComparison.Ordinal));
        JsonSerializer.Deserialize(json, ApiJson.Default.LogEntry)!.TraceId.ShouldBe(trace);
    }

    [Theory]
    [InlineData(SpanKind.Server, "server")]
    [InlineData((SpanKind)17, "17")]
    public void Kinds_without_a_name_keep_their_number(SpanKind kind, string word)
    {
        SpanWords.NameOf(kind).ShouldBe(word);
        SpanWords.ParseKind(word).ShouldBe(kind);
    }
}
