using Clew.Tests.Protocols.LogLines;
using Clew.Tests.Protocols.Otlp;
using Google.Protobuf;
using Xunit.Abstractions;

namespace Clew.Tests.Fuzzing;

/// <summary>The decoders of OTLP.</summary>
public class FuzzTests(ITestOutputHelper output)
{
    [Fact]
    public void Span_protobuf() => Run(FuzzTargets.SpanProtobuf, seed => new RandomRequests(seed, 4).Traces().ToByteArray());

    [Fact]
    public void Log_protobuf() => Run(FuzzTargets.LogProtobuf, seed => new RandomRequests(seed, 4).Logs().ToByteArray());

    [Fact]
    public void Metric_protobuf() => Run(FuzzTargets.MetricProtobuf, seed => new RandomRequests(seed, 4).Metrics().ToByteArray());

    [Fact]
    public void Span_json() => Run(FuzzTargets.SpanJson, seed => OtlpJsonText.Write(new RandomRequests(seed, 4).Traces()));

    [Fact]
    public void Log_json() => Run(FuzzTargets.LogJson, seed => OtlpJsonText.Write(new RandomRequests(seed, 4).Logs()));

    [Fact]
    public void Metric_json() => Run(FuzzTargets.MetricJson, seed => OtlpJsonText.Write(new RandomRequests(seed, 4).Metrics()));

    [Fact]
    public void Signal() => Run(FuzzTargets.Signal, seed => OtlpJsonText.Write(new RandomRequests(seed, 3).Logs()));

    [Fact]
    public void Log_lines()
    {
        // Every case of every format, and neighbouring ones one after the other.
        var lines = LogLineCase.Files.SelectMany(LogLineCase.ReadFile).SelectMany(one => one.Input).ToList();
        lines.Count.ShouldBeGreaterThan(150);
        Run(FuzzTargets.LogLines, seed => LogLineCase.Bytes(string.Join('\n', lines.Skip(seed % lines.Count).Take(1 + (seed % 4)))));
    }

    [Fact]
    public void Syslog_frames() => Run(FuzzTargets.SyslogFrames, seed => LogLineCase.Bytes(string.Concat(
        LogLineCase.ReadFile("syslog.txt").SelectMany(one => one.Input).Skip(seed % 20).Take(3).Select((line, i) => (seed + i) % 2 == 0 ? line + '\n' : $"{line.Length} {line}"))));

    [Fact]
    public void Redaction() => Run(RedactionTargets.Redactor, RedactionCorpus.Line);

    [Fact]
    public void Statements() => Run(RedactionTargets.Statement, RedactionCorpus.Line);

    [Fact]
    public void Ottl_conditions() => Run(SamplingTargets.Ottl, SamplingTargets.Condition);

    [Fact]
    public void Policy_files() => Run(SamplingTargets.Policies, SamplingTargets.PolicyFile);

    [Fact]
    public void Kubernetes_json() => Run(RecordFuzzTargets.Kubernetes, RecordFuzzTargets.KubernetesSample);

    [Fact]
    public void Webhook_json() => Run(RecordFuzzTargets.Webhooks, RecordFuzzTargets.WebhookSample);

    /// <summary>Cutting a request anywhere is the commonest damage of all.</summary>
    [Fact]
    public void Cut_at_every_byte()
    {
        Cut(FuzzTargets.SpanProtobuf, Longest(seed => new RandomRequests(seed, 4).Traces().ToByteArray()));
        Cut(FuzzTargets.LogProtobuf, Longest(seed => new RandomRequests(seed, 4).Logs().ToByteArray()));
        Cut(FuzzTargets.MetricProtobuf, Longest(seed => new RandomRequests(seed, 4).Metrics().ToByteArray()));
        Cut(FuzzTargets.SpanJson, Longest(seed => OtlpJsonText.Write(new RandomRequests(seed, 4).Traces())));
        Cut(FuzzTargets.LogJson, Longest(seed => OtlpJsonText.Write(new RandomRequests(seed, 4).Logs())));
        Cut(FuzzTargets.MetricJson, Longest(seed => OtlpJsonText.Write(new RandomRequests(seed, 4).Metrics())));

        static byte[] Longest(Func<int, byte[]> sample) =>
            Enumerable.Range(0, 40).Select(sample).Where(data => data.Length is > 300 and < 3_000).MaxBy(data => data.Length)!;

        static void Cut(FuzzTarget target, byte[] data)
        {
            for (var length = 0; length <= data.Length; length++)
            {
                target(data.AsSpan(0, length));
            }
        }
    }

    private void Run(FuzzTarget target, Func<int, byte[]> sample) => FuzzRun.Run(output, target, sample);
}
