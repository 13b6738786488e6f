namespace Clew.Analysis.Correlation;

/// <summary>How far correlation without traces goes.</summary>
public sealed record CorrelationLimits
{
    public static readonly CorrelationLimits Default = new();

    /// <summary>Characters of a record's text that are searched for keys; what stands further back is not found.</summary>
    public int ScannedLength { get; init; } = 8_192;

    /// <summary>Keys of one record; further ones are not looked at.</summary>
    public int KeysPerLine { get; init; } = 32;

    /// <summary>Log records looked at around a story; beyond it those furthest from the start in time are left out, and the answer says so.</summary>
    public int Lines { get; init; } = 6_000;

    /// <summary>Log records that habits are learnt from: which line usually follows which. Fewer make joining by time less sure.</summary>
    public int HabitLines { get; init; } = 20_000;

    /// <summary>How far before and after the start habits are learnt from. Longer ago the services may have been others.</summary>
    public TimeSpan HabitSpan { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Keys followed beyond those that were asked for; further ones are named and not followed.</summary>
    public int FollowedKeys { get; init; } = 20;

    /// <summary>How often keys found in found records are followed in turn. More would leave the request.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>Log records that may share an entity's id before it joins nothing any more: an id that is everywhere is a constant.</summary>
    public int LinesPerEntity { get; init; } = 60;

    /// <summary>Stretches of time in which an entity's id may occur before it joins nothing any more, for the same reason.</summary>
    public int StretchesPerEntity { get; init; } = 3;

    /// <summary>How far apart in time an entity's id joins records: another request works on the same thing later.</summary>
    public TimeSpan EntitySpan { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a request may be silent before a following record is taken for another request's.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>Requests followed side by side while records are told apart by time; beyond it the one silent for longest is closed.</summary>
    public int OpenRequests { get; init; } = 200;

    /// <summary>How far before the first and after the last record with a key others are looked for.</summary>
    public TimeSpan Margin { get; init; } = TimeSpan.FromSeconds(5);
}
