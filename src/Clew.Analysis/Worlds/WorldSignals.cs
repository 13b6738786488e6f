namespace Clew.Analysis.Worlds;

/// <summary>One attribute of successful invocations of an operation.</summary>
/// <param name="Operation">Index into operations.</param>
/// <param name="Key">The attribute.</param>
/// <param name="Spans">Successful spans of the operation per stretch: the window first, then the baseline in order.</param>
/// <param name="Present">Those of them that carry the attribute.</param>
/// <param name="Empty">Those that carry it with nothing in it: empty, "null", "[]", "{}".</param>
/// <param name="Window">Evenly picked values of the window when they are numbers, in order of time; empty otherwise.</param>
/// <param name="Baseline">The same of the baseline.</param>
public sealed record WorldAttributeUse(
    int Operation, string Key, IReadOnlyList<int> Spans, IReadOnlyList<int> Present, IReadOnlyList<int> Empty, IReadOnlyList<double> Window, IReadOnlyList<double> Baseline);

/// <summary>One kind of failure: exceptions of one signature in one service, from spans and logs.</summary>
/// <param name="Signature">16 hex digits, as <c>clew errors</c> shows them.</param>
/// <param name="Type">The exception's type.</param>
/// <param name="Message">Without values.</param>
/// <param name="Frames">Topmost frames of its stack trace.</param>
/// <param name="Counts">Per stretch: the window first, then the baseline in order.</param>
/// <param name="FirstInWindow">0 when it is not there.</param>
/// <param name="TraceIds">Some of the window, hex.</param>
public sealed record WorldError(
    int Service, string Signature, string Type, string Message, IReadOnlyList<string> Frames, IReadOnlyList<int> Counts, long FirstInWindow, IReadOnlyList<string> TraceIds);

/// <summary>A number that a log statement writes.</summary>
/// <param name="Service">Index into services.</param>
/// <param name="Template">Index into templates.</param>
/// <param name="Name">The word in front of it, or its place in the line.</param>
/// <param name="Window">Evenly picked values of the window, in order of time.</param>
/// <param name="Baseline">The same of the baseline.</param>
public sealed record WorldLogNumber(int Service, int Template, string Name, IReadOnlyList<double> Window, IReadOnlyList<double> Baseline);

/// <summary>Something used beside its limit, both told by the same log records.</summary>
/// <param name="Used">Name of the field that tells how much is used.</param>
/// <param name="Limit">Name of the field that tells how much there is.</param>
/// <param name="Records">Records with both per stretch: the window first, then the baseline in order.</param>
/// <param name="Reached">Those of them in which what is used reaches the limit.</param>
/// <param name="MostUsed">Highest use in the window, and the limit in that record.</param>
/// <param name="FirstReached">Of the window; 0 when it was not reached.</param>
public sealed record WorldFullness(
    int Service, int Template, string Used, string Limit, IReadOnlyList<int> Records, IReadOnlyList<int> Reached, double MostUsed, double LimitThen, long FirstReached);

/// <summary>A warning or an error of the window, to see what comes together.</summary>
/// <param name="Service">Index into services.</param>
/// <param name="Template">Index into templates.</param>
public readonly record struct WorldLogEvent(long Time, int Service, int Template);

/// <summary>Requests of one operation at the same time of an earlier day.</summary>
/// <param name="DaysBack">1 or 7.</param>
/// <param name="P50">Nanoseconds; 0 in worlds that were saved before durations were looked at.</param>
/// <param name="P95">Likewise.</param>
public sealed record WorldSeason(int Operation, int DaysBack, long Count, long Errors, double P50 = 0, double P95 = 0);

/// <summary>A time of an earlier day that was looked at, whether or not there is data of it.</summary>
/// <param name="Requests">Spans that the store holds of it.</param>
public sealed record WorldSeasonTime(int DaysBack, long Start, long End, long Requests);
