using System.Globalization;
using Clew.Server.Api.Contracts;
using Clew.Telemetry;

namespace Clew.Server.Sampling;

/// <summary>Something of a span or event that OTTL names, and how it compares.</summary>
internal sealed class OttlPath
{
    private readonly Field _field;
    private readonly Func<Literal, Literal?> _read;
    private readonly string _expected;
    private readonly bool _isOptional;

    private OttlPath(Field field, Func<Literal, Literal?> read, string expected, bool isOptional = false)
    {
        _field = field;
        _read = read;
        _expected = expected;
        _isOptional = isOptional;
    }

    /// <summary>Nanoseconds; a text such as "250ms" is read as a length of time.</summary>
    public static OttlPath Duration { get; } = new(
        Field.Intrinsic(Intrinsics.Duration),
        literal => literal.Type == LiteralType.String ? DurationText.TryParse(literal.Text, out var nanoseconds) ? Literal.Int(nanoseconds) : null : Whole(literal),
        "whole nanoseconds or a length such as \"250ms\"");

    /// <param name="path">With <c>[]</c> in place of a key.</param>
    /// <returns>Null when there is none.</returns>
    public static OttlPath? Find(string path, string key, OttlScope scope) => (scope, path) switch
    {
        (OttlScope.Span, "attributes[]" or "span.attributes[]") => Attribute(FieldSource.Attribute, key),
        (OttlScope.SpanEvent, "attributes[]" or "spanevent.attributes[]") => Attribute(FieldSource.Event, key),
        (OttlScope.SpanEvent, "span.attributes[]") => Attribute(FieldSource.Attribute, key),
        (_, "resource.attributes[]") => Attribute(FieldSource.Resource, key),
        (_, "instrumentation_scope.attributes[]" or "scope.attributes[]") => Attribute(FieldSource.Scope, key),
        (_, "instrumentation_scope.name" or "scope.name") => Of(Intrinsics.ScopeName, Text, "a text"),
        (_, "instrumentation_scope.version" or "scope.version") => Of(Intrinsics.ScopeVersion, Text, "a text"),
        (OttlScope.Span, "name" or "span.name") or (OttlScope.SpanEvent, "span.name") => Of(Intrinsics.Name, Text, "a text"),
        (OttlScope.SpanEvent, "name" or "spanevent.name") => Of(Intrinsics.EventName, Text, "a text"),
        (OttlScope.Span, "kind" or "span.kind") => Of(Intrinsics.Kind, Whole, "a kind such as SPAN_KIND_SERVER"),
        (OttlScope.Span, "kind.string" or "span.kind.string") => Of(Intrinsics.Kind, KindWord, "a kind such as \"Server\""),
        (OttlScope.Span, "status.code" or "span.status.code") => Of(Intrinsics.Status, Whole, "a status such as STATUS_CODE_ERROR"),
        (OttlScope.Span, "status.message" or "span.status.message") => Of(Intrinsics.StatusMessage, Text, "a text"),
        (OttlScope.Span, "duration" or "span.duration") => Duration,
        _ => null,
    };

    public static string Known(OttlScope scope) => scope == OttlScope.Span
        ? "attributes[\"…\"], resource.attributes[\"…\"], scope.attributes[\"…\"], scope.name, scope.version, name, kind, kind.string, status.code, status.message, duration, end_time_unix_nano - start_time_unix_nano"
        : "attributes[\"…\"], name, span.attributes[\"…\"], span.name, resource.attributes[\"…\"], scope.name";

    /// <param name="value">Null for <c>nil</c>.</param>
    /// <exception cref="FormatException">The value is of a kind that the path never has.</exception>
    public Predicate Compare(ComparisonOperator op, Literal? value)
    {
        if (value is not { } literal)
        {
            return (_isOptional, op) switch
            {
                (true, ComparisonOperator.Equal) => new NotPredicate(new ExistsPredicate(_field)),
                (true, ComparisonOperator.NotEqual) => new ExistsPredicate(_field),
                _ => throw new FormatException($"{_field} is always there; only attributes compare with nil, by == or !="),
            };
        }

        if (_read(literal) is not { } read)
        {
            throw new FormatException($"'{literal.Text}' where {_expected} was expected");
        }

        // What is not there is different from everything.
        return op == ComparisonOperator.NotEqual
            ? new NotPredicate(Predicate.Equal(_field, read))
            : Predicate.Compare(_field, op, read);
    }

    public Predicate Finds(string pattern) => _isOptional || _field.Name is Intrinsics.Name or Intrinsics.StatusMessage or Intrinsics.EventName or Intrinsics.ScopeName or Intrinsics.ScopeVersion
        ? OttlCondition.Finds(_field, pattern)
        : throw new FormatException($"{_field} is not a text that could match");

    private static OttlPath Attribute(FieldSource source, string key) => new(new Field(source, key), literal => literal, "a value", isOptional: true);

    private static OttlPath Of(string intrinsic, Func<Literal, Literal?> read, string expected) => new(Field.Intrinsic(intrinsic), read, expected);

    private static Literal? Text(Literal literal) => literal.Type == LiteralType.String ? literal : null;

    private static Literal? Whole(Literal literal) =>
        literal.Type == LiteralType.Number && long.TryParse(literal.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? literal : null;

    private static Literal? KindWord(Literal literal) => literal.Type == LiteralType.String && Enum.TryParse<SpanKind>(literal.Text, ignoreCase: true, out var kind) && Enum.IsDefined(kind)
        ? Literal.Int((byte)kind)
        : null;
}
