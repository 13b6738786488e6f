using System.Globalization;
using System.Text;
using Clew.Protocols.LogLines;
using Clew.Telemetry;

namespace Clew.Benchmarks.Workloads;

/// <summary>A body of a thousand log lines of one format, as <c>POST /api/logs</c> gets it.</summary>
internal abstract class DecodeLogLines(string name, Func<int, string> line) : IWorkload
{
    private const int Lines = 1_000;

    private readonly byte[] _body = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, Lines).Select(line)));
    private readonly LogBatch _batch = new();

    public string Name => name;

    public int Items => Lines;

    public int Run()
    {
        _batch.Clear();
        return new LogLineDecoder(new LogLineOptions()).Decode(_body, _batch, new Timestamp(1_795_255_872_000_000_000)).Accepted;
    }
}

internal sealed class DecodeJsonLines() : DecodeLogLines("decode_json_lines", i => string.Create(
    CultureInfo.InvariantCulture,
    $$"""{"timestamp":"2026-11-21T10:11:12.{{i:000}}Z","level":"info","service":"cart-{{i % 5}}","msg":"added item {{i}}","trace_id":"4bf92f3577b34da6a3ce929d0e0e{{i:x4}}","span_id":"00f067aa0ba9{{i:x4}}","user":{"id":{{i}},"plan":"pro"},"took_ms":{{i}}.5}"""))
{
}

internal sealed class DecodeAccessLog() : DecodeLogLines("decode_access_log", i => string.Create(
    CultureInfo.InvariantCulture,
    $"10.0.{i / 256}.{i % 256} - - [21/Nov/2026:10:11:{i % 60:00} +0000] \"GET /cart/{i}?x=1 HTTP/1.1\" {(i % 20 == 0 ? 500 : 200)} {i} \"https://shop.example/\" \"Mozilla/5.0 (X11; Linux x86_64)\" 0.{i:000}"))
{
}
