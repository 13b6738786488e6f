namespace Clew.Analysis.Doctor;

/// <summary>What a survey bounds, so that the doctor costs the same on a large store as on a small one.</summary>
public static class DoctorLimits
{
    /// <summary>Spans of whole traces that are read. More make shares more exact and the answer slower; of a larger window one trace in several is read.</summary>
    public const int SampleSpans = 40_000;

    /// <summary>Spans that are read side by side, the latest of the window. More show rarer pairs of services whose traces break.</summary>
    public const int SliceSpans = 30_000;

    /// <summary>Traces of error logs that are looked for in the store. More make the share of missing ones more exact.</summary>
    public const int CapturedTraces = 200;

    /// <summary>Services in a survey; those with the most records stay.</summary>
    public const int Services = 1_000;

    /// <summary>Subjects kept of one kind of symptom, the most frequent ones; the others are too rare to matter first.</summary>
    public const int Subjects = 100;

    /// <summary>Pairs of service and attribute key that are followed in a sample; a service that makes keys from values stops there.</summary>
    public const int AttributeKeys = 5_000;

    /// <summary>Calls before a request's begin that are looked at for one that waits for it; further back lie calls that are answered.</summary>
    public const int WaitingCalls = 500;
}
