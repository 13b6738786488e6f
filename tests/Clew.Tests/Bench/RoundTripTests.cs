using Clew.Load.Encoding;
using Google.Protobuf;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Metrics.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Clew.Tests.Bench;

/// <summary>The load generator's writer against generated classes: what they read and write again must be the same bytes.</summary>
public sealed class RoundTripTests
{
    [Fact]
    public void Generated_classes_read_every_request_and_write_the_same_bytes()
    {
        var round = Round.Build(new RoundOptions(5, 3, 1_000, Mix.Collector, [Signal.Traces, Signal.Logs, Signal.Metrics], 50_000) { Spans = 5_000 });
        var stamp = new Stamp(5, 1_790_000_000_000_000_000, 1_000, round);

        foreach (var request in round.Requests)
        {
            var bytes = new byte[request.Bytes.Length];
            stamp.Write(request, 1, bytes);
            IMessage message = request.Signal switch
            {
                Signal.Traces => TracesData.Parser.ParseFrom(bytes),
                Signal.Logs => LogsData.Parser.ParseFrom(bytes),
                _ => MetricsData.Parser.ParseFrom(bytes),
            };

            message.ToByteArray().ShouldBe(bytes);
        }

        round.Requests.Select(r => r.Signal).Distinct().Count().ShouldBe(3);
    }
}
