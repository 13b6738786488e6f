namespace Clew.Analysis;

/// <summary>What the analysis bounds. A number met is said in the report's coverage or among its unknowns, never passed over.</summary>
public static class Limits
{
    /// <summary>Log templates per world. A stream with more keeps its first ones; further lines count as the one template "other lines".</summary>
    public const int MaxTemplates = 5_000;

    /// <summary>Characters of a log line that are looked at; what comes after is payload.</summary>
    public const int MaxLogLineLength = 512;

    /// <summary>Words of a log line that make its template; longer lines differ in payload.</summary>
    public const int MaxTemplateWords = 24;

    /// <summary>Lines of a stack trace that are looked at; deeper ones are of recursion.</summary>
    public const int MaxStackLines = 400;

    /// <summary>Characters of one line of a stack trace that are looked at.</summary>
    public const int MaxStackLine = 512;

    /// <summary>Bytes of a stack trace that are looked at.</summary>
    public const int MaxStackBytes = 64 << 10;

    /// <summary>Characters of an exception's type, or of one frame, that count.</summary>
    public const int MaxFrameLength = 256;

    /// <summary>Characters of an error line that is shown as an example.</summary>
    public const int MaxExampleLength = 300;

    /// <summary>Characters of an attribute's value that is kept as a clue: a few stack frames, a statement.</summary>
    public const int MaxClueLength = 400;

    /// <summary>Clues kept per log template.</summary>
    public const int MaxClues = 16;

    /// <summary>Different clues counted per log template; further ones are ids and times, of no use to compare with.</summary>
    public const int MaxCluesCounted = 256;

    /// <summary>Templates compared for one line; more candidates than this share a beginning only when a variable stands in the beginning.</summary>
    public const int MaxTemplateCandidates = 200;

    /// <summary>Different operations per service; a service that puts ids into span names would make one per request. Further ones become "(other)".</summary>
    public const int MaxOperationsPerService = 400;

    /// <summary>Attributes by which requests are told apart, over all services along their traces. More are not looked at.</summary>
    public const int MaxStrataKeys = 600;

    /// <summary>Values of attributes kept of all sampled requests together, about 16 bytes each while a world is made. Further requests are not told apart.</summary>
    public const int MaxStrataCells = 8_000_000;

    /// <summary>Different texts of one attribute that are told apart while a world is made; further ones are one value.</summary>
    public const int MaxStratumTexts = 20_000;

    /// <summary>Characters of an attribute's value that count when requests are told apart.</summary>
    public const int MaxStratumText = 120;

    /// <summary>Values of one attribute that requests are told apart by, the most frequent ones; the others are one value together.</summary>
    public const int MaxStratumValues = 200;

    /// <summary>Buckets that an attribute of numbers is cut into, each holding as many requests as another.</summary>
    public const int StratumBuckets = 64;

    /// <summary>Attributes per operation whose presence and values are followed, over all operations. More are not looked at.</summary>
    public const int MaxAttributeUses = 5_000;

    /// <summary>Numbers kept of one attribute, or of one place in a log statement, on each side of the comparison; of more, evenly spread ones.</summary>
    public const int MaxSampledNumbers = 120;

    /// <summary>Kinds of exceptions that are counted per world, the first ones; further ones are not.</summary>
    public const int MaxErrorSignatures = 2_000;

    /// <summary>Messages sent, and messages taken, that are joined by span links per world; further ones are left out, which is said.</summary>
    public const int MaxMessages = 50_000;

    /// <summary>Numbers in log statements that are followed; further statements' numbers are not looked at.</summary>
    public const int MaxLogNumbers = 10_000;

    /// <summary>Characters of a log record in which fields are looked for; what is longer is a payload.</summary>
    public const int MaxFieldsText = 16_384;

    /// <summary>Pairs of a use and its limit, told by fields of log records.</summary>
    public const int MaxFullnessPairs = 500;

    /// <summary>Statements of warnings and errors whose moments are kept, to see what comes together.</summary>
    public const int MaxLogEventStatements = 500;

    /// <summary>Moments kept of each of them; the first ones.</summary>
    public const int MaxLogEventsPerStatement = 400;

    /// <summary>Addresses and accounts that are told apart; what further ones do is not looked at.</summary>
    public const int MaxActors = 20_000;

    /// <summary>Accesses kept per world; what comes later is counted only.</summary>
    public const int MaxAccesses = 40_000;

    /// <summary>Spans per trace that are looked at, earliest first. A trace beyond it is a batch job, not a request.</summary>
    public const int MaxSpansPerTrace = 5_000;

    /// <summary>Points per metric series and world.</summary>
    public const int MaxPointsPerSeries = 2_000;

    /// <summary>Pieces of evidence shown per cause; the rest adds to the score all the same.</summary>
    public const int MaxEvidencePerCause = 8;

    /// <summary>Lines of the timeline; beyond it the latest are left out.</summary>
    public const int MaxTimelineEntries = 24;

    /// <summary>Statements of database servers that are compared; further ones are left out, the first told of are kept.</summary>
    public const int MaxServerStatements = 5_000;

    /// <summary>Steps to mend it that are told with their commands.</summary>
    public const int MaxFixes = 6;

    /// <summary>Rejected suspects that are told of.</summary>
    public const int MaxRejected = 6;
}
