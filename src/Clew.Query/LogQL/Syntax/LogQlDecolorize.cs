using System.Text;
using Clew.Query.Language;
using Clew.Query.LogQL.Matching;
using Clew.Query.LogQL.Pipeline;

namespace Clew.Query.LogQL.Syntax;

/// <summary><c>| decolorize</c>: takes colour codes out of the line.</summary>
public sealed class LogQlDecolorize(SourceSpan span) : LogQlStage(span)
{
    public override void Print(StringBuilder text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Append("| decolorize");
    }

    internal override LineStep Begin(TimeProvider clock) => new Step();

    private sealed class Step : LineStep
    {
        public override bool Process(WorkingLine line)
        {
            // Colours begin with an escape character; lines without one stay as they are.
            if (line.IsReplaced ? line.Text.Contains('\e') : line.Bytes.Contains((byte)'\e'))
            {
                line.ReplaceLine(TerminalColours.Remove(line.LineText()));
            }

            return true;
        }
    }
}
