using System.Globalization;
using System.Text;
using Clew.Load.Measuring;

namespace Clew.Load.Reporting;

/// <summary>A report as text for people.</summary>
internal static class ReportTable
{
    public static string Print(Report report)
    {
        var text = new StringBuilder();
        if (report.Sending is { } sending)
            Sending(text, sending);
        if (report.Server is { } server)
            Server(text, server);
        if (report.Queries is { } queries)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{"query",-32}{"asked",8}{"200",8}{"p50 ms",10}{"p90 ms",10}{"p95 ms",10}{"p99 ms",10}{"max ms",10}{"bytes",12}\n");
            foreach (var q in queries)
                text.Append(CultureInfo.InvariantCulture, $"{q.Name,-32}{q.Latency.Count,8}{q.Answered,8}{q.Latency.P50,10:f1}{q.Latency.P90,10:f1}{q.Latency.P95,10:f1}{q.Latency.P99,10:f1}{q.Latency.Max,10:f1}{q.MeanBytes,12:n0}\n");
        }

        if (report.Check is { } check)
        {
            Line(text, "checked traces", $"{check.Checked:n0}: {check.Complete:n0} complete, {check.Missing:n0} missing, {check.Short:n0} short, {check.Strange:n0} with strange spans, {check.Doubled:n0} with doubled spans");
            foreach (var example in check.Examples)
                text.Append("  ").Append(example).Append('\n');
        }

        return text.ToString();
    }

    private static void Sending(StringBuilder text, SendingReport s)
    {
        Line(text, "acknowledged", $"{s.Items:n0} items ({s.Spans:n0} spans, {s.Logs:n0} logs, {s.Points:n0} points) in {s.Seconds:f1} s");
        Line(text, "rate", $"{s.ItemsPerSecond:n0} items/s, {s.Megabytes / s.Seconds:n0} MB/s");
        Line(text, "requests", $"{s.Requests:n0} ({s.Retries:n0} retried)");
        Line(text, "not stored", $"{s.Rejected:n0} rejected, {s.Refused:n0} refused, {s.Failed:n0} failed");
        Line(text, "request latency", Latency(s.LatencyMs));
        Line(text, "generator CPU", $"{s.GeneratorCpuSeconds:f1} s ({s.GeneratorCpuSeconds * 1e6 / Math.Max(s.Items, 1):f2} s per million)");
        foreach (var (message, count) in s.Messages.Take(10))
            text.Append(CultureInfo.InvariantCulture, $"  {count:n0} x {message}\n");
    }

    private static void Server(StringBuilder text, ServerReport s)
    {
        Line(text, "server CPU", $"{s.CpuSecondsPerMillion:f2} s per million items ({s.CpuSecondsWhileSending:f1} s while sending, {s.CpuSecondsSettled:f1} s settled)");
        Line(text, "settled", s.Settled ? $"{s.SettleSeconds:f0} s after the last answer" : $"NO: still busy after {s.SettleSeconds:f0} s");
        Line(text, "server memory", $"{s.PeakMegabytes:f0} MiB peak, {s.IdleMegabytes:f0} MiB idle");
        if (s.DiskMegabytes is { } disk)
            Line(text, "disk", $"{disk:f1} MB, {s.DiskBytesPerItem:f1} bytes per item");
    }

    private static string Latency(Percentiles p) => string.Create(CultureInfo.InvariantCulture, $"p50 {p.P50:f0} ms, p90 {p.P90:f0} ms, p99 {p.P99:f0} ms, max {p.Max:f0} ms");

    private static void Line(StringBuilder text, string name, FormattableString value) =>
        text.Append(CultureInfo.InvariantCulture, $"{name,-18}").Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static void Line(StringBuilder text, string name, string value) => Line(text, name, (FormattableString)$"{value}");
}
