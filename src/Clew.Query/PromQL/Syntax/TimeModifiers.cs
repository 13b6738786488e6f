using System.Globalization;
using System.Text;

namespace Clew.Query.PromQL.Syntax;

/// <summary>What <c>@</c> fixes the time of a selector to.</summary>
public enum AtAnchor
{
    None,

    /// <summary>A moment.</summary>
    Time,

    /// <summary><c>@ start()</c>: the first step.</summary>
    Start,

    /// <summary><c>@ end()</c>: the last step.</summary>
    End,
}

/// <summary>How a selector sees the edges of its time (experimental).</summary>
public enum EdgeMode
{
    /// <summary>Samples as they are.</summary>
    Plain,

    /// <summary><c>anchored</c>: the last sample before the range stands at its start.</summary>
    Anchored,

    /// <summary><c>smoothed</c>: values at the edges are interpolated between the samples around them.</summary>
    Smoothed,
}

/// <summary>The modifiers behind a selector or subquery: <c>offset</c>, <c>@</c>, <c>anchored</c> and <c>smoothed</c>, in any order.</summary>
/// <param name="AtMilliseconds">The moment of <see cref="AtAnchor.Time"/>, in milliseconds since the Unix epoch.</param>
public sealed record TimeModifiers(Duration? Offset = null, AtAnchor At = AtAnchor.None, long AtMilliseconds = 0, EdgeMode Edges = EdgeMode.Plain)
{
    public static readonly TimeModifiers None = new();

    /// <summary>The modifiers with a space before each; nothing when there are none.</summary>
    public void Print(StringBuilder text)
    {
        _ = Edges switch
        {
            EdgeMode.Anchored => text.Append(" anchored"),
            EdgeMode.Smoothed => text.Append(" smoothed"),
            _ => text,
        };
        _ = At switch
        {
            AtAnchor.Time => text.Append(CultureInfo.InvariantCulture, $" @ {AtMilliseconds / 1_000m:0.000}"),
            AtAnchor.Start => text.Append(" @ start()"),
            AtAnchor.End => text.Append(" @ end()"),
            _ => text,
        };
        Offset?.Print(text.Append(" offset "));
    }
}
