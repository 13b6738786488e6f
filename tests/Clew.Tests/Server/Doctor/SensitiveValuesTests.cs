using Clew.Server.Doctor;

namespace Clew.Tests.Server.Doctor;

/// <summary>What the doctor calls sensitive among stored values.</summary>
public sealed class SensitiveValuesTests
{
    private const string Token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl";

    [Theory]
    [InlineData("http.request.header.authorization", "[\"whatever it is\"]", "a secret by its key")]
    [InlineData("db.password", "hunter2", "a secret by its key")]
    [InlineData("db.password", "******", null)]
    [InlineData("db.password", "REDACTED", null)]
    [InlineData("gen_ai.usage.input_token", "512000", null)]
    [InlineData("note", "sent with " + Token, "a JWT")]
    [InlineData("note", "sent with Bearer abcdef0123456789", "a bearer token")]
    [InlineData("note", "password=hunter2", "a secret by its name")]
    [InlineData("note", "id AKIAQWERTYUIOPASDF12", "an API key")]
    [InlineData("url.full", "amqp:" + "//app:hunter2@mq/x", "a password in a URL")]
    [InlineData("note", "-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----", "a private key")]
    [InlineData("payment.card", "4111 1111 1111 1111", "a payment card")]
    [InlineData("order.id", "4111111111111112", null)]
    [InlineData("user", "bob@example.org", "an e-mail address")]
    [InlineData("host", "bob@localhost", null)]
    [InlineData("db.query.text", "SELECT * FROM t WHERE a = 'b'", null)]
    [InlineData("trace", "4bf92f3577b34da6a3ce929d0e0e4736", null)]
    [InlineData("x", "abc", null)]
    public void Only_what_is_unmistakable(string key, string value, string? what) => SensitiveValues.Recognise(key, value).ShouldBe(what);
}
