namespace Clew.Storage;

/// <summary>Every limit of the store: unit, reason, consequence.</summary>
public sealed record StorageLimits
{
    public static readonly StorageLimits Default = new();

    /// <summary>Rows. A commit gathers no more, so that its memory and its time are bounded; the rest waits for the next.</summary>
    public int CommitMaxRows { get; init; } = 200_000;

    /// <summary>Bytes of encoded blocks. As above.</summary>
    public long CommitMaxBytes { get; init; } = 128L << 20;

    /// <summary>How long a commit waits for company when commits follow each other closely. Longer makes larger, cheaper commits and slower answers.</summary>
    public TimeSpan CommitGatherTime { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Commits closer together than this count as following each other.</summary>
    public TimeSpan CommitBusyWindow { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Time one question may take in the engine; beyond it the asker gets an error that names this limit.</summary>
    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes one question may use in the engine; beyond it the asker gets an error that names this limit.</summary>
    public long QueryMemory { get; init; } = 2L << 30;

    /// <summary>
    /// Spans of the traces that are read whole in one question. About 4 KiB each while the answer is made. Beyond it the asker gets an error that names this limit,
    /// before more is read.
    /// </summary>
    public int TraceSpans { get; init; } = 250_000;

    /// <summary>Connections for questions: how many run side by side. Each costs a thread.</summary>
    public int ReadConnections { get; init; } = 3;

    /// <summary>Fingerprints of resources and of scopes, of series, log templates and error signatures that are remembered as written, so many of each; beyond it some are written again.</summary>
    public int KnownContents { get; init; } = 200_000;

    /// <summary>Names of attributes that have had arrays, of all tenants, that are remembered; about 100 bytes each. Beyond it any attribute may have arrays: comparisons of TraceQL with attributes are answered without the index of values.</summary>
    public int ArrayNames { get; init; } = 20_000;

    /// <summary>Resources and scopes kept in memory for answers; beyond it they are read again.</summary>
    public int ContentCache { get; init; } = 50_000;

    /// <summary>Bytes of encoding buffers kept for reuse between commits; beyond it buffers are made anew.</summary>
    public long EncodedPoolBytes { get; init; } = 64L << 20;
}
