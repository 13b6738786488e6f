using System.Text.Json;
using Clew.Server.Hosting;
using Clew.Server.Tests.Support;

namespace Clew.Server.Tests.Sdk;

/// <summary>Jaeger's own client for Node.js: tests/js/jaeger.mjs sends a trace over each of its transports.</summary>
public sealed class JaegerClientTests : IClassFixture<JavaScriptPackages>
{
    [NodeTheory]
    [InlineData("udp")]
    [InlineData("http")]
    public async Task Everything_arrives_field_by_field(string transport)
    {
        await using var server = await TestServer.StartAsync(options => options with { DropIn = options.DropIn with { Enabled = true } });
        string[] where = transport == "udp"
            ? ["127.0.0.1", server.EndPoint(Door.JaegerAgentBinary).Port.ToString(System.Globalization.CultureInfo.InvariantCulture)]
            : [new Uri(server.Address(Door.JaegerCollector), "/api/traces").ToString()];

        var printed = await JavaScriptPackages.RunAsync("node", ["jaeger.mjs", transport, .. where]);

        await Eventually.BeTrueAsync(() => server.Store.Spans.Count == 2, "both spans are stored");
        using var ids = JsonDocument.Parse(printed);
        var names = ids.RootElement.EnumerateObject().ToDictionary(id => id.Name, id => id.Value.GetString()!.PadLeft(id.Name == "trace" ? 32 : 16, '0'));
        Golden.Check("Sdk/Cases/jaeger-client-spans.txt", HostFree(ReceivedRecords.Comparable(server.Store.Spans, names)));
    }

    /// <summary>The machine's name and address and the client's id are different everywhere.</summary>
    private static string HostFree(string text) => string.Join('\n', text.Split('\n').Where(line => !line.StartsWith("resource.hostname:", StringComparison.Ordinal)
        && !line.StartsWith("resource.host.name:", StringComparison.Ordinal)
        && !line.StartsWith("resource.ip:", StringComparison.Ordinal)
        && !line.StartsWith("resource.client-uuid:", StringComparison.Ordinal)));
}
