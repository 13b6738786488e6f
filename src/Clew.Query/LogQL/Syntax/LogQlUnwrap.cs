using System.Text;
using Clew.Query.Language;

namespace Clew.Query.LogQL.Syntax;

/// <summary>How the text of an unwrapped label becomes a number.</summary>
public enum UnwrapConversion
{
    /// <summary>It is one.</summary>
    None,

    /// <summary><c>duration()</c>: a Go duration, in seconds.</summary>
    Duration,

    /// <summary><c>duration_seconds()</c>: the same under its long name.</summary>
    DurationSeconds,

    /// <summary><c>bytes()</c>: a size with a unit, in bytes.</summary>
    Bytes,
}

/// <summary><c>| unwrap duration(latency) | __error__=""</c>: the label whose value is the sample, and filters on what came of it.</summary>
/// <param name="filters">Label filters behind it.</param>
public sealed class LogQlUnwrap(SourceSpan span, string label, UnwrapConversion conversion, IReadOnlyList<LogQlStage> filters) : LogQlNode(span)
{
    public string Label { get; } = label;

    public UnwrapConversion Conversion { get; } = conversion;

    public IReadOnlyList<LogQlStage> Filters { get; } = filters;

    public override void Print(StringBuilder text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var function = Conversion switch
        {
            UnwrapConversion.Duration => "duration",
            UnwrapConversion.DurationSeconds => "duration_seconds",
            UnwrapConversion.Bytes => "bytes",
            _ => null,
        };
        text.Append("| unwrap ");
        _ = function is null ? text.Append(Label) : text.Append(function).Append('(').Append(Label).Append(')');
        LogQlLogExpression.PrintStages(text, Filters);
    }
}
