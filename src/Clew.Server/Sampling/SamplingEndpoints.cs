using System.Text.Json;
using Clew.Server.Api;
using Clew.Server.Api.Contracts;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Server.SelfTelemetry;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Clew.Server.Sampling;

/// <summary><c>POST /api/sampling/simulate</c> and <c>GET /api/sampling/decisions/{traceId}</c>; and what decides in the background. docs/sampling.md.</summary>
internal sealed class SamplingEndpoints : IEndpointModule
{
    private const string Lines = "application/x-ndjson";

    public void AddServices(IServiceCollection services, ServerOptions options)
    {
        services.TryAddSingleton(SamplingLimits.Default);
        services.AddSingleton(provider => new SamplingDoor(provider.GetRequiredService<StorePorts>().Sampling, provider.GetRequiredService<SamplingLimits>()));
        services.AddHostedService(provider => new SamplingService(
            options, provider.GetRequiredService<SamplingLimits>(), provider.GetRequiredService<StorePorts>().Sampling,
            provider.GetRequiredService<ServerTelemetry>(), provider.GetRequiredService<TimeProvider>()));
    }

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapIntake("/api/sampling/simulate", "simulateSampling", "What policies would keep of the stored traces, and what that would save", [], SimulateAsync)
            .Accepts<SimulationRequest>("application/json")
            .Produces<SimulationAnswer>();
        endpoints.MapQuestion<DecisionEntry>("/api/sampling/decisions/{traceId}", "getSamplingDecision", "What was decided about a trace", [], FindAsync)
            .Refuses(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult?> FindAsync(Asking asking)
    {
        if (asking.TraceIdInPath() is not { } trace)
        {
            return null;
        }

        var store = asking.Http.RequestServices.GetRequiredService<SamplingDoor>().Store;
        return await store.FindDecisionAsync(asking.Tenant, trace, asking.Cancellation) is { } decision
            ? Results.Json(
                new DecisionEntry(
                    trace, decision.Start, decision.Kept, decision.Policy.Length == 0 ? null : decision.Policy, decision.AdjustedCount, decision.HeadCount, decision.TailCount),
                SamplingJson.Readable.DecisionEntry)
            : Problems.NotFound(asking.Http, $"Nothing was decided about trace {trace}: it is not old enough, or not stored, or sampling is off.");
    }

    private static async Task<IResult?> SimulateAsync(Asking asking)
    {
        if (await JsonBody.ReadAsync(asking, SamplingJson.Default.SimulationRequest) is not { } request)
        {
            return null;
        }

        var door = asking.Http.RequestServices.GetRequiredService<SamplingDoor>();
        var range = Range(asking, request);
        var file = PolicyFile.Parse(request.Policies ?? string.Empty, "policies", door.Limits);
        foreach (var problem in file.Problems)
        {
            asking.Query.Refuse(problem.Origin, string.Empty, problem.Message);
        }

        if (asking.Query.Errors.Count > 0)
        {
            return null;
        }

        var reach = asking.Http.RequestServices.GetRequiredService<ServerOptions>().Sampling.Reach;
        return asking.Http.Request.Headers.Accept.Any(accept => accept?.Contains(Lines, StringComparison.OrdinalIgnoreCase) == true)
            ? new SimulationLines(progress => door.Simulator.RunAsync(asking.Tenant, range, file.Policies, reach, progress, null, asking.Cancellation))
            : Results.Json(
                await door.Simulator.RunAsync(asking.Tenant, range, file.Policies, reach, _ => Task.CompletedTask, null, asking.Cancellation),
                SamplingJson.Readable.SimulationAnswer);
    }

    private static TimeRange Range(Asking asking, SimulationRequest request)
    {
        Timestamp? Time(string name, string? text)
        {
            if (string.IsNullOrEmpty(text))
            {
                return null;
            }

            if (TimestampText.TryParse(text, out var time))
            {
                return time;
            }

            asking.Query.Refuse(name, text, TimestampText.Expected);
            return null;
        }

        var start = Time("start", request.Start);
        var end = Time("end", request.End) ?? asking.Now;
        if (request.Since is { Length: > 0 } since)
        {
            if (request.Start is { Length: > 0 })
            {
                asking.Query.Refuse("start", request.Start, "start or since, not both");
            }
            else if (DurationText.TryParse(since, out var nanoseconds))
            {
                start = new Timestamp(end.UnixNanoseconds - nanoseconds);
            }
            else
            {
                asking.Query.Refuse("since", since, DurationText.Expected);
            }
        }

        if (start >= end)
        {
            asking.Query.Refuse("end", request.End ?? end.ToString(), "a time after start");
        }

        return new TimeRange(start ?? Timestamp.MinValue, end);
    }

    /// <summary>A line for every step, the last one with the answer. What goes wrong after the first line can only be said in a line.</summary>
    private sealed class SimulationLines(Func<Func<SimulationProgress, Task>, Task<SimulationAnswer>> run) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.ContentType = Lines;
            SimulationLine last;
            try
            {
                last = new SimulationLine { Answer = await run(progress => WriteAsync(httpContext, new SimulationLine { Progress = progress })) };
            }
            catch (Exception e) when (e is QueryLimitException or StoreUnavailableException)
            {
                last = new SimulationLine { Problem = e.Message };
            }

            await WriteAsync(httpContext, last);
        }

        private static async Task WriteAsync(HttpContext http, SimulationLine line)
        {
            await http.Response.BodyWriter.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(line, SamplingJson.Readable.SimulationLine), http.RequestAborted);
            await http.Response.BodyWriter.WriteAsync("\n"u8.ToArray(), http.RequestAborted);
        }
    }

    /// <summary>What the endpoints ask; a store that cannot sample answers every question with that.</summary>
    private sealed class SamplingDoor(ISamplingStore? store, SamplingLimits limits) : IDisposable
    {
        private readonly Simulator? _simulator = store is null ? null : new Simulator(store, limits);

        public SamplingLimits Limits => limits;

        public ISamplingStore Store => store ?? throw Missing;

        public Simulator Simulator => _simulator ?? throw Missing;

        private static StoreUnavailableException Missing => new("This store cannot sample.", TimeSpan.FromHours(1));

        public void Dispose() => _simulator?.Dispose();
    }
}
