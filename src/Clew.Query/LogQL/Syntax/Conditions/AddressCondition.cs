using System.Text;
using Clew.Query.Language;
using Clew.Query.LogQL.Matching;
using Clew.Query.LogQL.Pipeline;

namespace Clew.Query.LogQL.Syntax;

/// <summary><c>remote = ip("10.0.0.0/8")</c>: the label holds an address of a network or range.</summary>
public sealed class AddressCondition(SourceSpan span, string label, bool isNegative, string address) : LabelCondition(span)
{
    private readonly LogQlIpMatcher _matcher = LogQlIpMatcher.TryParse(address, out var matcher, out var problem) ? matcher : throw new ArgumentException(problem, nameof(address));

    public string Label { get; } = label;

    public bool IsNegative { get; } = isNegative;

    /// <summary>An address, <c>from-to</c>, or a network with its length.</summary>
    public string Address { get; } = address;

    public override void Print(StringBuilder text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Append(Label).Append(IsNegative ? " != ip(" : " = ip(").Append(QuotedText.Quote(Address)).Append(')');
    }

    internal override bool Holds(WorkingLine line)
    {
        if (line.HasError)
        {
            return true;
        }

        var place = line.Find(Label);
        return place >= 0 && _matcher.IsMatch(line.ValueAt(place)) != IsNegative;
    }
}
