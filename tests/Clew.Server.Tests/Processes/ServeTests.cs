using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Clew.Server.Tests.Support;

namespace Clew.Server.Tests.Processes;

/// <summary>What <c>clew serve</c> does as a process: what it prints, how it ends, what it refuses.</summary>
[Collection(ProcessCollection.Name)]
public sealed class ServeTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("clew-serve-").FullName;

    [Fact]
    public async Task It_says_in_one_line_where_it_listens_and_ends_with_zero_on_SIGTERM()
    {
        await using var server = await ClewProcess.ServeOnFreePortsAsync(_directory);

        server.ReadyLine.ShouldMatch($"^clew is ready: listen=http://127\\.0\\.0\\.1:[1-9]\\d* otlp_grpc=http://127\\.0\\.0\\.1:[1-9]\\d* otlp_http=http://127\\.0\\.0\\.1:[1-9]\\d* data={_directory}$");
        using var http = new HttpClient();
        (await http.GetStringAsync(new Uri(server.Addresses["listen"], "/health/ready"))).ShouldContain("\"status\":\"ready\"");

        // The setting that finds truncated bodies must have come along into the program's own runtime configuration.
        using var truncated = new ByteArrayContent(Requests.Compress("gzip", Requests.Spans(100))[..^20]);
        truncated.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        truncated.Headers.ContentEncoding.Add("gzip");
        using var refused = await http.PostAsync(new Uri(server.Addresses["otlp_http"], "/v1/traces"), truncated);
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        var (exitCode, errors) = await server.TerminateAsync();
        exitCode.ShouldBe(0);
        errors.ShouldContain("Stopped; 0 requests were cut off");
    }

    [Fact]
    public async Task A_second_process_on_the_same_directory_is_refused()
    {
        await using var first = await ClewProcess.ServeOnFreePortsAsync(_directory);
        await using var second = await ClewProcess.ServeOnFreePortsAsync(_directory);

        var (exitCode, errors) = await second.EndAsync();
        exitCode.ShouldBe(1);
        errors.ShouldContain($"'{_directory}' is in use by another process");
        using var http = new HttpClient();
        using var ready = await http.GetAsync(new Uri(first.Addresses["listen"], "/health/ready"));
        ready.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_taken_port_ends_it_with_an_error_that_names_it()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        await using var server = await ClewProcess.ServeAsync(
            _directory, "--listen", "127.0.0.1:0", "--otlp-grpc", "127.0.0.1:0", "--otlp-http", other.LocalEndpoint.ToString()!);

        var (exitCode, errors) = await server.EndAsync();
        exitCode.ShouldBe(1);
        server.ReadyLine.ShouldBeEmpty();
        errors.ShouldContain($"{other.LocalEndpoint}, wanted for OTLP/HTTP, is taken");
    }

    [Fact]
    public async Task A_wrong_configuration_ends_it_before_anything_is_touched()
    {
        var directory = Path.Combine(_directory, "not-made");
        await using var server = await ClewProcess.ServeAsync(directory, "--listen", "here", "--set", "limits.body=3");

        var (exitCode, errors) = await server.EndAsync();
        exitCode.ShouldBe(2);
        errors.ShouldContain("--listen: listen: expected an address");
        errors.ShouldContain("--set limits.body: there is no setting limits.body");
        Directory.Exists(directory).ShouldBeFalse();
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
