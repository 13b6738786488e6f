using System.Buffers;
using Clew.Server.Ingest.Grpc;
using Clew.Server.Jaeger.Grpc;
using Microsoft.AspNetCore.Http;

namespace Clew.Server.Tests.Jaeger;

/// <summary>Large traces come in messages that clients take.</summary>
public sealed class JaegerChunkTests
{
    private const int Limit = 4 << 20;

    [Theory]
    [InlineData(1_700, 100)]
    [InlineData(300, 50_000)]
    [InlineData(3, 3_000_000)]
    [InlineData(0, 1)]
    public async Task Every_row_is_sent_once_in_messages_below_the_limit(int rows, int bytesOfEach)
    {
        var messages = new List<byte[]>();
        var call = new GrpcCall(new DefaultHttpContext(), (message, _) =>
        {
            messages.Add(message.ToArray());
            return Task.CompletedTask;
        });

        await JaegerChunks.SendAsync(call, Enumerable.Range(0, rows).ToArray(), Write, CancellationToken.None);

        messages.ShouldAllBe(message => message.Length > 0 && message.Length < Limit);
        messages.SelectMany(message => message.Chunk(bytesOfEach + 4).Select(row => BitConverter.ToInt32(row))).ShouldBe(Enumerable.Range(0, rows));

        void Write(IBufferWriter<byte> output, ReadOnlySpan<int> part)
        {
            foreach (var row in part)
            {
                output.Write(BitConverter.GetBytes(row));
                output.Write(new byte[bytesOfEach]);
            }
        }
    }
}
