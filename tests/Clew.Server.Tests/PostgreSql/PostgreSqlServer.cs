using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Clew.Server.Tests.PostgreSql;

/// <summary>
/// A PostgreSQL server of our own in a temporary folder, on a free loopback port, with pg_stat_statements. Its programs are those of the Debian package
/// <c>postgresql</c>; as root they run as the user <c>postgres</c>, because the server refuses to run as root.
/// </summary>
public sealed class PostgreSqlServer : IAsyncLifetime
{
    /// <summary>What must never be seen anywhere.</summary>
    public const string Password = "s3cret-of-the-test";

    private readonly string _folder = Directory.CreateTempSubdirectory("clew-postgresql-").FullName;
    private Process? _process;

    /// <summary>Null when the package is not installed.</summary>
    public static string? Programs { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Max(StringComparer.Ordinal)
        : null;

    public int Port { get; private set; }

    public string Url => string.Create(CultureInfo.InvariantCulture, $"postgresql://postgres@127.0.0.1:{Port}/postgres?password={Password}");

    public async Task InitializeAsync()
    {
        if (Programs is null)
        {
            return;
        }

        var data = Path.Combine(_folder, "data");
        var password = Path.Combine(_folder, "password");
        await File.WriteAllTextAsync(password, Password);
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", "-R", "postgres", _folder);
        }

        await RunAsync(AsPostgres("initdb", "-D", data, "-U", "postgres", "-A", "scram-sha-256", $"--pwfile={password}", "--no-sync", "-E", "UTF8", "--locale=C"));
        Port = FreePort();
        string[] settings =
        [
            "listen_addresses=127.0.0.1", string.Create(CultureInfo.InvariantCulture, $"port={Port}"), $"unix_socket_directories={_folder}", "fsync=off",
            "shared_preload_libraries=pg_stat_statements", "max_connections=20", "deadlock_timeout=60s",
        ];
        var (program, arguments) = AsPostgres("postgres", ["-D", data, .. settings.SelectMany(setting => new[] { "-c", setting })]);
        _process = Start(program, arguments);
        await WaitUntilReadyAsync();
        await using var connection = await ConnectAsync();
        await using var command = new NpgsqlCommand("CREATE EXTENSION pg_stat_statements; CREATE TABLE stock(item int PRIMARY KEY, amount int, note text); INSERT INTO stock SELECT i, 10 FROM generate_series(1, 100) i", connection);
        await command.ExecuteNonQueryAsync();
    }

    public async Task DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            NpgsqlConnection.ClearAllPools();

            // SIGINT to the server itself is its fast shutdown; runuser passes only some signals on.
            if (int.TryParse((await File.ReadAllLinesAsync(Path.Combine(_folder, "data", "postmaster.pid")))[0], CultureInfo.InvariantCulture, out var pid))
            {
                await RunAsync("kill", "-INT", pid.ToString(CultureInfo.InvariantCulture));
            }

            using var patience = new CancellationTokenSource(Support.TestServer.Patience);
            await _process.WaitForExitAsync(patience.Token);
        }

        _process?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    public Task<NpgsqlConnection> ConnectAsync() => ConnectAsync("postgres", Password, "test");

    public async Task<NpgsqlConnection> ConnectAsync(string user, string password, string application)
    {
        var text = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = Port,
            Username = user,
            Password = password,
            Database = "postgres",
            Pooling = false,
            ApplicationName = application,
        };
        var connection = new NpgsqlConnection(text.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>A file of targets with this server under a name.</summary>
    public string WriteTargets(string name)
    {
        var file = Path.Combine(_folder, $"{name}-targets.yaml");
        File.WriteAllText(file, $"{name}: {Url}\n");
        return file;
    }

    private static (string Program, string[] Arguments) AsPostgres(string program, params string[] arguments)
    {
        var path = Path.Combine(Programs!, program);
        return Environment.IsPrivilegedProcess ? ("runuser", ["-u", "postgres", "--", path, .. arguments]) : (path, arguments);
    }

    private static Task RunAsync((string Program, string[] Arguments) command) => RunAsync(command.Program, command.Arguments);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, $"{program}: {await error}");
    }

    private static Process Start(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task WaitUntilReadyAsync()
    {
        using var patience = new CancellationTokenSource(Support.TestServer.Patience);
        while (true)
        {
            try
            {
                await using var connection = await ConnectAsync();
                return;
            }
            catch (NpgsqlException) when (!patience.IsCancellationRequested && _process is { HasExited: false })
            {
                await Task.Delay(20, patience.Token);
            }
        }
    }
}

/// <summary>A test that needs PostgreSQL's programs.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PostgreSqlFactAttribute : FactAttribute
{
    public PostgreSqlFactAttribute()
    {
        if (PostgreSqlServer.Programs is null)
        {
            Skip = "the Debian package postgresql is not installed (build/test-packages installs it when root)";
        }
    }
}
