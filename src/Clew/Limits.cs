namespace Clew.Cli;

/// <summary>Every limit of the command line, with its unit, its reason and what happens beyond it.</summary>
public static class Limits
{
    /// <summary>
    /// Bytes of one line, or of one JSON document over several lines. The OTLP specification recommends that receivers take no more than
    /// 64 MiB in one request, and a line cannot be sent in parts. A longer line is reported and skipped; the import goes on.
    /// </summary>
    public const int LineBytes = 64 * 1024 * 1024;

    /// <summary>
    /// Bytes that short lines are joined up to before they are sent: large enough that a durable commit per request does not set the pace,
    /// small enough that a handful of them fit in memory. A single longer line is sent alone.
    /// </summary>
    public const int RequestBytes = 4 * 1024 * 1024;

    /// <summary>Requests on the way at the same time unless asked for another number. One more is filled while they are.</summary>
    public const int Requests = 4;

    /// <summary>The most requests on the way that can be asked for; each holds its body in memory.</summary>
    public const int MaxRequests = 64;

    /// <summary>Levels of nesting in a line of OTLP/JSON; attribute values may nest. A deeper line is reported as bad.</summary>
    public const int JsonDepth = 256;

    /// <summary>Time one attempt to send a request may take before it counts as failed and is tried again.</summary>
    public static readonly TimeSpan Attempt = TimeSpan.FromMinutes(2);

    /// <summary>Time a request is tried again while the server is busy or away, unless asked for another; then the import stops.</summary>
    public static readonly TimeSpan Retry = TimeSpan.FromMinutes(5);

    /// <summary>Time a server that never answered is tried before it is taken to be absent.</summary>
    public static readonly TimeSpan FirstContact = TimeSpan.FromSeconds(3);

    /// <summary>The longest wait a Retry-After can ask for; a longer one is cut to this, so that a mistaken header does not stall an import for hours.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(1);

    /// <summary>Requests refused one after the other, with none accepted between, after which the import stops: nothing is going to get in.</summary>
    public const int ConsecutiveRefusals = 20;

    /// <summary>Bad lines and refusals that are printed; further ones are counted. A file of another kind must not flood the terminal.</summary>
    public const int PrintedProblems = 50;

    /// <summary>Characters of a server's explanation or of a telemetry text that are shown in a sentence.</summary>
    public const int ShownText = 400;

    /// <summary>Bytes of an error body that are read; what comes after is not needed for a sentence.</summary>
    public const int ErrorBodyBytes = 64 * 1024;

    /// <summary>Bytes of a report that is read from a file; the largest reports are some hundred kilobytes. A larger file is refused.</summary>
    public const int ReportBytes = 16 << 20;
}
