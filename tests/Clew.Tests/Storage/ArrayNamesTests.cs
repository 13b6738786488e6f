using Clew.Storage.Writing;
using Clew.Telemetry;
using Clew.Testing;

namespace Clew.Tests.Storage;

/// <summary>Which attributes a comparison has to look into arrays of.</summary>
public sealed class ArrayNamesTests
{
    private static readonly ComparisonPredicate Compared = new(new Field(FieldSource.Attribute, "http.status_code"), ComparisonOperator.Equal, Clew.Telemetry.Literal.Int(5)) { InArrays = true };

    [Fact]
    public void Names_with_arrays_are_found_wherever_they_are_and_each_once()
    {
        var builder = new SpanBatchBuilder();
        builder.Span(
            1, 1, 0, "s", "n", 0, 1, SpanKind.Internal, SpanStatus.Unset, "",
            [("a", "json:[1]"), ("text", "[1]"), ("map", "json:{\"x\":[1]}")],
            [("e", [("b", "json:[]"), ("a", "json:[2]")])],
            [(SpanBatchBuilder.Trace(2), [("c", "json:[true]")])],
            builder.Resource("s", ("d", "json:[\"x\"]")),
            builder.Scope("lib", "1", ("e", "json:[null]")));
        var names = new ArrayNames(most: 100);

        names.NewOf(builder.Batch).Order(StringComparer.Ordinal).ShouldBe(["a", "b", "c", "d", "e"]);
        names.Add(builder.Batch.Tenant, ["a", "b", "c", "d"]);
        names.NewOf(builder.Batch).ShouldBe(["e"]);
    }

    [Fact]
    public void A_name_counts_for_its_tenant_under_whatever_name_opentelemetry_gave_it()
    {
        var names = new ArrayNames(most: 100);
        names.Add(new Tenant("a"), ["http.response.status_code"]);

        names.Narrowed(new Tenant("a"), Compared).ShouldBe(Compared);
        names.Narrowed(new Tenant("b"), Compared).ShouldBe(Compared with { InArrays = false });
        names.Narrowed(new Tenant("b"), new NotPredicate(new AnyPredicate([new AllPredicate([Compared])])))
            .ShouldBeOfType<NotPredicate>().Term.ShouldBeOfType<AnyPredicate>().Terms[0].ShouldBeOfType<AllPredicate>().Terms[0].ShouldBe(Compared with { InArrays = false });
        names.Narrowed(new Tenant("a"), null).ShouldBeNull();
    }

    [Fact]
    public void With_too_many_names_any_attribute_may_have_arrays()
    {
        var names = new ArrayNames(most: 2);
        names.Add(Tenant.Default, ["x", "y"]);

        names.Narrowed(new Tenant("b"), Compared).ShouldBe(Compared);
    }
}
