using System.Globalization;
using Clew.Analysis.Sampling;
using Clew.Server.Configuration;
using Clew.Server.Sampling;
using Clew.Server.Tests.Storage;
using Clew.Server.Tests.Support;
using Clew.Telemetry;
using Clew.Testing;

namespace Clew.Server.Tests.Sampling;

/// <summary>The cases of <c>Cases/policies.txt</c>: policies read from YAML, traces in a store, decisions.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class SamplingCaseTests
{
    [Fact]
    public async Task Every_case_is_decided_as_written()
    {
        await using var store = await TemporaryStore.OpenAsync();
        var cases = CaseText.Read("Sampling/Cases/policies.txt");
        cases.Count.ShouldBeGreaterThan(30);
        var wrong = new List<string>();
        foreach (var (name, sections) in cases)
        {
            // A tenant for every case keeps their traces apart in one store.
            var tenant = new Tenant(name);
            var policies = PolicyFile.Parse(string.Join('\n', sections["policies"]), name, SamplingLimits.Default);
            policies.Problems.ShouldBeEmpty(name);
            await store.Writer.WriteAsync(TraceLines.Read(tenant, sections["traces"]), default);

            var decided = await DecideAsync(store.Sampling, tenant, policies.Policies);

            if (!decided.SequenceEqual(sections["decisions"]))
            {
                wrong.Add($"{name}:\n  {string.Join("\n  ", decided)}");
            }
        }

        wrong.ShouldBeEmpty();
    }

    private static async Task<List<string>> DecideAsync(ISamplingStore store, Tenant tenant, IReadOnlyList<SamplingPolicy> policies)
    {
        var decider = new Decider(policies);
        var hour = new TimeRange(SpanBatchBuilder.Start, SpanBatchBuilder.Start + TimeSpan.FromHours(1));
        var facts = await store.GetTracesAsync(new TraceQuestion(tenant, hour, TimeSpan.FromHours(1), decider.Conditions, OnlyUndecided: false, WithBytes: true), default);
        var lines = new List<(int Trace, string Line)>();
        foreach (var decision in decider.Decide(facts))
        {
            var trace = int.Parse(decision.TraceId.ToString()[4..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            lines.Add((trace, $"{trace} {(decision.Kept ? "keep" : "drop")} {decision.Policy}".TrimEnd()));
        }

        return [.. lines.OrderBy(line => line.Trace).Select(line => line.Line)];
    }
}
