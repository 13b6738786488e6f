using Clew.Telemetry;
using Clew.Testing;

namespace Clew.Server.Tests.Storage;

/// <summary>Eight spans, named a to h in order of time, and conditions with the spans they hold for.</summary>
public static class ConditionCases
{
    private static readonly Field Code = new(FieldSource.Attribute, "code");

    public static TheoryData<string, Predicate, string> All()
    {
        var cases = new TheoryData<string, Predicate, string>();
        void Case(string name, Predicate condition, string expected) => cases.Add(name, condition, expected);
        Predicate Is(Field field, ComparisonOperator op, Literal value) => Predicate.Compare(field, op, value);
        Predicate Intrinsic(string name, ComparisonOperator op, Literal value) => Is(Field.Intrinsic(name), op, value);

        Case("service", Intrinsic(Intrinsics.Service, ComparisonOperator.Equal, Literal.String("pay")), "b c");
        Case("name pattern", Intrinsic(Intrinsics.Name, ComparisonOperator.Matches, Literal.String("[a-c]")), "a b c");
        Case("pattern is anchored", Intrinsic(Intrinsics.Service, ComparisonOperator.Matches, Literal.String("a")), "");
        Case("status by name", Intrinsic(Intrinsics.Status, ComparisonOperator.Equal, Literal.String("error")), "c");
        Case("status by number", Intrinsic(Intrinsics.Status, ComparisonOperator.Equal, Literal.Int(2)), "c");
        Case("kind", Intrinsic(Intrinsics.Kind, ComparisonOperator.Equal, Literal.String("server")), "a");
        Case("duration between", Predicate.AllOf(Intrinsic(Intrinsics.Duration, ComparisonOperator.GreaterOrEqual, Literal.Int(20_000_000)), Intrinsic(Intrinsics.Duration, ComparisonOperator.LessOrEqual, Literal.Int(30_000_000)))!, "b c");
        Case("no parent", Intrinsic(Intrinsics.ParentSpanId, ComparisonOperator.Equal, Literal.String("0")), "a b c d e f g h");
        Case("span id", Intrinsic(Intrinsics.SpanId, ComparisonOperator.Equal, Literal.String("0000000000000003")), "c");
        Case("string attribute is not the number", Is(Code, ComparisonOperator.Equal, Literal.String("500")), "b");
        Case("number attribute is not the string", Is(Code, ComparisonOperator.Equal, Literal.Int(500)), "a c");
        Case("untyped matches all of them", Is(Code, ComparisonOperator.Equal, Literal.AnyType("500")), "a b c");
        Case("greater is numeric", Is(Code, ComparisonOperator.Greater, Literal.Int(60)), "a c d");
        Case("not equal needs the attribute", Is(Code, ComparisonOperator.NotEqual, Literal.Int(500)), "d");
        Case("double", Is(new Field(FieldSource.Attribute, "ratio"), ComparisonOperator.Equal, Literal.Double(0.5)), "e");
        Case("bool", Is(new Field(FieldSource.Attribute, "flag"), ComparisonOperator.Equal, Literal.Bool(true)), "e");
        Case("bool is not its text", Is(new Field(FieldSource.Attribute, "flag"), ComparisonOperator.Equal, Literal.String("true")), "f");
        Case("exists", new ExistsPredicate(new Field(FieldSource.Attribute, "flag")), "e f");
        Case("exists though empty", new ExistsPredicate(new Field(FieldSource.Attribute, "blank")), "f");
        Case("empty text", Is(new Field(FieldSource.Attribute, "blank"), ComparisonOperator.Equal, Literal.String("")), "f");
        Case("missing is not the empty text", Is(new Field(FieldSource.Attribute, "never"), ComparisonOperator.Equal, Literal.AnyType("")), "");
        Case("resource", Is(new Field(FieldSource.Resource, "pod"), ComparisonOperator.Equal, Literal.String("p-1")), "d");
        Case("scope attribute", Is(new Field(FieldSource.Scope, "lib"), ComparisonOperator.Equal, Literal.String("x")), "e");
        Case("scope name", Intrinsic(Intrinsics.ScopeName, ComparisonOperator.Equal, Literal.String("other")), "e");
        Case("event attribute", Is(new Field(FieldSource.Event, "attempt"), ComparisonOperator.GreaterOrEqual, Literal.Int(2)), "g");
        Case("event name", Intrinsic(Intrinsics.EventName, ComparisonOperator.Equal, Literal.String("exception")), "g");
        Case("link attribute", Is(new Field(FieldSource.Link, "why"), ComparisonOperator.Contains, Literal.String("tr")), "h");
        Case("anywhere: span", Is(new Field(FieldSource.Anywhere, "ratio"), ComparisonOperator.Equal, Literal.AnyType("0.5")), "e");
        Case("anywhere: resource, event, link", new AnyPredicate([Is(new Field(FieldSource.Anywhere, "pod"), ComparisonOperator.Equal, Literal.AnyType("p-1")), Is(new Field(FieldSource.Anywhere, "attempt"), ComparisonOperator.Equal, Literal.AnyType("2")), Is(new Field(FieldSource.Anywhere, "why"), ComparisonOperator.Equal, Literal.AnyType("retry"))]), "d g h");
        Case("not", new NotPredicate(Is(Code, ComparisonOperator.Greater, Literal.Int(60))), "b e f g h");
        Case("in", new InPredicate(Field.Intrinsic(Intrinsics.Name), [Literal.String("a"), Literal.String("h"), Literal.String("z")]), "a h");
        Case("in nothing", new InPredicate(Field.Intrinsic(Intrinsics.Name), []), "");
        Case("ignoring case", Is(new Field(FieldSource.Attribute, "text"), ComparisonOperator.ContainsIgnoringCase, Literal.String("ÄPFEL")), "f");
        Case("quotes and wildcards are plain text", Is(new Field(FieldSource.Attribute, "text"), ComparisonOperator.Contains, Literal.String("' OR 1=1 -- \\ %")), "f");
        Case("a key with a quote", Is(new Field(FieldSource.Attribute, "it's"), ComparisonOperator.Equal, Literal.String("here")), "f");
        return cases;
    }

    public static SpanBatch Spans()
    {
        var builder = new SpanBatchBuilder();
        builder.Span(1, 1, name: "a", service: "web", startMs: 0, durationMs: 10, kind: SpanKind.Server, attributes: [("code", 500)]);
        builder.Span(1, 2, name: "b", service: "pay", startMs: 1, durationMs: 20, attributes: [("code", "500")]);
        builder.Span(1, 3, name: "c", service: "pay", startMs: 2, durationMs: 30, status: SpanStatus.Error, attributes: [("code", 500.0)]);
        builder.Span(1, 4, name: "d", startMs: 3, durationMs: 40, attributes: [("code", 404)], resource: builder.Resource("shop", ("pod", "p-1")));
        builder.Span(1, 5, name: "e", startMs: 4, attributes: [("ratio", 0.5), ("flag", true)], scope: builder.Scope("other", "2", ("lib", "x")));
        builder.Span(1, 6, name: "f", startMs: 5, attributes: [("flag", "true"), ("blank", ""), ("text", "äpfel ' OR 1=1 -- \\ %"), ("it's", "here")]);
        builder.Span(1, 7, name: "g", startMs: 6, events: [("start", [("attempt", 1)]), ("exception", [("attempt", 2)])]);
        builder.Span(1, 8, name: "h", startMs: 7, links: [(SpanBatchBuilder.Trace(9), [("why", "retry")])]);
        return builder.Batch;
    }
}
