using System.Globalization;
using System.Text.Json;
using Clew.Query.Language;
using Clew.Server.Api;
using Clew.Server.Api.Contracts;
using Clew.Telemetry;

namespace Clew.Server.Jaeger.V3;

/// <summary>
/// The filter of a search in version 3 (<c>query.filter</c>): a tree of calls over attributes and fields of spans, as JSON of <c>jaeger.expression.v1.Call</c>. What it means is Jaeger's RFC 0005,
/// "Structured query filters for trace search"; what cannot be answered faithfully is refused, as it asks for.
/// </summary>
internal sealed class V3Filter
{
    private readonly int _mostCalls;
    private int _calls;

    private V3Filter(int mostCalls) => _mostCalls = mostCalls;

    /// <exception cref="PeerRefusal">It is no filter, or asks for what cannot be answered.</exception>
    public static Predicate Read(string json, int mostCalls)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return new V3Filter(mostCalls).Call(document.RootElement);
        }
        catch (JsonException error)
        {
            throw Malformed($"it is no JSON: {error.Message}");
        }
    }

    private static PeerRefusal Malformed(string why) => PeerRefusal.BadRequest($"malformed parameter query.filter: {why}");

    private Predicate Call(JsonElement call)
    {
        if (++_calls > _mostCalls)
        {
            throw Malformed($"at most {_mostCalls} calls (limit query.conditions)");
        }

        var op = Text(call, "op") ?? throw Malformed("a call needs 'op'");
        if (!call.TryGetProperty("args", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            throw Malformed($"the call of '{op}' needs 'args'");
        }

        JsonElement[] args = [.. list.EnumerateArray()];
        var least = op is "and" or "or" or "eq" or "ne" or "gt" or "lt" or "gte" or "lte" or "regex" or "in" or "not_in" or "some" ? 2 : 1;
        if (args.Length < least || (args.Length > least && op is not ("and" or "or")))
        {
            throw Malformed($"'{op}' takes {(op is "and" or "or" ? "two or more operands" : least == 2 ? "two operands" : "one operand")}, not {args.Length}");
        }

        return op switch
        {
            "and" => new AllPredicate([.. args.Select(Inner)]),
            "or" => new AnyPredicate([.. args.Select(Inner)]),
            "not" => new NotPredicate(Inner(args[0])),
            "exists" => Exists(References(args[0])),
            "in" => IsIn(References(args[0]), args[1]),
            "not_in" => new AllPredicate([Exists(References(args[0])), new NotPredicate(IsIn(References(args[0]), args[1]))]),
            "some" => Some(args[0], args[1]),
            "eq" or "ne" or "gt" or "lt" or "gte" or "lte" or "regex" => Compare(op, args[0], args[1]),
            _ => throw Malformed($"the operator '{op}' is not supported"),
        };
    }

    private Predicate Inner(JsonElement expression) =>
        expression.ValueKind == JsonValueKind.Object && expression.TryGetProperty("call", out var call) ? Call(call) : throw Malformed("and, or, not and some take calls");

    /// <summary>One of a span's events or links: a condition on a single thing of it holds for one when it holds for any. Several on the same one cannot be asked of the store.</summary>
    private Predicate Some(JsonElement collection, JsonElement condition)
    {
        var level = collection.ValueKind == JsonValueKind.Object && collection.TryGetProperty("nested", out var nested) ? Text(nested, "level") : null;
        var source = level switch { "event" => FieldSource.Event, "link" => FieldSource.Link, _ => throw Malformed("some is about the level event or link") };
        var inner = Inner(condition);
        return IsOfOne(inner) ? inner : throw Malformed("some with several conditions on one event or link, or with a negation, is not supported");

        bool IsOfOne(Predicate predicate) => predicate switch
        {
            AnyPredicate any => any.Terms.All(IsOfOne),
            ComparisonPredicate comparison => IsOfLevel(comparison.Field),
            ExistsPredicate exists => IsOfLevel(exists.Field),
            _ => false,
        };

        bool IsOfLevel(Field field) => field.Source == source || (source == FieldSource.Event && field == Field.Intrinsic(Intrinsics.EventName));
    }

    private static Predicate Compare(string op, JsonElement left, JsonElement right)
    {
        if (left.ValueKind == JsonValueKind.Object && left.TryGetProperty("scalar", out _) && op != "regex")
        {
            (left, right) = (right, left);
            op = op switch { "gt" => "lt", "lt" => "gt", "gte" => "lte", "lte" => "gte", _ => op };
        }

        if (right.ValueKind != JsonValueKind.Object || !right.TryGetProperty("scalar", out var scalar))
        {
            throw Malformed($"'{op}' compares an attribute or a field with a scalar; two of them, or two scalars, are not supported");
        }

        var value = Text(scalar, "value") ?? throw Malformed("a scalar needs 'value'");
        var references = References(left);
        return op switch
        {
            "eq" => Any(references, field => Equal(field, value, TypeOf(scalar))),
            "ne" => new AllPredicate([Exists(references), new NotPredicate(Any(references, field => Equal(field, value, TypeOf(scalar))))]),
            "regex" => Any(references, field => Matches(field, value, TypeOf(scalar))),
            _ => Any(references, field => Ordered(field, op, value, TypeOf(scalar))),
        };
    }

    private static AnyPredicate IsIn(IReadOnlyList<Field> references, JsonElement expression)
    {
        if (expression.ValueKind != JsonValueKind.Object || !expression.TryGetProperty("list", out var list) || !list.TryGetProperty("values", out var values)
            || values.ValueKind != JsonValueKind.Array || values.GetArrayLength() is 0 or > 1_000 || values.EnumerateArray().Any(value => value.ValueKind != JsonValueKind.String))
        {
            throw Malformed("in and not_in take a list of one to 1000 texts");
        }

        return new AnyPredicate([.. values.EnumerateArray().SelectMany(value => references.Select(field => Equal(field, value.GetString()!, TypeOf(list))))]);
    }

    private static Predicate Any(IReadOnlyList<Field> references, Func<Field, Predicate> condition) => references.Count == 1 ? condition(references[0]) : new AnyPredicate([.. references.Select(condition)]);

    /// <summary>The fixed parts of a span are always there; those of its events are where they are not empty.</summary>
    private static Predicate Exists(IReadOnlyList<Field> references) => Any(references, field =>
        field.Source != FieldSource.Intrinsic ? new ExistsPredicate(field)
        : field.Name == Intrinsics.EventName ? Predicate.Compare(field, ComparisonOperator.NotEqual, Literal.String(string.Empty))
        : new AllPredicate([]));

    private static Predicate Equal(Field field, string value, string type) => Predicate.Equal(field, Constant(field, value, type));

    private static Predicate Ordered(Field field, string op, string value, string type)
    {
        if (type == "bool" || (field.Source == FieldSource.Intrinsic && field.Name is not (Intrinsics.Duration or Intrinsics.Time)))
        {
            throw Malformed($"'{op}' cannot be asked of {field}: of the fields of a span, duration and startTime have an order here");
        }

        // What declares no type is a number when it reads as one: ordered comparisons are of numbers or of texts.
        var literal = Constant(field, value, type.Length == 0 && field.Source != FieldSource.Intrinsic ? GoNumber.TryParse(value, out _) ? "double" : "string" : type);
        return Predicate.Compare(field, op switch
        {
            "gt" => ComparisonOperator.Greater,
            "gte" => ComparisonOperator.GreaterOrEqual,
            "lt" => ComparisonOperator.Less,
            _ => ComparisonOperator.LessOrEqual,
        }, literal);
    }

    /// <summary>RE2, found anywhere.</summary>
    private static Predicate Matches(Field field, string pattern, string type)
    {
        if (type is not ("" or "string"))
        {
            throw Malformed("a regular expression is a string");
        }

        if (!Re2Pattern.TryParse(pattern, whole: false, out _, out var problem))
        {
            throw Malformed($"'{pattern}' is no regular expression: {problem}");
        }

        return field.Source != FieldSource.Intrinsic || field.Name is Intrinsics.Name or Intrinsics.StatusMessage or Intrinsics.Service or Intrinsics.ScopeName or Intrinsics.ScopeVersion or Intrinsics.EventName
            ? Predicate.Compare(field, ComparisonOperator.ContainsMatch, field.Source == FieldSource.Intrinsic ? Literal.String(pattern) : Literal.AnyType(pattern))
            : throw Malformed($"{field} is not a text that a regular expression could match");
    }

    /// <summary>A constant as the field it is compared with is written; without a type an attribute has to read like it.</summary>
    private static Literal Constant(Field field, string value, string type)
    {
        if (field.Source == FieldSource.Intrinsic)
        {
            return field.Name switch
            {
                Intrinsics.Duration => DurationText.TryParse(value, out var nanoseconds) ? Literal.Int(nanoseconds) : throw Malformed($"'{value}' is not a duration"),
                Intrinsics.Time => TimestampText.TryParse(value, out var time) ? Literal.Int(time.UnixNanoseconds) : throw Malformed($"'{value}' is not an RFC 3339 time"),
                Intrinsics.Kind => SpanWords.ParseKind(value) is { } kind ? Literal.Int((int)kind) : throw Malformed($"'{value}' is not a span kind"),
                Intrinsics.Status => SpanWords.ParseStatus(value) is { } status ? Literal.Int((int)status) : throw Malformed($"'{value}' is not a status"),
                _ => Literal.String(value),
            };
        }

        return type switch
        {
            "" => Literal.AnyType(value),
            "string" => Literal.String(value),
            "int" => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? Literal.Int(whole) : throw Malformed($"'{value}' is not an int"),
            "double" => GoNumber.TryParse(value, out var number) && double.IsFinite(number) ? Literal.Double(number) : throw Malformed($"'{value}' is not a double"),
            "bool" => value is "true" or "false" ? Literal.Bool(value == "true") : throw Malformed($"'{value}' is not a bool"),
            _ => throw Malformed($"'{type}' is not a type: string, int, double and bool are"),
        };
    }

    /// <summary>Where the value is; in two places for an attribute without a level.</summary>
    private static IReadOnlyList<Field> References(JsonElement expression)
    {
        if (expression.ValueKind == JsonValueKind.Object && expression.TryGetProperty("attr", out var attribute))
        {
            var key = Text(attribute, "key") is { Length: > 0 } some ? some : throw Malformed("an attribute needs 'key'");
            return (Text(attribute, "level") ?? string.Empty) switch
            {
                "" => [new Field(FieldSource.Attribute, key), new Field(FieldSource.Resource, key)],
                "span" => [new Field(FieldSource.Attribute, key)],
                "resource" => [new Field(FieldSource.Resource, key)],
                "scope" => [new Field(FieldSource.Scope, key)],
                "event" => [new Field(FieldSource.Event, key)],
                "link" => [new Field(FieldSource.Link, key)],
                var level => throw Malformed($"'{level}' is not a level: span, resource, scope, event and link are"),
            };
        }

        if (expression.ValueKind != JsonValueKind.Object || !expression.TryGetProperty("field", out var field))
        {
            throw Malformed("an attribute ('attr') or a field ('field') is expected");
        }

        return [Field.Intrinsic((Text(field, "level"), Text(field, "name")) switch
        {
            ("span", "traceID") => Intrinsics.TraceId,
            ("span", "spanID") => Intrinsics.SpanId,
            ("span", "parentSpanID") => Intrinsics.ParentSpanId,
            ("span", "name") => Intrinsics.Name,
            ("span", "kind") => Intrinsics.Kind,
            ("span", "startTime") => Intrinsics.Time,
            ("span", "status") => Intrinsics.Status,
            ("span", "statusMessage") => Intrinsics.StatusMessage,
            ("span", "duration") => Intrinsics.Duration,
            ("resource", "service") => Intrinsics.Service,
            ("scope", "name") => Intrinsics.ScopeName,
            ("scope", "version") => Intrinsics.ScopeVersion,
            ("event", "name") => Intrinsics.EventName,
            var (level, name) => throw Malformed($"the field '{name}' of the level '{level}' is not supported"),
        })];
    }

    private static string TypeOf(JsonElement constant) => Text(constant, "type") ?? string.Empty;

    private static string? Text(JsonElement holder, string member) =>
        holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
