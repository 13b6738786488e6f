using System.Text.Json;
using Clew.Server.Hosting;
using Clew.Server.Tests.Support;

namespace Clew.Server.Tests.Sdk;

/// <summary>Zipkin's own client for Node.js: tests/js/zipkin.mjs sends a trace in each version of the format, and both mean the same.</summary>
public sealed class ZipkinClientTests : IClassFixture<JavaScriptPackages>
{
    [NodeTheory]
    [InlineData("v1")]
    [InlineData("v2")]
    public async Task Everything_arrives_field_by_field(string version)
    {
        await using var server = await TestServer.StartAsync(options => options with { DropIn = options.DropIn with { Enabled = true } });

        var printed = await JavaScriptPackages.RunAsync("node", ["zipkin.mjs", version, server.Address(Door.Zipkin).ToString().TrimEnd('/')]);

        server.Store.Spans.Count.ShouldBe(2);
        using var ids = JsonDocument.Parse(printed);
        var names = ids.RootElement.EnumerateObject().ToDictionary(id => id.Name, id => id.Value.GetString()!);
        Golden.Check("Sdk/Cases/zipkin-client-spans.txt", ReceivedRecords.Comparable(server.Store.Spans, names));
    }
}
