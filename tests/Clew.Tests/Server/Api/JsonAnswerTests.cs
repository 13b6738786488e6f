using System.Text;
using System.Text.Json;
using Clew.Server.Api;
using Microsoft.AspNetCore.Http;

namespace Clew.Tests.Server.Api;

public sealed class JsonAnswerTests : IDisposable
{
    private readonly DefaultHttpContext _context = new();
    private readonly MemoryStream _sent = new();

    public JsonAnswerTests() => _context.Response.Body = _sent;

    public void Dispose() => _sent.Dispose();

    [Fact]
    public async Task Pieces_become_one_value()
    {
        await JsonAnswer.WriteAsync(_context, StatusCodes.Status200OK, "application/json", isIndented: false, async (writer, sendAsync) =>
        {
            writer.WriteStartArray();
            for (var i = 0; i < 3; i++)
            {
                writer.WriteStringValue(new string('x', 10_000));
                await sendAsync();
                _sent.Length.ShouldBeGreaterThan((i + 1) * 10_000L);
            }

            writer.WriteEndArray();
        });

        (_context.Response.StatusCode, _context.Response.ContentType).ShouldBe((200, "application/json"));
        JsonSerializer.Deserialize<string[]>(_sent.ToArray())!.ShouldBe(Enumerable.Repeat(new string('x', 10_000), 3));
    }

    [Fact]
    public async Task A_value_that_fails_before_its_first_piece_leaves_nothing_behind()
    {
        var answering = JsonAnswer.WriteAsync(_context, StatusCodes.Status200OK, "application/json", isIndented: false, (writer, _) =>
        {
            writer.WriteStartArray();
            writer.WriteStringValue(new string('x', 100_000));
            writer.Flush();
            throw new FormatException("cannot go on");
        });
        await Should.ThrowAsync<FormatException>(() => answering);

        await _context.Response.WriteAsync("an error");

        Encoding.UTF8.GetString(_sent.ToArray()).ShouldBe("an error");
    }
}
