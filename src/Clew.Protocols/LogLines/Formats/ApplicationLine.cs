namespace Clew.Protocols.LogLines.Formats;

/// <summary>
/// What applications print by default or nearly so: a head of a time, a severity, a thread, a process, a logger, brackets with more, in whatever order
/// and with whatever separators, and then the message. Covers the usual layouts of log4j, logback, Spring Boot, java.util.logging, Python's logging
/// (also gunicorn, uvicorn, Flask, loguru), Serilog, Go's log and zap, Rust's env_logger and tracing, PostgreSQL, MySQL, Redis, Kafka, Elasticsearch,
/// Apache's error log, RabbitMQ, HDFS, Spark.
/// </summary>
/// <remarks>
/// A part of the head is taken only when it is certain to be one; what is in doubt stays in the message, so that nothing is lost. A line counts as such
/// when it has a time, or a severity in capitals at its beginning.
/// </remarks>
internal sealed class ApplicationLine() : LogLineFormat("text")
{
    internal override bool TryRead(ReadOnlySpan<byte> text, LineRecord record)
    {
        var newline = text.IndexOf((byte)'\n');
        var line = newline < 0 ? text : text[..newline];
        var head = new HeadReader(line, record);
        if (!head.TryRead() || (record.IsInner && !head.HasTime))
        {
            return false;
        }

        var message = text[head.At..].TrimStart(" \t"u8);
        if (head.HasTime && !record.IsInner)
        {
            // A collector's time in front of a structured line, as kubectl logs --timestamps puts it.
            var mark = record.Mark();
            record.IsInner = true;
            if (LogLineFormats.TryReadInner(message, record))
            {
                record.Fields.Time = record.Fields.Time == 0 ? mark.Fields.Time : record.Fields.Time;
                return true;
            }

            record.Restore(mark);
        }

        if (!ReadTrailingFields(ref message, record))
        {
            record.SetBody(message.IsEmpty ? text : message);
        }

        return true;
    }

    /// <summary>Zap's console encoder puts a line's fields behind it as JSON, after a tab.</summary>
    private static bool ReadTrailingFields(ref ReadOnlySpan<byte> message, LineRecord record)
    {
        var tab = message.IndexOf("\t{\""u8);
        if (tab <= 0 || message[^1] != '}')
        {
            return false;
        }

        var mark = record.Mark();
        record.SetBody(message[..tab]);
        if (JsonLine.TryReadFields(message[(tab + 1)..], record))
        {
            return true;
        }

        record.Restore(mark);
        return false;
    }
}
