using Clew.Analysis;
using Clew.Analysis.Worlds;
using Clew.Telemetry;
using Clew.Testing;

namespace Clew.Tests.Analysis.Investigation;

/// <summary>Messages that are taken in traces of their own are joined with their sending by span links.</summary>
public sealed class LinkedMessagesTests
{
    private const int Linked = 99;

    private static readonly long Begin = SpanBatchBuilder.Start.UnixNanoseconds;

    [Fact]
    public void A_message_taken_late_in_another_trace_waited()
    {
        var world = Made(waitMs: 4_000, isLinked: true);

        world.Messages.Count.ShouldBe(24);
        world.Messages[^1].ShouldBe(new WorldMessage(0, 1, "orders", -1, world.Messages[^1].Taken, 4_000_000_000, SpanBatchBuilder.Trace(1023).ToString()));
        world.Messages.Count(message => message.Stretch == 0).ShouldBe(12);
        Investigator.Investigate(world).Causes.SelectMany(cause => cause.Evidence).ShouldContain(evidence => evidence.Inspection == "queues" && evidence.Statement.StartsWith("Messages wait 4 s in orders from shop until mailer takes them", StringComparison.Ordinal));
    }

    [Fact]
    public void One_taken_as_fast_as_ever_did_not() =>
        Investigator.Investigate(Made(waitMs: 20, isLinked: true)).Causes.SelectMany(cause => cause.Evidence).ShouldNotContain(evidence => evidence.Inspection == "queues");

    [Fact]
    public void Without_links_nothing_is_joined() => Made(waitMs: 4_000, isLinked: false).Messages.ShouldBeEmpty();

    private static World Made(double waitMs, bool isLinked)
    {
        var (minute, window) = (60_000_000_000L, new WorldStretch(Begin + 600_000_000_000, Begin + 900_000_000_000, 24, 24));
        var builder = new WorldBuilder(window, [new WorldStretch(Begin, Begin + (5 * minute), 24, 24)]);
        var batch = new SpanBatchBuilder();
        for (var i = 0; i < 24; i++)
        {
            var at = (i < 12 ? 0 : 600_000) + (i % 12 * 20_000);
            batch.Span(i + 1, Linked, service: "shop", name: "send", startMs: at, durationMs: 5, kind: SpanKind.Producer, attributes: [("messaging.destination.name", "orders")]);
            batch.Span(
                1000 + i, 1, service: "mailer", name: "take", startMs: at + 5 + (i < 12 ? 20 : waitMs), durationMs: 10, kind: SpanKind.Consumer, attributes: [("messaging.destination.name", "orders")],
                links: isLinked ? [(SpanBatchBuilder.Trace(i + 1), [])] : null);
        }

        builder.Add(batch.Batch);
        return builder.Build(new WorldFrame("given", "the minutes before"));
    }
}
