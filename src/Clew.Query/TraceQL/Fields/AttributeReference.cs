using System.Text;
using Clew.Query.Language;
using Clew.Telemetry;

namespace Clew.Query.TraceQL;

/// <summary>
/// An attribute: <c>span.http.route</c>, <c>resource."a key"</c>, <c>.level</c>, and <c>parent.span.key</c> of the parent span. An attribute that
/// OpenTelemetry renamed is found under either name, as everywhere in Clew.
/// </summary>
public sealed class AttributeReference(AttributeScope scope, string name, bool ofParent, SourceSpan span) : FieldExpression(span)
{
    private readonly IReadOnlyList<string> _names = RenamedAttributes.Names(name);

    public AttributeScope Scope { get; } = scope;

    public string Name { get; } = name;

    /// <summary>Of the parent span instead of the span itself; nothing where the parent is not there.</summary>
    public bool OfParent { get; } = ofParent;

    public override IEnumerable<TraceQlNode> Children => [];

    public override TraceValueType? Type => null;

    public override TraceValue Evaluate(TraceSpan span)
    {
        if (!OfParent)
        {
            return span.Attribute(Scope, _names);
        }

        return span.Parent is { } parent ? parent.Attribute(Scope, _names) : TraceValue.Nil;
    }

    public override void Print(StringBuilder text)
    {
        text.Append(OfParent ? "parent" : string.Empty).Append(OfParent || Scope == AttributeScope.Any ? "." : string.Empty);
        if (Scope != AttributeScope.Any)
        {
            text.Append(ScopeWord(Scope)).Append('.');
        }

        // After "parent." the name of an intrinsic would be read as one.
        var isIntrinsic = OfParent && Scope == AttributeScope.Any && Intrinsic.Find(Name) is not null;
        text.Append(IsPlain(Name) && !isIntrinsic ? Name : Quote(Name));
    }

    /// <summary>The word before the point.</summary>
    public static string ScopeWord(AttributeScope scope) => scope.ToString().ToLowerInvariant();

    /// <summary>Whether a name needs no quotes, wherever it stands.</summary>
    internal static bool IsPlain(string name) =>
        name.Length > 0 && !name.StartsWith('.') && !name.EndsWith('.') && !char.IsAsciiDigit(name[0])
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-')
        && ScopeAhead(name) is false;

    /// <summary>Only a quote and a backslash have an escape in a name.</summary>
    internal static string Quote(string name) =>
        "\"" + name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";

    /// <summary>Whether the name begins like a scope, which after <c>parent.</c> would be read as one.</summary>
    private static bool ScopeAhead(string name) =>
        name.IndexOf('.', StringComparison.Ordinal) is var point and > 0 && Enum.GetNames<AttributeScope>().Any(scope => name.AsSpan(0, point).Equals(scope, StringComparison.OrdinalIgnoreCase));
}
