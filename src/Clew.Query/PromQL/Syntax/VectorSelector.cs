using System.Text;
using Clew.Query.Language;

namespace Clew.Query.PromQL.Syntax;

/// <summary>A metric's name, conditions on labels, or both: the last sample of each series that fulfils them.</summary>
public sealed class VectorSelector(SourceSpan span, string? name, IReadOnlyList<LabelMatcher> matchers, TimeModifiers modifiers) : Expression(span)
{
    /// <summary>The metric's name when it stands before the braces, or in them in quotes alone; otherwise null.</summary>
    public string? Name { get; } = name;

    /// <summary>All conditions, that on the name included.</summary>
    public IReadOnlyList<LabelMatcher> Matchers { get; } = matchers;

    public TimeModifiers Modifiers { get; } = modifiers;

    public override ExpressionType Type => ExpressionType.InstantVector;

    public override void Print(StringBuilder text)
    {
        PrintSelection(text);
        Modifiers.Print(text);
    }

    /// <summary>Name and braces without the modifiers, which a range's brackets come before.</summary>
    public void PrintSelection(StringBuilder text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var plain = Name is not null && LabelNames.IsPlainMetric(Name) && !GoNumber.TryParse(Name, out _);
        if (plain)
        {
            text.Append(Name);
        }

        var open = false;
        void Separate()
        {
            text.Append(open ? "," : "{");
            open = true;
        }

        if (Name is not null && !plain)
        {
            Separate();
            text.Append(QuotedText.Quote(Name));
        }

        foreach (var matcher in Matchers)
        {
            if (Name is not null && matcher is { Name: LabelNames.MetricName, Kind: MatchKind.Equal } && matcher.Value == Name)
            {
                continue;
            }

            Separate();
            matcher.Print(text);
        }

        if (open)
        {
            text.Append('}');
        }
    }
}
