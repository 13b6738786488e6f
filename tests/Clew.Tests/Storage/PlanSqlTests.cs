using Clew.Storage.Reading;
using Clew.Telemetry;

namespace Clew.Tests.Storage;

/// <summary>
/// The SQL of read plans, photographed. <c>CLEW_ACCEPT=1</c> takes the photographs anew; the diff is for a reviewer.
/// </summary>
public sealed class PlanSqlTests
{
    private static readonly TimeRange Hour = new(Timestamp.FromUnixSeconds(1_772_359_200), Timestamp.FromUnixSeconds(1_772_362_800));

    public static TheoryData<string, ReadPlan> Plans() => new()
    {
        {
            "red-by-service",
            new ReadPlan(Tenant.Default, Dataset.Spans, Hour)
            {
                GroupBy = [Field.Intrinsic(Intrinsics.Service), Field.Intrinsic(Intrinsics.Name)],
                Step = TimeSpan.FromSeconds(10),
                Where = Predicate.Equal(Field.Intrinsic(Intrinsics.Kind), Literal.String("server")),
                Aggregates =
                [
                    Aggregate.Count("calls"),
                    new Aggregate(AggregateFunction.CountIf, "errors", If: Predicate.Equal(Field.Intrinsic(Intrinsics.Status), Literal.String("error"))),
                    new Aggregate(AggregateFunction.Quantile, "p99", Field.Intrinsic(Intrinsics.Duration), 0.99),
                ],
                OneTraceIn = 8,
            }
        },
        {
            "logs-by-severity",
            new ReadPlan(new Tenant("o'neil"), Dataset.Logs, Hour)
            {
                GroupBy = [Field.Intrinsic(Intrinsics.Severity), Field.Intrinsic(Intrinsics.ResourceFingerprint)],
                Where = Predicate.Compare(Field.Intrinsic(Intrinsics.Body), ComparisonOperator.ContainsIgnoringCase, Literal.String("timed out")),
                Aggregates = [Aggregate.Count()],
                Limit = 100,
            }
        },
        {
            "lines-by-stream-and-stretch",
            new ReadPlan(Tenant.Default, Dataset.Logs, Hour)
            {
                GroupBy = [Field.Intrinsic(Intrinsics.ResourceFingerprint)],
                Step = TimeSpan.FromSeconds(30),
                Origin = new Timestamp(Hour.Start.UnixNanoseconds + 1),
                Where = Predicate.AllOf(
                    new InPredicate(Field.Intrinsic(Intrinsics.ResourceFingerprint), [Literal.String("0102030405060708"), Literal.String("00000000000000ff")]),
                    Predicate.Compare(Field.Intrinsic(Intrinsics.Body), ComparisonOperator.Contains, Literal.String("it's \\ late")),
                    new NotPredicate(Predicate.Compare(Field.Intrinsic(Intrinsics.Body), ComparisonOperator.ContainsMatch, Literal.String("(?i)de[b]ug'")))),
                Aggregates = [Aggregate.Count("entries"), new Aggregate(AggregateFunction.Sum, "bytes", Field.Intrinsic(Intrinsics.BodyLength))],
            }
        },
        {
            "metric-average",
            new ReadPlan(Tenant.Default, Dataset.NumberPoints, Hour)
            {
                GroupBy = [new Field(FieldSource.Attribute, "cpu.mode")],
                Where = Predicate.AllOf(
                    Predicate.Equal(Field.Intrinsic(Intrinsics.Name), Literal.String("system.cpu.time")),
                    Predicate.Equal(new Field(FieldSource.Resource, "host.name"), Literal.String("a"))),
                Aggregates = [new Aggregate(AggregateFunction.Average, "mean", Field.Intrinsic(Intrinsics.Value))],
            }
        },
        {
            "any-place-of-an-attribute",
            new ReadPlan(Tenant.Default, Dataset.Spans, Hour)
            {
                Where = new AnyPredicate(
                [
                    Predicate.Equal(new Field(FieldSource.Anywhere, "user.id"), Literal.AnyType("u-1")),
                    Predicate.Compare(new Field(FieldSource.Attribute, "http.response.status_code"), ComparisonOperator.GreaterOrEqual, Literal.Int(500)),
                    new NotPredicate(new ExistsPredicate(new Field(FieldSource.Event, "exception.type"))),
                ]),
                Aggregates = [Aggregate.Count()],
            }
        },
    };

    [Theory]
    [MemberData(nameof(Plans))]
    public void Plans_become_the_reviewed_sql(string name, ReadPlan plan) => SqlSnapshot.Compare(name, PlanReading.Sql(plan));

    [Theory]
    [InlineData(Dataset.Logs, Intrinsics.Duration, "Logs have no field 'duration'.")]
    [InlineData(Dataset.NumberPoints, Intrinsics.Body, "NumberPoints have no field 'body'.")]
    public void What_a_dataset_does_not_have_is_said(Dataset dataset, string field, string message)
    {
        var plan = new ReadPlan(Tenant.Default, dataset, Hour) { GroupBy = [Field.Intrinsic(field)] };

        Should.Throw<InvalidQuestionException>(() => PlanReading.Sql(plan)).Message.ShouldBe(message);
    }

    [Theory]
    [InlineData(Intrinsics.TraceId, "xyz", "'xyz' is not a trace id.")]
    [InlineData(Intrinsics.Duration, "fast", "'fast' is not a whole number, as 'duration' needs.")]
    [InlineData(Intrinsics.Status, "broken", "'broken' is not a whole number, as 'status' needs.")]
    public void A_value_that_does_not_fit_its_field_is_said(string field, string value, string message)
    {
        var plan = new ReadPlan(Tenant.Default, Dataset.Spans, Hour) { Where = Predicate.Equal(Field.Intrinsic(field), Literal.String(value)) };

        Should.Throw<InvalidQuestionException>(() => PlanReading.Sql(plan)).Message.ShouldBe(message);
    }
}
