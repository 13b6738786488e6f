using Clew.Server.Configuration;
using Clew.Server.Sampling;
using Clew.Telemetry;

namespace Clew.Tests.Server.Sampling;

/// <summary>Policy files: what is understood, and what is said about what is not.</summary>
public sealed class PolicyFileTests
{
    public static TheoryData<string, string, string> Wrong()
    {
        using var stream = typeof(PolicyFileTests).Assembly.GetManifestResourceStream("Server/Sampling/Cases/policy-files.txt")!;
        using var reader = new StreamReader(stream);
        var data = new TheoryData<string, string, string>();
        foreach (var part in reader.ReadToEnd().Split("\n=== ").Skip(1))
        {
            var name = part[..part.IndexOf('\n', StringComparison.Ordinal)];
            var sections = part[(name.Length + 1)..].Split("--- problems\n");
            data.Add(name, sections[0]["--- file\n".Length..], sections[1].Trim('\n'));
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Everything_wrong_is_told_at_once_with_its_place(string name, string file, string problems)
    {
        var read = PolicyFile.Parse(file, "f", SamplingLimits.Default);

        read.Policies.ShouldBeEmpty(name);
        var told = string.Join('\n', read.Problems);
        if (problems.EndsWith("not YAML", StringComparison.Ordinal))
        {
            // The words after it are the YAML library's.
            told.ShouldContain(": not YAML: ");
        }
        else
        {
            told.ShouldBe(problems);
        }
    }

    [Theory]
    [InlineData("- {name: a, type: always_sample}")]
    [InlineData("policies:\n  - {name: a, type: always_sample}")]
    [InlineData("policies:\n  - {name: a, type: always_sample, always_sample: {}}")]
    [InlineData("tail_sampling:\n  policies:\n    - {name: a, type: always_sample}")]
    [InlineData("processors:\n  batch: {}\n  tail_sampling:\n    policies:\n      - {name: a, type: always_sample}\nreceivers: {otlp: {}}")]
    public void Policies_are_found_wherever_people_copy_them_from(string file)
    {
        var read = PolicyFile.Parse(file, "f", SamplingLimits.Default);

        read.Problems.ShouldBeEmpty();
        read.Policies.ShouldHaveSingleItem().ShouldBe(new AlwaysSamplePolicy("a"));
    }

    [Fact]
    public void Settings_of_the_collectors_buffer_are_read_over_and_told()
    {
        var read = PolicyFile.Parse("decision_wait: 10s\nnum_traces: 100\npolicies: [{name: a, type: always_sample}]", "f", SamplingLimits.Default);

        read.Problems.ShouldBeEmpty();
        read.Notes.Count.ShouldBe(2);
        read.Notes[0].ShouldStartWith("decision_wait ");
    }

    [Fact]
    public void Shares_of_a_composite_are_spans_per_second()
    {
        var read = PolicyFile.Parse(
            """
            - name: c
              type: composite
              composite:
                max_total_spans_per_second: 1000
                policy_order: [b, a]
                composite_sub_policy: [{name: a, type: always_sample}, {name: b, type: always_sample}]
                rate_allocation: [{policy: a, percent: 25}]
            """,
            "f",
            SamplingLimits.Default);

        var composite = read.Policies.ShouldHaveSingleItem().ShouldBeOfType<CompositePolicy>();
        composite.Order.Select(part => (part.Policy.Name, part.SpansPerSecond)).ShouldBe([("b", 500L), ("a", 250L)]);
    }

    [Fact]
    public void A_bucket_without_a_burst_holds_two_seconds() =>
        PolicyFile.Parse("- {name: b, type: bytes_limiting, bytes_limiting: {bytes_per_second: 100}}", "f", SamplingLimits.Default)
            .Policies.ShouldHaveSingleItem().ShouldBe(new BytesLimitingPolicy("b", 100, 200));

    [Fact]
    public void A_file_too_long_too_deep_or_with_too_many_policies_is_refused()
    {
        var limits = SamplingLimits.Default with { Policies = 3, Depth = 2, Comparisons = 4, FileLength = 400 };
        static string Told(PolicyFileResult read) => string.Join('\n', read.Problems);

        Told(PolicyFile.Parse(new string(' ', 401), "f", limits)).ShouldBe("f: is longer than 400 characters");
        Told(PolicyFile.Parse("[" + string.Join(',', Enumerable.Range(0, 4).Select(i => $"{{name: p{i}, type: always_sample}}")) + "]", "f", limits)).ShouldContain("at most 3 policies, 2 within each other");
        const string Deep = "[{name: a, type: not, not: {not_sub_policy: {name: b, type: not, not: {not_sub_policy: {name: c, type: always_sample}}}}}]";
        Told(PolicyFile.Parse(Deep, "f", limits)).ShouldContain("at most 3 policies, 2 within each other");
        Told(PolicyFile.Parse("[{name: s, type: string_attribute, string_attribute: {key: k, values: [a, b, c]}}]", "f", limits)).ShouldContain("at most 4 comparisons in all policies together");
        Told(PolicyFile.Parse($"[{{name: s, type: string_attribute, string_attribute: {{key: {new string('k', 300)}, values: [a]}}}}]", "f", limits with { FileLength = 4000 }))
            .ShouldContain("keys and values have at most 256 characters");
    }
}
