using System.Diagnostics;
using System.Globalization;

namespace Clew.Server.Tests.Support;

/// <summary><c>clew serve</c> as a process of its own on free ports.</summary>
internal sealed class ClewProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    private ClewProcess(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Door → base address, as the ready line tells them.</summary>
    public IReadOnlyDictionary<string, Uri> Addresses { get; private set; } = new Dictionary<string, Uri>();

    public string ReadyLine { get; private set; } = string.Empty;

    /// <summary>Starts and waits for the ready line, or for the end of the process.</summary>
    public static async Task<ClewProcess> ServeAsync(string directory, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] all = [Path.Combine(AppContext.BaseDirectory, "clew.dll"), "serve", "--data", directory, .. arguments];
        foreach (var argument in all)
        {
            start.ArgumentList.Add(argument);
        }

        // The variables of whoever runs the tests are not the server's settings.
        foreach (var variable in start.Environment.Keys.Where(name => name.StartsWith("CLEW_", StringComparison.Ordinal) && name != "CLEW_CHDB_LIBRARY").ToList())
        {
            start.Environment.Remove(variable);
        }

        var process = new ClewProcess(Process.Start(start)!);
        process.ReadyLine = await process._process.StandardOutput.ReadLineAsync().WaitAsync(TestServer.Patience) ?? string.Empty;
        process.Addresses = process.ReadyLine.Split(' ').Select(word => word.Split('=', 2)).Where(pair => pair.Length == 2 && pair[1].StartsWith("http", StringComparison.Ordinal))
            .ToDictionary(pair => pair[0], pair => new Uri(pair[1]));
        return process;
    }

    public static Task<ClewProcess> ServeOnFreePortsAsync(string directory, params string[] arguments) =>
        ServeAsync(directory, ["--listen", "127.0.0.1:0", "--otlp-grpc", "127.0.0.1:0", "--otlp-http", "127.0.0.1:0", .. arguments]);

    /// <summary>SIGKILL: no warning, no clean-up.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(TestServer.Patience);
    }

    /// <summary>SIGTERM, then waits for the end.</summary>
    /// <returns>Exit code and what was written to standard error.</returns>
    public async Task<(int ExitCode, string Errors)> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync().WaitAsync(TestServer.Patience);
        kill.ExitCode.ShouldBe(0);
        return await EndAsync();
    }

    public async Task<(int ExitCode, string Errors)> EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(TestServer.Patience);
        return (_process.ExitCode, await _errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"clew serve ({_process.Id})");
}

/// <summary>Tests that start processes run one after the other: each wants the machine for itself.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessCollection
{
    public const string Name = "processes";
}
