using System.Net;
using Clew.Protocols.Values;
using Clew.Server.Configuration;
using Clew.Server.Ingest;
using Clew.Server.Limiting;
using Clew.Server.Live;
using Clew.Server.Normalisation;
using Clew.Server.Pipeline;
using Clew.Server.Redaction;
using Clew.Server.SelfTelemetry;
using Clew.Server.SelfTelemetry.Events;
using Clew.Server.SelfTelemetry.Prometheus;
using Clew.Server.Tenancy;
using Clew.Server.Web;
using Clew.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Clew.Server.Hosting;

/// <summary>
/// A running server on an open store: the doors, and behind them the endpoint modules.
/// </summary>
/// <remarks>Stop it before closing the store. Several can run in one process, each with its own store and metrics.</remarks>
public sealed class ClewServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Activity _activity;

    private ClewServer(WebApplication app, IReadOnlyDictionary<Door, IPEndPoint> addresses)
    {
        _app = app;
        _activity = app.Services.GetRequiredService<Activity>();
        Addresses = addresses;
    }

    /// <summary>Where each open door really listens: a port 0 in the options is the port it became.</summary>
    public IReadOnlyDictionary<Door, IPEndPoint> Addresses { get; }

    /// <summary>The base address of the native API.</summary>
    public Uri Url => new($"http://{Addresses[Door.Native]}");

    public IServiceProvider Services => _app.Services;

    /// <summary>Opens every door; when this returns, data is accepted.</summary>
    /// <exception cref="DoorClosedException">A port cannot be listened on; the message says which and what to do.</exception>
    public static async Task<ClewServer> StartAsync(ServerOptions options, StorePorts store, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(store);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "clew" });
        var listening = new Dictionary<Door, ListenOptions>();
        var priorKnowledge = new PriorKnowledge();
        ServerLogging.Add(builder.Logging, options.Log);
        AddServices(builder.Services, options, store, time);
        OtlpExport.Add(builder.Services, builder.Logging, options.SelfTelemetry);
        builder.WebHost.UseKestrelCore();
        builder.Services.AddSingleton(priorKnowledge);
        builder.Services.Replace(ServiceDescriptor.Singleton<IConnectionListenerFactory, DoorListenerFactory>());
        builder.WebHost.ConfigureKestrel(kestrel => OpenDoors(kestrel, options, listening, priorKnowledge));

        var app = builder.Build();
        try
        {
            app.Services.GetRequiredService<MetricRegistry>().Start();
            app.Services.GetRequiredService<StoreGauges>();
            Map(app);
            app.Services.GetRequiredService<DatagramDoors>().Open();
            await app.StartAsync(cancellation);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        var telemetry = app.Services.GetRequiredService<ServerTelemetry>();
        store.Commits?.Listen(report => telemetry.Report(new StoreCommitted(report.Signal, report.Rows, report.Took)));
        var addresses = listening.ToDictionary(door => door.Key, door => door.Value.IPEndPoint!);
        foreach (var (door, endpoint) in app.Services.GetRequiredService<DatagramDoors>().Addresses)
        {
            addresses.Add(door, endpoint);
        }

        var server = new ClewServer(app, addresses);
        telemetry.Report(new ServerStarted(server.DescribeAddresses()));
        return server;
    }

    /// <summary>Each door's setting and address, for example <c>listen=http://127.0.0.1:2539 otlp_grpc=http://127.0.0.1:4317</c>.</summary>
    public string DescribeAddresses() => string.Join(' ', Door.All.Where(Addresses.ContainsKey).Select(door => $"{door.Setting}={door.Scheme}://{Addresses[door]}"));

    /// <summary>Closes the doors and waits, for <see cref="ServerOptions.ShutdownTimeout"/>, until what is in flight has been answered.</summary>
    public async Task StopAsync()
    {
        await _app.StopAsync();
        _app.Services.GetRequiredService<ServerTelemetry>().Report(new ServerStopped(_activity.Running));
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static void AddServices(IServiceCollection services, ServerOptions options, StorePorts store, TimeProvider time)
    {
        services.AddSingleton(options);
        services.AddSingleton(time);
        services.AddSingleton(store);
        services.AddSingleton<ITelemetryWriter>(provider => new TellingWriter(new RedactingWriter(store.Writer, provider.GetRequiredService<TextRedactor>()), provider.GetRequiredService<LiveEvents>()));
        services.AddSingleton(store.Administration);
        services.AddSingleton<ITelemetryReader>(provider => new MeasuredReader(store.Reader, provider.GetRequiredService<ServerTelemetry>(), time));
        if (store.Investigations is { } investigations)
        {
            services.AddSingleton(investigations);
        }

        if (store.Metrics is { } metrics)
        {
            services.AddSingleton<IMetricReader>(provider => new MeasuredMetricReader(metrics, provider.GetRequiredService<ServerTelemetry>(), time));
        }

        services.AddSingleton<Activity>();
        services.AddSingleton<InFlight>();
        services.AddSingleton(RedactionSettings.CreateRedactor(options.Redaction));
        services.AddSingleton(provider => new TextCut(provider.GetRequiredService<TextRedactor>().Redact));
        services.AddSingleton<LoggerFactory>();
        services.Replace(ServiceDescriptor.Singleton<ILoggerFactory, RedactingLoggers>());
        services.AddSingleton<TenantNames>();
        services.AddSingleton<TenantRates>();
        services.AddSingleton<CardinalityGuard>();
        services.AddSingleton<SchemaDrift>();
        services.AddSingleton<ISchemaDrift>(provider => provider.GetRequiredService<SchemaDrift>());
        services.AddSingleton<PipelineStages>();
        services.AddSingleton<IngestPipeline>();
        services.AddSingleton<IngestReceiver>();
        services.AddSingleton<DatagramDoors>();
        services.AddHostedService(provider => provider.GetRequiredService<DatagramDoors>());
        services.AddHostedService<RetentionService>();
        services.AddHostedService<IdleMemory>();
        services.AddRouting();
        AnswerCompression.Add(services);

        // Stopping is asked for by whoever started the server, not by signals the host would listen to on its own.
        services.AddSingleton<IHostLifetime, AskedToStop>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout);
        foreach (var module in EndpointModules.All)
        {
            module.AddServices(services, options);
        }
    }

    private static void OpenDoors(KestrelServerOptions kestrel, ServerOptions options, Dictionary<Door, ListenOptions> listening, PriorKnowledge priorKnowledge)
    {
        kestrel.AddServerHeader = false;
        kestrel.Listen(priorKnowledge.EndPoint, listen => listen.Protocols = HttpProtocols.Http2);
        foreach (var (door, address) in Door.Open(options).Where(open => !open.Door.IsDatagram))
        {
            kestrel.Listen(address.IPAddress, address.Port, listen =>
            {
                listen.Protocols = door.Kind == DoorKind.Grpc ? HttpProtocols.Http2 : HttpProtocols.Http1;
                DoorRouting.Mark(listen, door);
                if (door.Kind == DoorKind.Connection)
                {
                    // Runs in place of HTTP.
                    listen.Run(listen.ApplicationServices.GetServices<IConnectionReceiver>().Single(receiver => receiver.Door == door).ReceiveAsync);
                }
                else if (door.Kind is DoorKind.Native or DoorKind.DropIn)
                {
                    priorKnowledge.Serve(listen);
                }

                listening[door] = listen;
            });
        }
    }

    private static void Map(WebApplication app)
    {
        var activity = app.Services.GetRequiredService<Activity>();
        app.Use(activity.TrackAsync);
        app.Use(AnswerFailuresAsync);
        app.UseDoors();
        app.UseResponseCompression();
        app.UseWebSockets();
        app.UseRouting();
        app.UsePages();
        foreach (var module in EndpointModules.All)
        {
            module.Map(app);
        }
    }

    /// <summary>The last resort for exceptions no endpoint expected.</summary>
    private static async Task AnswerFailuresAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked is gone.
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await Results.Problem(e.Message, statusCode: e.StatusCode).ExecuteAsync(context);
        }
        catch (Exception e)
        {
            context.RequestServices.GetRequiredService<ServerTelemetry>().Report(new RequestFailed(context.Request.Path, e));
            if (context.Response.HasStarted)
            {
                context.Abort();
                return;
            }

            await Results.Problem("The server failed on this request; its log says why.", statusCode: StatusCodes.Status500InternalServerError).ExecuteAsync(context);
        }
    }

    private sealed class AskedToStop : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
