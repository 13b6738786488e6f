using Clew.Load.Model;

namespace Clew.Load.Encoding;

/// <summary><c>ResourceMetrics</c> of one pod: runtime gauges, counters and request duration histograms by route.</summary>
internal static class MetricWriting
{
    private static readonly double[] Bounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    private const int Cumulative = 2;

    /// <returns>Data points written.</returns>
    public static int PodMetrics(this TemplateWriter writer, int serviceIndex, int pod)
    {
        var service = Catalogue.Services[serviceIndex];
        var points = 0;
        var series = ((serviceIndex * 1000) + pod) * 100;
        writer.Begin(1);
        writer.Resource(1, serviceIndex, pod);
        writer.Begin(2);
        writer.Scope(1, $"opentelemetry.instrumentation.{service.Runtime.Language}.runtime", service.Runtime.SdkVersion);
        Gauge("process.memory.usage", "By", 250_000_000);
        Gauge("process.thread.count", "{thread}", 34);
        Gauge("db.client.connection.count", "{connection}", 20);
        Gauge("k8s.container.cpu.usage", "{cpu}", 1);
        Counter("process.cpu.time", "s", 3);
        Counter("http.server.active_requests", "{request}", 40);
        foreach (var operation in service.Routes.Concat(service.Methods))
        {
            Histogram(operation, 200);
            Histogram(operation, 500);
        }

        writer.End();
        writer.End();
        return points;

        void Gauge(string name, string unit, long typical)
        {
            Open(name, unit, 5);
            NumberPoint(SlotKind.Gauge, typical);
            writer.End();
            writer.End();
        }

        void Counter(string name, string unit, long perRound)
        {
            Open(name, unit, 7);
            NumberPoint(SlotKind.Counter, perRound);
            writer.Varint(2, Cumulative);
            writer.Varint(3, 1);
            writer.End();
            writer.End();
        }

        void NumberPoint(SlotKind kind, long argument)
        {
            writer.Begin(1);
            writer.Fixed64Gap(2, SlotKind.Started, 0, 0);
            writer.Fixed64Gap(3, SlotKind.Collected, 0, 0);
            writer.Fixed64Gap(4, kind, series + points, argument);
            writer.End();
            points++;
        }

        void Histogram(string operation, long status)
        {
            Open("http.server.request.duration", "s", 9);
            writer.Begin(1);
            writer.Fixed64Gap(2, SlotKind.Started, 0, 0);
            writer.Fixed64Gap(3, SlotKind.Collected, 0, 0);
            ulong[] buckets = [12, 40, 160, 190, 120, 60, 44, 21, 9, 4, 2, 1, 0, 0, 1];
            writer.Fixed64(4, 664);
            writer.Fixed64Gap(5, SlotKind.Counter, series + points, 40);
            writer.PackedFixed64(6, buckets);
            writer.PackedDouble(7, Bounds);
            writer.Attribute(9, "http.route", operation);
            writer.Attribute(9, "http.response.status_code", status);
            writer.End();
            writer.Varint(2, Cumulative);
            writer.End();
            writer.End();
            points++;
        }

        void Open(string name, string unit, int kind)
        {
            writer.Begin(2);
            writer.Text(1, name);
            writer.Text(3, unit);
            writer.Begin(kind);
        }
    }
}
