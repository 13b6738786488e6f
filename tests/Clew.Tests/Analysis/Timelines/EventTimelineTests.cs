using Clew.Analysis.Timelines;
using Clew.Tests.Cli.Rendering;

namespace Clew.Tests.Analysis.Timelines;

public sealed class EventTimelineTests
{
    [Fact]
    public void What_happened_is_ordered_with_the_time_between_and_told_once()
    {
        var timeline = Incident();

        timeline.Entries.Select(one => one.Kind).ShouldBe(["change", "kubernetes", "first-error", "first-error", "alert", "resolved"]);
        timeline.Entries.Select(one => one.SecondsAfter).ShouldBe([0, 12, 8.5, 0, 99.5, 600]);
        timeline.MoreEntries.ShouldBe(0);
    }

    [Fact]
    public void Later_entries_are_left_out_and_counted()
    {
        var many = Enumerable.Range(0, TimelineWriter.MaxEntries + 7).Select(i => new TimelineEvent(Samples.Begin.AddSeconds(i), "log", null, "x"));

        TimelineWriter.Assemble(Samples.Begin, Samples.Begin, many).MoreEntries.ShouldBe(7);
    }

    [Fact]
    public void It_is_written_as_lines_of_ISO_8601()
    {
        var lines = TimelineWriter.Iso(Incident()).TrimEnd('\n').Split('\n');

        lines.Length.ShouldBe(6);
        lines[0].ShouldBe("2026-08-21T10:02:01.000Z | change dns: infrastructure: resolver cache off");
        lines[2].ShouldBe("2026-08-21T10:02:21.500Z | first-error a|b `c`: 'GET /' fails  [31m\\n");
        lines.ShouldAllBe(line => !line.Any(char.IsControl));
    }

    [Fact]
    public void It_is_written_for_Mermaid_whatever_the_texts_are()
    {
        var text = TimelineWriter.Mermaid(Incident());

        text.ShouldBe(
            """
            timeline
                title 2026-08-21 T1000Z
                section T1002Z
                    T100201Z : change dns infrastructure resolver cache off
                    T100213Z : kubernetes Pod kube-system/coredns-1 Unhealthy probe failed
                    T100221Z : first-error a b c 'GET /' fails 31m n : first-error web x
                section T1004Z
                    T100401Z : alert CheckoutErrors fires
                section T1014Z
                    T101401Z : resolved CheckoutErrors is resolved

            """.ReplaceLineEndings("\n"));
    }

    private static EventTimeline Incident()
    {
        var error = new TimelineEvent(Samples.Begin.AddSeconds(141.5), "first-error", "a|b `c`", "'GET /' fails \e[31m\\n");
        return TimelineWriter.Assemble(Samples.Begin, Samples.Begin.AddMinutes(15), [
            new TimelineEvent(Samples.Begin.AddSeconds(841), "resolved", null, "CheckoutErrors is resolved"),
            new TimelineEvent(Samples.Begin.AddSeconds(241), "alert", null, "CheckoutErrors fires"),
            error, error, error with { Service = "web", Text = "x" },
            new TimelineEvent(Samples.Begin.AddSeconds(133), "kubernetes", null, "Pod kube-system/coredns-1 Unhealthy: probe failed"),
            new TimelineEvent(Samples.Begin.AddSeconds(121), "change", "dns", "infrastructure: resolver cache off"),
        ]);
    }
}
