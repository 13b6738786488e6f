using Clew.Analysis.Differences;
using Clew.Server.Redaction;

namespace Clew.Tests.Analysis.Differences;

public sealed class RequestComparerTests
{
    private static readonly string Token = "Bearer " + "eyJhbGciOi" + "JIUzI1NiJ9.e30.abcdefghijklmnop";

    /// <summary>Two documents, and the differences as "path: a → b (note)".</summary>
    public static TheoryData<string, string, string, string> Pairs => new()
    {
        { "{\"a\":1}", "{\"a\":1}", "json/json", "" },
        { "{\"status\":200,\"duration_ms\":250}", "{\"status\":500,\"duration_ms\":5000}", "json/json", "status: 200 → 500 (2.5 times as much)|duration_ms: 250 → 5000 (20 times as much)" },
        { "{\"a\":{\"b\":[1,{\"c\":true}]}}", "{\"a\":{\"b\":[1,{\"c\":null}],\"d\":\"x\"}}", "json/json", "a.b[1].c: true → null|a.d: - → x" },
        { "{\"at\":\"2026-01-06T14:30:00Z\"}", "{\"at\":\"2026-01-06T14:30:45Z\"}", "json/json", "at: 2026-01-06T14:30:00Z → 2026-01-06T14:30:45Z (45 s later)" },
        { "{\"at\":\"2026-01-06T14:30:00Z\"}", "{\"at\":\"2026-01-06T15:30:00+01:00\"}", "json/json", "at: 2026-01-06T14:30:00Z → 2026-01-06T15:30:00+01:00 (the same moment)" },
        { "{\"password\":\"abcdefg\"}", "{\"password\":\"hijklmn\"}", "json/json", "password: # → # (another value; both are hidden)" },
        { "POST /pay?x=1&y=2 HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\r\n{\"n\":1}", "POST /pay?x=1&y=3 HTTP/1.1\nhost: a\ncontent-type: application/json\nX-New: 1\n\n{\"n\":2}", "http request/http request", "query.y: 2 → 3 (1.5 times as much)|body.n: 1 → 2 (2 times as much)|header.x-new: - → 1" },
        { "HTTP/1.1 200 OK\n\na=1&b=2", "HTTP/1.1 503 Service Unavailable\nRetry-After: 5\n\na=1&b=2", "http response/http response", "start.status: 200 → 503 (2.5 times as much)|header.retry-after: - → 5" },
        { "POST / HTTP/1.1\nContent-Type: application/x-www-form-urlencoded\n\na=1+2&b=%41", "POST / HTTP/1.1\nContent-Type: application/x-www-form-urlencoded\n\na=1%202&b=B", "http request/http request", "body.b: A → B" },
        { "{\"l\":1}\n{\"l\":2}", "{\"l\":1}\n{\"l\":3}", "json lines/json lines", "[1].l: 2 → 3 (1.5 times as much)" },
        { "one\ntwo", "one\nthree", "text/text", "line[2]: two → three" },
        { "{\"a\":1", "", "text/text", "line[1]: {\"a\":1 → -" },
        { "{\"a\":[],\"b\":{}}", "{\"a\":[1],\"b\":{\"c\":1}}", "json/json", "a: [] → -|b: {} → -|a[0]: - → 1|b.c: - → 1" },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Documents_are_compared_field_by_field(string a, string b, string formats, string differences)
    {
        var diff = RequestComparer.Compare(a, b, TextRedactor.Default.Redact);

        $"{diff.FormatA}/{diff.FormatB}".ShouldBe(formats);
        string.Join('|', diff.Fields.Select(field => $"{field.Path}: {Shown(field.A)} → {Shown(field.B)}{(field.Note is { } note ? $" ({note})" : "")}")).ShouldBe(differences);

        static string Shown(string? value) => value is null ? "-" : value.Contains("REDACTED", StringComparison.OrdinalIgnoreCase) ? "#" : value;
    }

    [Fact]
    public void Secrets_are_hidden_and_their_difference_is_not()
    {
        var a = $"GET / HTTP/1.1\nAuthorization: {Token}1\n\n";
        var b = $"GET / HTTP/1.1\nAuthorization: {Token}2\n\n";

        var field = RequestComparer.Compare(a, b, TextRedactor.Default.Redact).Fields.ShouldHaveSingleItem();

        field.Path.ShouldBe("header.authorization");
        field.A!.ShouldNotContain("abcdefghij");
        field.B!.ShouldNotContain("abcdefghij");
        field.Note.ShouldBe("another value; both are hidden");
    }

    [Fact]
    public void Large_and_odd_documents_are_bounded()
    {
        Should.Throw<ArgumentException>(() => RequestFields.Read(new string('x', RequestFields.MaxLength + 1)));
        RequestFields.Read(string.Join('\n', Enumerable.Range(0, RequestFields.MaxFields + 50))).Fields.Count.ShouldBe(RequestFields.MaxFields);
        RequestFields.Read(new string('[', 5_000)).Format.ShouldBe("text");
        RequestFields.Read("").Fields.ShouldBeEmpty();
        var diff = RequestComparer.Compare("a", string.Join('\n', Enumerable.Range(0, 2_000)), (_, value) => value);
        diff.Fields.Count.ShouldBe(RequestComparer.MaxDifferences);
        diff.MoreFields.ShouldBe(1_000);
    }
}
