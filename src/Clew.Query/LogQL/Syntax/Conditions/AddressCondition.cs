using System.Text;
using Clew.Query.Language;

namespace Clew.Query.LogQL.Syntax;

/// <summary><c>remote = ip("10.0.0.0/8")</c>: the label holds an address of a network or range.</summary>
public sealed class AddressCondition(SourceSpan span, string label, bool isNegative, string address) : LabelCondition(span)
{
    public string Label { get; } = label;

    public bool IsNegative { get; } = isNegative;

    /// <summary>An address, <c>from-to</c>, or a network with its length.</summary>
    public string Address { get; } = address;

    public override void Print(StringBuilder text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Append(Label).Append(IsNegative ? " != ip(" : " = ip(").Append(QuotedText.Quote(Address)).Append(')');
    }
}
