using System.Text;
using Clew.Cli.Import;

namespace Clew.Tests.Cli.Import;

public sealed class RecordLineTests
{
    [Theory]
    [InlineData("""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}""", Signal.Kubernetes, 1)]
    [InlineData("""{"kind":"Pod","metadata":{}}""", Signal.Kubernetes, 1)]
    [InlineData("""{"apiVersion":"v1","items":[{"kind":"Pod"},{"kind":"Node"}],"kind":"List"}""", Signal.Kubernetes, 2)]
    [InlineData("""{"apiVersion":"v1","items":[],"kind":"List"}""", Signal.Kubernetes, 0)]
    [InlineData("""{"type":"ADDED","object":{"kind":"Pod"}}""", Signal.Kubernetes, 1)]
    [InlineData("""{"time":"2026-06-18T13:30:00Z","kind":"flag","service":"cart","id":"x","title":"x on"}""", Signal.Changes, 1)]
    [InlineData("""{"kind":"deploy","summary":"v2","service":"cart"}""", Signal.Changes, 1)]
    [InlineData("""{"name":"X","startsAt":"2026-06-18T13:30:00Z"}""", Signal.Alerts, 1)]
    [InlineData("""{"version":"4","groupLabels":{},"alerts":[]}""", Signal.Alerts, 1)]
    public void Records_are_known_by_their_outermost_members(string line, Signal signal, long records)
    {
        var bytes = Encoding.UTF8.GetBytes(line);
        var (found, part) = RecordLine.Detect(bytes).ShouldNotBeNull();
        (found, part.Records, part.Start, part.Length).ShouldBe((signal, records, 0, bytes.Length));
    }

    [Theory]
    [InlineData("""{"resourceSpans":[]}""")]
    [InlineData("""{"kind":"server","name":"GET /"}""")]
    [InlineData("""{"summary":"no kind","service":"cart"}""")]
    [InlineData("""{"level":"info","message":"kind summary service"}""")]
    [InlineData("""{"kind":"Pod","metadata":{}} and more""")]
    [InlineData("""{"kind":"Pod","meta""")]
    [InlineData("[]")]
    [InlineData("plain text")]
    [InlineData("")]
    public void Everything_else_is_left_to_others(string line) => RecordLine.Detect(Encoding.UTF8.GetBytes(line)).ShouldBeNull();
}
