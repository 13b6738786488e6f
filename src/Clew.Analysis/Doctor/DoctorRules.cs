namespace Clew.Analysis.Doctor;

/// <summary>
/// From when on something counts as found. Both a number and a share must be reached: a few odd spans among many are a request that was cut off, and
/// a large share of few is chance.
/// </summary>
public static class DoctorRules
{
    /// <summary>Spans, traces or records below which a share says nothing.</summary>
    public const int FewestToJudge = 50;

    /// <summary>Occurrences below which nothing is said.</summary>
    public const int FewestToSay = 5;

    /// <summary>The tracing guide aims below 1 to 5 % partial traces.</summary>
    public const double PartialShare = 0.05;

    /// <summary>Share of a service's traces with a single span from which its context seems to get lost.</summary>
    public const double SingleSpanShare = 0.5;

    /// <summary>Share of the callee's own traces that begin within a call of the caller.</summary>
    public const double BrokenShare = 0.5;

    /// <summary>How many times as often as by chance that must happen when the call does not name the callee.</summary>
    public const double TimesChance = 3;

    /// <summary>Share of calls to a peer without a span of it.</summary>
    public const double UnansweredShare = 0.9;

    /// <summary>Share of inner spans that are roots.</summary>
    public const double InnerRootShare = 0.2;

    /// <summary>Nanoseconds between two clocks from which times mislead: network time keeps hosts within milliseconds.</summary>
    public const long ClocksApart = 5_000_000;

    /// <summary>Calls behind an estimate of clocks.</summary>
    public const int ClockCalls = 10;

    /// <summary>Seconds after the end of a span from which it is late.</summary>
    public const int LateSeconds = 60;

    /// <summary>Share of late spans.</summary>
    public const double LateShare = 0.01;

    /// <summary>A median delay beyond this many seconds is an import of old data, not a late exporter.</summary>
    public const double ImportSeconds = 3_600;

    /// <summary>Share of spans received twice.</summary>
    public const double CopyShare = 0.01;

    /// <summary>Share of failures whose status does not say so.</summary>
    public const double UnmarkedShare = 0.1;

    /// <summary>Share of error logs' traces of which nothing is stored.</summary>
    public const double UncapturedShare = 0.05;

    /// <summary>Share of failed spans from which failing is a service's normal state.</summary>
    public const double ChronicShare = 0.5;

    /// <summary>Share of log records without a trace id, of a service that has traces.</summary>
    public const double UncorrelatedShare = 0.5;

    /// <summary>Share of the window in which a service was silent at its end, while others went on.</summary>
    public const double SilentShare = 0.25;

    /// <summary>Traces in the window below which analysis has little to compare with.</summary>
    public const int ThinTraces = 30;

    /// <summary>Different values per span from which a key has a value of its own for each.</summary>
    public const double UniqueShare = 0.5;

    /// <summary>Different span names of a service from which they are no list of operations any more.</summary>
    public const int ManyNames = 50;

    /// <summary>Spans of one trace from which it cannot be looked at.</summary>
    public const int HugeTrace = 2_000;

    /// <summary>Equal spans under one parent from which they want to be one span with a count.</summary>
    public const int ManyEqualChildren = 100;

    /// <summary>Share of spans with a key that has only one value there.</summary>
    public const double ConstantShare = 0.95;

    /// <summary>Bytes a day that constant attributes must cost, before compression.</summary>
    public const double ConstantBytesPerDay = 100e6;

    /// <summary>Share of debug and trace records among a service's logs.</summary>
    public const double DebugShare = 0.5;

    /// <summary>Log records of a service from which their level matters for cost.</summary>
    public const int ManyLogs = 1_000;

    /// <summary>Days until the disk is full.</summary>
    public const double DaysToFull = 14;

    /// <summary>Share of refused requests.</summary>
    public const double RefusedShare = 0.001;

    /// <summary>Spans per request below which an exporter seems to send each span by itself.</summary>
    public const double SpansPerRequest = 2;

    /// <summary>Requests below which spans per request say nothing.</summary>
    public const int ManyRequests = 200;

    /// <summary>Seconds: the tracing guide wants answers within 2 s.</summary>
    public const double SlowQuerySeconds = 2;

    /// <summary>Findings of one check that are told; the others are counted in a last sentence.</summary>
    public const int SignsPerCheck = 10;
}
