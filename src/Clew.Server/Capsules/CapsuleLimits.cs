namespace Clew.Server.Capsules;

/// <summary>How large a capsule may be, written or read. A hostile archive meets these and no other length: what it claims is not believed.</summary>
public sealed record CapsuleLimits
{
    public static readonly CapsuleLimits Default = new();

    /// <summary>Files in one; more are not read.</summary>
    public int Files { get; init; } = 500;

    /// <summary>Bytes of one file, unpacked: the world of an investigation is the largest, about 100 MB of JSON at most.</summary>
    public int FileBytes { get; init; } = 256 << 20;

    /// <summary>Bytes of all files, unpacked; they are held in memory.</summary>
    public long TotalBytes { get; init; } = 400L << 20;

    /// <summary>Bytes of the archive as it lies on disk.</summary>
    public int ArchiveBytes { get; init; } = 128 << 20;

    /// <summary>Traces put into a capsule whole; those that evidence cites first.</summary>
    public int Traces { get; init; } = 24;

    /// <summary>Log records put in for each query of logs that evidence cites.</summary>
    public int LogsPerQuery { get; init; } = 200;

    /// <summary>Metric series put in of the accused services.</summary>
    public int Series { get; init; } = 300;
}
