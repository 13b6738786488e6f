using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Clew.Server.Hosting;
using Clew.Server.Tests.Support;

namespace Clew.Server.Tests.Sdk;

/// <summary>The OpenTelemetry JavaScript SDK as a real client: tests/js/send.mjs sends one of everything.</summary>
public sealed class JavaScriptSdkTests : IClassFixture<JavaScriptPackages>
{
    [NodeTheory]
    [InlineData("grpc")]
    [InlineData("protobuf")]
    [InlineData("json")]
    public async Task Everything_arrives_field_by_field(string protocol)
    {
        await using var server = await TestServer.StartAsync();
        var endpoint = server.Address(protocol == "grpc" ? Door.OtlpGrpc : Door.OtlpHttp).ToString().TrimEnd('/');

        var printed = await JavaScriptPackages.RunAsync("node", ["send.mjs", protocol, endpoint]);

        using var ids = JsonDocument.Parse(printed);
        var names = ids.RootElement.EnumerateObject().ToDictionary(id => id.Name, id => id.Value.GetString()!);
        Golden.Check("Sdk/Cases/javascript-spans.txt", ReceivedRecords.Comparable(server.Store.Spans, names));
        Golden.Check("Sdk/Cases/javascript-logs.txt", ReceivedRecords.Comparable(server.Store.Logs, names));
        Golden.Check("Sdk/Cases/javascript-points.txt", ReceivedRecords.Comparable(server.Store.Points, names));
    }
}

/// <summary>Installs tests/js's packages as its lock file says, once.</summary>
public sealed class JavaScriptPackages : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly string Folder = FindFolder();

    public static bool HasNode { get; } = Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "node")));

    /// <summary>Several classes of tests need the packages, and they run side by side.</summary>
    private static readonly Lazy<Task> Installation = new(InstallAsync);

    public Task InitializeAsync() => Installation.Value;

    private static async Task InstallAsync()
    {
        var installed = Path.Combine(Folder, "node_modules", ".package-lock.json");
        if (HasNode && (!File.Exists(installed) || File.GetLastWriteTimeUtc(installed) < File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json"))))
        {
            await RunAsync("npm", ["ci", "--no-progress", "--loglevel=error"]);
            File.SetLastWriteTimeUtc(installed, DateTime.UtcNow);
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    /// <returns>What the program wrote to standard output; it must have ended well.</returns>
    internal static async Task<string> RunAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);
        process.ExitCode.ShouldBe(0, await errors);
        return await output;
    }

    private static string FindFolder([CallerFilePath] string thisFile = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "js"));
}

/// <inheritdoc cref="NodeTheoryAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute()
    {
        if (!JavaScriptPackages.HasNode)
        {
            Skip = "node is not on the PATH";
        }
    }
}

/// <summary>A test that needs Node.js; skipped, visibly, where it is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodeTheoryAttribute : TheoryAttribute
{
    public NodeTheoryAttribute()
    {
        if (!JavaScriptPackages.HasNode)
        {
            Skip = "node is not on the PATH";
        }
    }
}
