using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;

namespace Clew.Server.Tests.Support;

/// <summary>A gRPC client made of HttpClient, which can also send what no client would.</summary>
internal sealed class GrpcTestClient(Uri address) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { EnableMultipleHttp2Connections = true }) { BaseAddress = address, Timeout = TestServer.Patience };

    public static byte[] Frame(ReadOnlySpan<byte> message, byte flag = 0)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)message.Length);
        message.CopyTo(frame.AsSpan(5));
        return frame;
    }

    public Task<GrpcTestReply> CallAsync(string path, ReadOnlySpan<byte> message, params (string Name, string Value)[] headers) => SendAsync(path, Frame(message), headers);

    /// <summary>Sends these bytes as the body, framed or not.</summary>
    public async Task<GrpcTestReply> SendAsync(string path, byte[] body, params (string Name, string Value)[] headers)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(headers.FirstOrDefault(header => header.Name == "content-type").Value ?? "application/grpc");
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        request.Headers.TE.ParseAdd("trailers");
        foreach (var (name, value) in headers.Where(header => header.Name != "content-type"))
        {
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        }

        using var response = await _http.SendAsync(request);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        return new GrpcTestReply(
            response.StatusCode,
            bytes,
            response.Headers.Concat(response.TrailingHeaders).ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase),
            response.TrailingHeaders.Any());
    }

    public void Dispose() => _http.Dispose();
}

/// <param name="Fields">Headers and trailers.</param>
internal sealed record GrpcTestReply(HttpStatusCode Http, byte[] Body, IReadOnlyDictionary<string, string> Fields, bool HasTrailers)
{
    public int? Status => Fields.TryGetValue("grpc-status", out var status) ? int.Parse(status, System.Globalization.CultureInfo.InvariantCulture) : null;

    public string Message => Uri.UnescapeDataString(Fields.GetValueOrDefault("grpc-message", string.Empty));

    /// <summary>The status details, with the padding put back.</summary>
    public Google.Rpc.Status Details => Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(Pad(Fields["grpc-status-details-bin"])));

    /// <summary>The answer's one message, out of its frame.</summary>
    public byte[] Answer
    {
        get
        {
            Body.Length.ShouldBeGreaterThanOrEqualTo(5);
            Body[0].ShouldBe((byte)0);
            BinaryPrimitives.ReadUInt32BigEndian(Body.AsSpan(1)).ShouldBe((uint)(Body.Length - 5));
            return Body[5..];
        }
    }

    /// <summary>The answer's messages, out of their frames.</summary>
    public IReadOnlyList<byte[]> Answers
    {
        get
        {
            var answers = new List<byte[]>();
            for (var at = 0; at < Body.Length;)
            {
                Body[at].ShouldBe((byte)0);
                var length = (int)BinaryPrimitives.ReadUInt32BigEndian(Body.AsSpan(at + 1));
                answers.Add(Body[(at + 5)..(at + 5 + length)]);
                at += 5 + length;
            }

            return answers;
        }
    }

    private static string Pad(string base64) => base64.PadRight((base64.Length + 3) / 4 * 4, '=');
}
