namespace Clew.Query.PromQL.Functions;

/// <summary>What the moments at which counting began say about two samples that follow each other. 0 says nothing.</summary>
internal static class StartTimes
{
    /// <summary>
    /// Counting began anew between the two; exactly at the first one only when each sample counts from the one before, which shows in the first one having
    /// an earlier start of its own.
    /// </summary>
    public static bool IsReset(long previousStart, long previousTime, long start, long time) => start != 0
        && ((start > previousTime && start < time) || (start == previousTime && previousStart != 0 && previousStart < previousTime));

    /// <summary>The second sample counts what the first one had counted already, from another start.</summary>
    public static bool Overlaps(long previousStart, long previousTime, long start) => start != 0 && start < previousTime && start != previousStart;
}
