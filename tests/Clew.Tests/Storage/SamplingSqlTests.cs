using Clew.Server.Configuration;
using Clew.Server.Sampling;
using Clew.Storage.Sampling;
using Clew.Telemetry;
using Clew.Tests.Architecture;

namespace Clew.Tests.Storage;

/// <summary>The SQL of sampling, photographed. <c>CLEW_ACCEPT=1</c> takes the photographs anew; the diff is for a reviewer.</summary>
public sealed class SamplingSqlTests
{
    private static readonly TimeRange Hour = new(Timestamp.FromUnixSeconds(1_772_359_200), Timestamp.FromUnixSeconds(1_772_362_800));
    private static readonly TimeSpan Reach = TimeSpan.FromHours(1);

    [Theory]
    [InlineData("sampling-simple", "[{name: e, type: status_code, status_code: {status_codes: [ERROR]}}]", true)]
    [InlineData("sampling-attributes", "[{name: n, type: numeric_attribute, numeric_attribute: {key: http.status_code, min_value: 500}}, {name: s, type: string_attribute, string_attribute: {key: tier, values: [\"o'neil\", gold]}}, {name: r, type: string_attribute, string_attribute: {key: path, values: ['^/h'], enabled_regex_matching: true}}, {name: b, type: boolean_attribute, boolean_attribute: {key: debug, value: true}}]", false)]
    [InlineData("sampling-conditions", "[{name: t, type: trace_state, trace_state: {key: v, values: [a, b]}}, {name: f, type: trace_flags}, {name: o, type: ottl_condition, ottl_condition: {span: ['attributes[\"x\"] != \"y\" and duration > \"1s\"', 'IsRootSpan()'], spanevent: ['name == \"exception\"']}}]", false)]
    public void Policies_become_the_reviewed_sql(string name, string policies, bool undecided)
    {
        var read = PolicyFile.Parse(policies, "f", SamplingLimits.Default);
        read.Problems.ShouldBeEmpty();
        var decider = new Clew.Analysis.Sampling.Decider(read.Policies);

        Check(name, SamplingSql.Traces(new TraceQuestion(new Tenant("o'neil"), Hour, Reach, decider.Conditions, undecided, WithBytes: !undecided)));
    }

    [Fact]
    public void Deleting_keeps_errors_and_stays_within_the_hour()
    {
        Check("sampling-delete", "DELETE " + SamplingSql.OfDropped("spans", Tenant.Default, Hour, Reach));
        Check("sampling-late-errors", SamplingSql.KeepLateErrors(Tenant.Default, Hour, Reach, "errors"));
        Check("sampling-complete", SamplingSql.Complete(Tenant.Default, Hour, Reach));
    }

    private static void Check(string name, string sql)
    {
        var text = sql.Replace(", max(", ",\n  max(", StringComparison.Ordinal).Replace(" AND ", "\n  AND ", StringComparison.Ordinal);
        foreach (var word in new[] { "FROM", "PREWHERE", "WHERE", "GROUP BY", "HAVING", "ORDER BY" })
        {
            text = text.Replace($" {word} ", $"\n{word} ", StringComparison.Ordinal);
        }

        var file = Repository.PathOf($"tests/Clew.Tests/Storage/Snapshots/{name}.sql");
        if (Environment.GetEnvironmentVariable("CLEW_ACCEPT") == "1")
        {
            File.WriteAllText(file, text + "\n");
        }

        File.Exists(file).ShouldBeTrue($"{file} is missing: take it with CLEW_ACCEPT=1 and review it");
        (text + "\n").ShouldBe(File.ReadAllText(file));
    }
}
