namespace Clew.Analysis.Detection;

/// <summary>
/// When something is wrong. Each sign needs an absolute and a relative change, significance, and to last: what a deploy, a cold start or a busy neighbour
/// does to one step is over in the next. Steps are ten seconds unless the server is told otherwise.
/// </summary>
public static class DetectionRules
{
    /// <summary>Steps looked at together: long enough for a few dozen requests of a small service.</summary>
    public const int Recent = 3;

    /// <summary>Steps between what is looked at and what it is compared with: faults creep in.</summary>
    public const int Gap = 3;

    /// <summary>Most steps to compare with: half an hour.</summary>
    public const int MaxReference = 180;

    /// <summary>Fewest steps with requests to compare with; before that nothing is said.</summary>
    public const int MinReference = 9;

    /// <summary>Requests to compare with below which nothing is said of an operation.</summary>
    public const int MinReferenceRequests = 30;

    /// <summary>Requests looked at below which neither errors nor durations say anything.</summary>
    public const int MinRequests = 10;

    /// <summary>Failed requests below which errors say nothing: three can be one customer who tries again.</summary>
    public const int MinErrors = 4;

    /// <summary>Share of requests that must fail beyond the usual.</summary>
    public const double MinErrorExcess = 0.05;

    /// <summary>… and this many times the usual.</summary>
    public const double MinErrorRatio = 2;

    /// <summary>Standard deviations for shares of errors, between steps and the luck of counting together.</summary>
    public const double MinErrorSignificance = 4;

    /// <summary>Steps of the recent ones that must show errors by themselves.</summary>
    public const int MinErrorSteps = 2;

    /// <summary>How many times longer than usual the 95th percentile must be, in every recent step.</summary>
    public const double MinP95Ratio = 2;

    /// <summary>… and by how much: less is not felt. Nanoseconds.</summary>
    public const double MinP95Excess = 100e6;

    /// <summary>The same for the median, which is steadier.</summary>
    public const double MinP50Ratio = 1.6;

    /// <summary>Nanoseconds.</summary>
    public const double MinP50Excess = 50e6;

    /// <summary>Standard deviations, robustly estimated, that every recent step must be slower than usual.</summary>
    public const double MinDurationSignificance = 4;

    /// <summary>Requests in a step below which its quantiles say nothing.</summary>
    public const int MinStepRequests = 4;

    /// <summary>Requests to be expected in the recent steps so that their absence means something.</summary>
    public const double MinExpected = 12;

    /// <summary>Share of the expected requests that is as good as none.</summary>
    public const double MaxLeft = 0.15;

    /// <summary>Share of reference steps with requests: what comes in bursts (a nightly job) is not missed.</summary>
    public const double MinPresence = 0.9;

    /// <summary>Share of the usual requests that other entries must still get: when all fall silent, the customers sleep or nothing is sent any more.</summary>
    public const double MinOtherTraffic = 0.6;

    /// <summary>Evaluations in a row with a sign before an incident is opened.</summary>
    public const int Confirmations = 2;

    /// <summary>Evaluations in a row without a sign before it is closed.</summary>
    public const int Recovery = 6;
}
