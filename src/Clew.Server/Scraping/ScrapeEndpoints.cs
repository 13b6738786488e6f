using System.Text.Json.Serialization;
using Clew.Server.Api.Contracts;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Scraping;

/// <summary>Scraping, and <c>GET /api/scrape/targets</c>: what is scraped and how the last scrape went.</summary>
internal sealed class ScrapeEndpoints : IEndpointModule
{
    public void AddServices(IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton<ScrapingServices>();
        services.AddSingleton<ScrapeService>();
        services.AddHostedService(provider => provider.GetRequiredService<ScrapeService>());
    }

    public void Map(IEndpointRouteBuilder endpoints) => endpoints
        .MapGet("/api/scrape/targets", IResult (HttpContext http) => Results.Json(List(http.RequestServices.GetRequiredService<ScrapeService>()), ScrapeJson.Default.TargetList))
        .WithName("listScrapeTargets").WithSummary("What is scraped, and how the last scrape went")
        .Produces<TargetList>();

    private static TargetList List(ScrapeService service) => new([.. service.Targets.Select(Entry)], service.Dropped);

    private static TargetEntry Entry(ScrapeTarget target)
    {
        var (definition, last) = (target.Definition, target.Last);
        return new TargetEntry(
            definition.Job.Name,
            definition.Url.ToString(),
            last is null ? "unknown" : last.Outcome.Error is null ? "up" : "down",
            definition.Labels.Pairs.ToDictionary(),
            definition.Discovered.Pairs.ToDictionary(),
            (long)definition.Job.Interval.TotalNanoseconds,
            (long)definition.Job.Timeout.TotalNanoseconds)
        {
            LastScrape = last?.Time,
            DurationNs = last is null ? null : (long)last.Took.TotalNanoseconds,
            Samples = last?.Outcome.Scraped,
            SamplesKept = last?.Outcome.Kept,
            Error = last?.Outcome.Error,
            Remark = last is { Remark.Length: > 0 } ? last.Remark : null,
        };
    }
}

/// <param name="Dropped">Targets that rules dropped.</param>
public sealed record TargetList(IReadOnlyList<TargetEntry> Targets, int Dropped);

/// <param name="Job">The job's name.</param>
/// <param name="Url">What is asked for.</param>
/// <param name="Health"><c>unknown</c> before the first scrape, then <c>up</c> or <c>down</c>.</param>
/// <param name="Labels">The labels its series get.</param>
/// <param name="DiscoveredLabels">Before the rules for targets.</param>
public sealed record TargetEntry(
    string Job, string Url, string Health, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> DiscoveredLabels, long IntervalNs, long TimeoutNs)
{
    /// <summary>When the last scrape began.</summary>
    public Timestamp? LastScrape { get; init; }

    public long? DurationNs { get; init; }

    /// <summary>Samples the target exposed.</summary>
    public int? Samples { get; init; }

    /// <summary>Samples that rules left.</summary>
    public int? SamplesKept { get; init; }

    /// <summary>Why the last scrape failed.</summary>
    public string? Error { get; init; }

    /// <summary>What was refused or odd among its samples.</summary>
    public string? Remark { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(TimestampConverter)])]
[JsonSerializable(typeof(TargetList))]
internal sealed partial class ScrapeJson : JsonSerializerContext;
