using Clew.Protocols;
using Clew.Telemetry;

namespace Clew.Benchmarks.Workloads;

/// <summary>What a decoder does with one request; the request's protocol is the decoder's.</summary>
internal delegate DecodeResult Decode<in TBatch>(ReadOnlySpan<byte> request, TBatch batch)
    where TBatch : TelemetryBatch;

/// <summary>A request into a batch that is used again and again, as the server's pool does.</summary>
internal sealed class DecodeWorkload<TBatch>(string name, byte[] request, int items, Decode<TBatch> decode) : IWorkload
    where TBatch : TelemetryBatch, new()
{
    private readonly TBatch _batch = new();

    public string Name => name;

    public int Items => items;

    public int Run()
    {
        _batch.Clear();
        return decode(request, _batch).Accepted;
    }
}
