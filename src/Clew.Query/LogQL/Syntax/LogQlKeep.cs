using System.Text;
using Clew.Query.Language;
using Clew.Query.LogQL.Pipeline;

namespace Clew.Query.LogQL.Syntax;

/// <summary><c>| keep level, method="GET"</c>: takes all other labels away.</summary>
public sealed class LogQlKeep(SourceSpan span, IReadOnlyList<LabelChoice> choices) : LogQlStage(span)
{
    /// <summary>At least one.</summary>
    public IReadOnlyList<LabelChoice> Choices { get; } = choices;

    public override void Print(StringBuilder text)
    {
        ArgumentNullException.ThrowIfNull(text);
        LabelChoice.Print(text.Append("| keep "), Choices);
    }

    internal override LineStep Begin(TimeProvider clock) => new Step([.. Choices]);

    private sealed class Step(LabelChoice[] choices) : LineStep
    {
        public override bool Process(WorkingLine line)
        {
            for (var place = line.Count - 1; place >= 0; place--)
            {
                // What went wrong stays known: only drop takes it away.
                if (!IsKept(line.NameAt(place), line.ValueAt(place)))
                {
                    line.RemoveAt(place);
                }
            }

            return true;
        }

        private bool IsKept(string label, ReadOnlySpan<char> value)
        {
            foreach (var choice in choices)
            {
                if (choice.Label == label && (choice.Matcher is null || choice.Matcher.Matches(value)))
                {
                    return true;
                }
            }

            return label is WorkingLine.ErrorLabel or WorkingLine.ErrorDetailsLabel;
        }
    }
}
