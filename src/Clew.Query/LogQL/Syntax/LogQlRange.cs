using System.Text;
using Clew.Query.Language;

namespace Clew.Query.LogQL.Syntax;

/// <summary><c>{app="shop"} | json | unwrap size [5m] offset 1h</c>: the lines of the time before each step; one exactly at its beginning is not in it.</summary>
/// <param name="length">Nanoseconds, more than 0.</param>
/// <param name="offset">Nanoseconds that the time lies back; negative for ahead.</param>
public sealed class LogQlRange(SourceSpan span, LogQlLogExpression logs, LogQlUnwrap? unwrap, long length, long offset) : LogQlNode(span)
{
    public LogQlLogExpression Logs { get; } = logs;

    /// <summary>Null when the lines themselves are counted.</summary>
    public LogQlUnwrap? Unwrap { get; } = unwrap;

    public long Length { get; } = length;

    public long Offset { get; } = offset;

    public override void Print(StringBuilder text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Logs.Print(text);
        Unwrap?.Print(text.Append(' '));
        text.Append(" [").Append(Duration(Length)).Append(']');
        if (Offset != 0)
        {
            text.Append(" offset ").Append(Duration(Offset));
        }
    }

    private static string Duration(long nanoseconds) =>
        nanoseconds % 1_000_000 == 0 ? PrometheusDuration.Format(nanoseconds / 1_000_000) : GoDuration.Format(nanoseconds);
}
