using Clew.Protocols.LogLines.Formats;

namespace Clew.Protocols.LogLines;

/// <summary>
/// Every format of log lines. To add one: a class in <c>Formats</c>, its place here, its cases in <c>tests/Clew.Tests/Protocols/LogLines/Cases</c>.
/// </summary>
public static class LogLineFormats
{
    private static readonly JsonLine Json = new();
    private static readonly Logfmt Pairs = new();
    private static readonly ApplicationLine Application = new();

    /// <summary>Lines of which nothing is known: the whole line is the message.</summary>
    public static LogLineFormat Plain { get; } = new PlainLine();

    /// <summary>In the order in which they are tried: the ones with the surest signs first.</summary>
    public static IReadOnlyList<LogLineFormat> All { get; } =
    [
        Json,
        new SyslogLine(),
        new Klog(),
        new AccessLog(),
        new RubyLogger(),
        new DotNetConsole(),
        new NginxError(),
        new BlueGeneRas(),
        Application,
        Pairs,
        Plain,
    ];

    /// <summary>The format of that name; null when there is none.</summary>
    public static LogLineFormat? Find(string name) => All.FirstOrDefault(format => format.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads the message inside of another line: JSON, pairs, or a head with a time of its own. False when it is just a message.</summary>
    internal static bool TryReadInner(ReadOnlySpan<byte> text, LineRecord record)
    {
        if (text.IsEmpty)
        {
            return false;
        }

        var mark = record.Mark();
        var wasInner = record.IsInner;
        record.IsInner = true;
        if (Json.TryRead(text, record) || Back(mark) || Pairs.TryRead(text, record) || Back(mark) || (!wasInner && Application.TryRead(text, record)))
        {
            record.IsInner = wasInner;
            return true;
        }

        record.Restore(mark);
        record.IsInner = wasInner;
        return false;

        bool Back(in LineRecord.Checkpoint to)
        {
            record.Restore(to);
            return false;
        }
    }

    private sealed class PlainLine() : LogLineFormat("plain")
    {
        internal override bool TryRead(ReadOnlySpan<byte> text, LineRecord record)
        {
            record.SetBody(text);
            return true;
        }
    }
}
