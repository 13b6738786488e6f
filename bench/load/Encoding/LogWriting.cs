using Clew.Load.Model;

namespace Clew.Load.Encoding;

/// <summary>A log record written by the code that runs within a span.</summary>
internal sealed record LogLine(Span Span, long At, string Body, int Severity);

/// <summary><c>opentelemetry.proto.logs.v1.LogRecord</c> with trace and span ids.</summary>
internal static class LogWriting
{
    private static readonly (string Body, int Severity)[] Bodies =
    [
        ("Request finished in <n> ms", 9),
        ("Handling {0} for user u-<user>", 9),
        ("Loaded item <id> from cache", 5),
        ("Executed statement on {1} in <n> ms, 1 row", 5),
        ("Order <id> accepted for user u-<user>, total <n>.00 EUR", 9),
        ("Reserved <n> units of item <id> in warehouse FRA-2", 9),
        ("Token for user u-<user> verified, expires in <n> s", 5),
        ("Slow call to {1}: <n> ms over budget", 13),
        ("Cache miss for key {1}:<id>, falling back to store", 9),
        ("Retrying {0} after transient failure, attempt <n>", 13),
        ("Connection pool at <n> of 100 connections", 13),
        ("Published event <id> to topic {1}", 9),
    ];

    /// <summary>What a span might log: an error when it failed, otherwise one of the usual sentences.</summary>
    public static LogLine LineOf(Span span, SeededRandom random)
    {
        var at = span.Start + (long)(span.Duration * random.NextUnit());
        var service = Catalogue.Services[span.Service].Name;
        if (span.Fault is { } fault)
            return new LogLine(span, span.End, $"Failed to handle {span.Operation}: {fault.Type}: {fault.Message}", 17);
        var (body, severity) = random.Pick(Bodies);
        return new LogLine(span, at, body.Replace("{0}", span.Operation, StringComparison.Ordinal).Replace("{1}", service, StringComparison.Ordinal), severity);
    }

    public static void Log(this TemplateWriter writer, int field, LogLine line, int trace)
    {
        writer.Begin(field);
        writer.Fixed64Gap(1, SlotKind.Time, trace, line.At);
        writer.Varint(2, (ulong)line.Severity);
        writer.Text(3, line.Severity switch { 5 => "DEBUG", 9 => "INFO", 13 => "WARN", _ => "ERROR" });
        writer.Begin(5);
        writer.Text(1, line.Body, trace);
        writer.End();
        writer.Attribute(6, "thread.name", $"worker-{line.Span.Number % 16}");
        writer.Attribute(6, "code.function.name", Catalogue.Services[line.Span.Service].Functions[0]);
        writer.Attribute(6, "user.id", "u-<user>", trace);
        if (line.Span.Fault is { } fault)
            writer.Attribute(6, "exception.type", fault.Type);
        writer.Fixed32(8, 1);
        writer.BytesGap(9, SlotKind.TraceId, 16, trace, 0);
        writer.BytesGap(10, SlotKind.SpanId, 8, trace, line.Span.Number);
        writer.Fixed64Gap(11, SlotKind.Time, trace, line.At + 40_000);
        writer.End();
    }
}
