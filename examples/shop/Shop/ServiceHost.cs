using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Diagnostics;
using Shop.Dns;
using Shop.Http;

namespace Shop;

/// <summary>What every service of the shop has in common: telemetry, fault switches, health, name resolution, an orderly end.</summary>
internal static partial class ServiceHost
{
    // Long enough for the process before this one, of an older version, to finish its requests and give the port up.
    private static readonly TimeSpan PortPatience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan ShutdownPatience = TimeSpan.FromSeconds(3);

    /// <summary>Runs a service until it is told to stop.</summary>
    /// <param name="workload">What runs.</param>
    /// <param name="addServices">Registers the service's own parts.</param>
    /// <param name="map">Maps its endpoints and adds its fault switches.</param>
    public static async Task<int> RunAsync(Workload workload, Action<IServiceCollection> addServices, Action<WebApplication, Faults> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        if (workload.IsInstrumented)
        {
            builder.AddTelemetry(workload);
        }
        else
        {
            builder.Logging.ClearProviders();
        }

        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, workload.Port));
        var faults = new Faults();
        faults.AddCommonFaults(TimeProvider.System);
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ShopJson.Default));
        builder.Services.AddProblemDetails();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownPatience);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(workload);
        builder.Services.AddSingleton(faults);
        builder.Services.AddSingleton(new ClusterResolver(
            new IPEndPoint(IPAddress.Loopback, Workload.Find("dns")!.Port), TimeProvider.System,
            propagateTrace: Environment.GetEnvironmentVariable("SHOP_DNS_TRACE_CONTEXT") != "0"));
        addServices(builder.Services);

        await using var app = builder.Build();
        if (workload.IsInstrumented)
        {
            app.Services.StartTelemetry();
        }

        app.UseServerSpanConventions();
        app.UseExceptionHandler(handler => handler.Run(RecordExceptionAsync));
        app.UseRequestFaults(faults, TimeProvider.System);
        app.MapFaults(faults);
        app.MapGet("/health/ready", () => Results.Text("ready")).DisableHttpMetrics();
        map(app, faults);

        if (!await IsPortFreeInTimeAsync(workload.Port))
        {
            await Console.Error.WriteLineAsync($"shop: port {workload.Port} of {workload.Service} is taken; SHOP_PORT_BASE moves all of them");
            return 1;
        }

        await app.StartAsync(CancellationToken.None);
        Started(app.Logger, workload.Service, workload.Version, workload.Port);
        StandardInput.WhenEnded(app.Lifetime.StopApplication);
        await app.WaitForShutdownAsync();
        return 0;
    }

    private static Task RecordExceptionAsync(HttpContext context)
    {
        if (context.Features.Get<IExceptionHandlerFeature>() is { } failure)
        {
            Activity.Current?.AddException(failure.Error);
            Activity.Current?.SetTag("error.type", failure.Error.GetType().FullName);
        }

        return Results.Problem(statusCode: StatusCodes.Status500InternalServerError, title: "Internal error").ExecuteAsync(context);
    }

    private static async Task<bool> IsPortFreeInTimeAsync(int port)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                probe.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
                probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return true;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                if (TimeProvider.System.GetElapsedTime(started) > PortPatience)
                {
                    return false;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(20));
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "{Service} {Version} listens on port {Port}")]
    private static partial void Started(ILogger logger, string service, string version, int port);
}
