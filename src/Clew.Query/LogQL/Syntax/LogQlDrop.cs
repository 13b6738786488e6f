using System.Text;
using Clew.Query.Language;
using Clew.Query.LogQL.Pipeline;

namespace Clew.Query.LogQL.Syntax;

/// <summary><c>| drop level, method="GET"</c>: takes labels away, some only where they have a value.</summary>
public sealed class LogQlDrop(SourceSpan span, IReadOnlyList<LabelChoice> choices) : LogQlStage(span)
{
    /// <summary>At least one.</summary>
    public IReadOnlyList<LabelChoice> Choices { get; } = choices;

    public override void Print(StringBuilder text)
    {
        ArgumentNullException.ThrowIfNull(text);
        LabelChoice.Print(text.Append("| drop "), Choices);
    }

    internal override LineStep Begin(TimeProvider clock) => new Step([.. Choices]);

    private sealed class Step(LabelChoice[] choices) : LineStep
    {
        public override bool Process(WorkingLine line)
        {
            foreach (var choice in choices)
            {
                var place = line.Find(choice.Label);
                if (place >= 0 && (choice.Matcher is null || choice.Matcher.Matches(line.ValueAt(place))))
                {
                    line.RemoveAt(place);
                }
            }

            return true;
        }
    }
}
