namespace Clew.Analysis.Correlation;

/// <summary>Where to begin.</summary>
/// <param name="Keys">What the request is known by; empty when only the moment is.</param>
/// <param name="Moment">Nanoseconds since the Unix epoch; with <paramref name="Keys"/> it picks the request nearest to it.</param>
/// <param name="Within">How far from the moment the first record may lie.</param>
/// <param name="Service">Where the moment was seen; empty for anywhere.</param>
public sealed record StoryQuestion(IReadOnlyList<CorrelationKey> Keys, long? Moment, TimeSpan Within, string Service);

/// <summary>Log records of what was probably one request, in the order of time, each with the reason why it is here.</summary>
public sealed record RequestStory
{
    public required IReadOnlyList<StoryLine> Lines { get; init; }

    /// <summary>What was asked for, then what was found in found records and followed.</summary>
    public required IReadOnlyList<FollowedKey> Followed { get; init; }

    /// <summary>What was found and not followed, because it names more than one request.</summary>
    public required IReadOnlyList<FollowedKey> NotFollowed { get; init; }

    public required IReadOnlyList<StoryService> Services { get; init; }

    /// <summary>Pauses in which nothing was logged.</summary>
    public required IReadOnlyList<StoryGap> Gaps { get; init; }

    /// <summary>Mean over the lines, 0 to 1.</summary>
    public double Confidence => Lines.Count == 0 ? 0 : Lines.Average(line => line.Confidence);
}

/// <param name="Confidence">How sure it is that the record belongs here, 0 to 1.</param>
/// <param name="Why">A sentence.</param>
public sealed record StoryLine(LogLine Line, double Confidence, string Why);

/// <param name="Why">Asked for, or where it was found; or why it was not followed.</param>
/// <param name="Lines">Records with it among those looked at.</param>
public sealed record FollowedKey(CorrelationKey Key, string Why, int Lines);

/// <param name="First">Nanoseconds since the Unix epoch.</param>
/// <param name="Errors">Records of severity error or worse.</param>
public sealed record StoryService(string Service, int Lines, int Errors, long First, long Last);

/// <param name="From">Nanoseconds since the Unix epoch.</param>
/// <param name="Before">Service of the last record before the pause.</param>
/// <param name="After">Service of the first one after it.</param>
public sealed record StoryGap(long From, long To, string Before, string After);
