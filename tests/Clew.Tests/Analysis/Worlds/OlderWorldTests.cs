using System.Reflection;
using System.Text.Json;
using Clew.Analysis;
using Clew.Analysis.Worlds;

namespace Clew.Tests.Analysis.Worlds;

/// <summary>Worlds written before a member was there, as capsules and recordings hold them: they are read, and investigated without what they lack.</summary>
public sealed class OlderWorldTests
{
    // What the first version of the schema could not do without, and nothing that came later.
    private const string Oldest =
        """
        {"schemaVersion": 1, "windowOrigin": "As given.", "baselineReason": "As given.",
         "window": {"start": 1795288500000000000, "end": 1795288520000000000, "spans": 2, "traces": 1},
         "baseline": [{"start": 1795288480000000000, "end": 1795288500000000000, "spans": 2, "traces": 1}],
         "services": ["gateway", "orders"],
         "instances": [{"service": 0, "name": "a", "node": "", "version": ""}, {"service": 1, "name": "b", "node": "", "version": ""}],
         "operations": [{"service": 0, "name": "POST /", "kind": "Server"}, {"service": 1, "name": "POST /orders", "kind": "Server"}],
         "templates": [{"text": "failed for <*>", "severity": 17}],
         "traces": [
          {"traceId": "00000000000000000000000000000001", "stretch": 0, "start": 1795288490000000000, "logs": [], "spans": [
            {"spanId": "0000000000000001", "parent": -1, "operation": 0, "instance": 0, "offset": 0, "duration": 30000000, "isError": false},
            {"spanId": "0000000000000002", "parent": 0, "operation": 1, "instance": 1, "offset": 1000000, "duration": 20000000, "isError": false, "facts": {}}]},
          {"traceId": "00000000000000000000000000000002", "stretch": -1, "start": 1795288510000000000, "logs": [{"span": 0, "service": 0, "template": 0, "offset": 5}], "spans": [
            {"spanId": "0000000000000003", "parent": -1, "operation": 0, "instance": 0, "offset": 0, "duration": 30000000, "isError": true, "facts": {"status": "500"}}]}]}
        """;

    [Fact]
    public void A_world_without_what_came_later_is_investigated()
    {
        var world = Read(Oldest);
        world.Kubernetes.ShouldBeSameAs(WorldKubernetes.None);
        world.Templates[0].Clues.ShouldBeEmpty();
        var report = Investigator.Investigate(world);
        report.Causes.Select(c => c.Service).Order(StringComparer.Ordinal).ShouldBe(["gateway", "orders"]);
    }

    [Theory]
    [InlineData("\"kubernetes\": {}")]
    [InlineData("\"aftermath\": {}")]
    [InlineData("\"kubernetes\": null, \"series\": null, \"seasons\": null")]
    public void A_part_of_which_members_are_missing_is_read(string part)
    {
        var world = Read("{" + part + "," + Oldest.TrimStart()[1..]);
        Should.NotThrow(() => Investigator.Investigate(world));
        world.Kubernetes.Objects.ShouldBeEmpty();
    }

    [Fact]
    public void No_member_that_cannot_be_absent_is_null()
    {
        var world = Read(Oldest);
        foreach (var read in (object[])[world, world.Kubernetes, world.Templates[0], world.Traces[0].Spans[1].Facts!, Read("{\"aftermath\": {}," + Oldest.TrimStart()[1..]).Aftermath!])
        {
            var nullability = new NullabilityInfoContext();
            foreach (var member in read.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => !p.PropertyType.IsValueType && nullability.Create(p).ReadState == NullabilityState.NotNull))
            {
                member.GetValue(read).ShouldNotBeNull($"{read.GetType().Name}.{member.Name} of a file that lacks it");
            }
        }
    }

    private static World Read(string json) => JsonSerializer.Deserialize(json, WorldJson.Default.World)!;
}
