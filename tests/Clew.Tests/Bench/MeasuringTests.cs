using System.Text.Json;
using Clew.Load;
using Clew.Load.Asking;
using Clew.Load.Encoding;
using Clew.Load.Measuring;
using Clew.Load.Sending;

namespace Clew.Tests.Bench;

public sealed class MeasuringTests
{
    [Fact]
    public void Percentiles_are_nearest_ranks()
    {
        var samples = Enumerable.Range(1, 200).Reverse().Select(i => TimeSpan.FromMilliseconds(i));

        Percentiles.Of(samples).ShouldBe(new Percentiles(200, 100, 180, 190, 198, 200));
        Percentiles.Of([]).ShouldBe(new Percentiles(0, 0, 0, 0, 0, 0));
    }

    [Fact]
    public void A_ledger_remembers_parameters_and_acknowledged_requests()
    {
        var path = Path.GetTempFileName();
        try
        {
            var parameters = new RunParameters { Seed = 9, Items = 5_000, Mix = Mix.Service, Signals = [Signal.Traces, Signal.Logs], Epoch = 123 };
            using (var ledger = new Ledger(10, path, parameters.ToLine()))
            {
                ledger.Acknowledge(3);
                ledger.Acknowledge(7);
            }

            RunParameters.FromLedger(path).ShouldBeEquivalentTo(parameters);
            using var read = Ledger.Read(path, 10);
            Enumerable.Range(0, 12).Where(i => read[i]).ShouldBe([3, 7]);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Spans_are_found_in_every_shape_of_trace()
    {
        const string Jaeger = """{"data":[{"traceID":"t","spans":[{"spanID":"a","operationName":"x","references":[{"spanID":"z"}]},{"spanID":"b","operationName":"y"}]}]}""";
        const string Otlp = """{"resourceSpans":[{"scopeSpans":[{"spans":[{"spanId":"a","name":"x","links":[{"spanId":"z"}]}]}]}]}""";

        Found(Jaeger).ShouldBe(["a", "b"]);
        Found(Otlp).ShouldBe(["a"]);

        static List<string> Found(string json)
        {
            var ids = new List<string>();
            SpanIds.Collect(JsonDocument.Parse(json).RootElement, ids);
            return ids;
        }
    }

    [Fact]
    public void A_partial_success_and_a_retry_delay_are_read()
    {
        byte[] partial = [0x0A, 0x07, 0x08, 0xE8, 0x07, 0x12, 0x02, (byte)'n', (byte)'o'];
        ExportResponse.ReadPartialSuccess(partial).ShouldBe((1_000L, "no"));
        ExportResponse.ReadPartialSuccess([]).ShouldBe((0L, null));

        var type = "type.googleapis.com/google.rpc.RetryInfo"u8;
        byte[] any = [0x0A, (byte)type.Length, .. type, 0x12, 0x0A, 0x0A, 0x08, 0x08, 0x02, 0x10, 0x80, 0xCA, 0xB5, 0xEE, 0x01];
        byte[] status = [0x08, 0x08, 0x1A, (byte)any.Length, .. any];
        ExportResponse.ReadRetryDelay(status).ShouldBe(TimeSpan.FromSeconds(2.5));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4_000)]
    [InlineData(9_500)]
    public void A_run_has_the_fewest_requests_that_hold_the_items(long items)
    {
        var round = Round.Build(new RoundOptions(7, 3, 1_000, Mix.Collector, [Signal.Traces], 50_000) { Spans = 4_000 });

        var requests = LoadRun.RequestsFor(round, items);

        Items(requests).ShouldBeGreaterThanOrEqualTo(items);
        Items(requests - 1).ShouldBeLessThan(items);

        long Items(long count) => Enumerable.Range(0, (int)count).Sum(i => (long)round.Requests[i % round.Requests.Length].Items);
    }
}
