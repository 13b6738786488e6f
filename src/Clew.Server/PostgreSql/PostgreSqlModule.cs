using System.Text.Json.Serialization;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.PostgreSql;

/// <summary>Sampling of PostgreSQL servers, and <c>GET /api/postgresql</c>, which tells how it goes.</summary>
internal sealed class PostgreSqlModule : IEndpointModule
{
    public void AddServices(IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton<PostgreSqlCollector>();
        services.AddHostedService(provider => provider.GetRequiredService<PostgreSqlCollector>());
    }

    public void Map(IEndpointRouteBuilder endpoints) => endpoints
        .MapGet("/api/postgresql", (PostgreSqlCollector collector) => Results.Json(
            new PostgreSqlServers([.. collector.States.Select(Describe)]), PostgreSqlJson.Default.PostgreSqlServers))
        .WithName("listPostgreSqlServers").WithSummary("The PostgreSQL servers that are sampled, and how the last sample went")
        .Produces<PostgreSqlServers>();

    private static PostgreSqlServer Describe(PostgreSqlTargetState state) => new(
        state.Name,
        state.Host,
        state.Port,
        state.Version,
        state.SampledAt,
        state.Problem ?? (state.HasStatements == false ? "The extension pg_stat_statements is not installed in this database; statements are not recorded." : null));
}

/// <param name="Servers">In the order of the file of targets.</param>
public sealed record PostgreSqlServers(IReadOnlyList<PostgreSqlServer> Servers);

/// <param name="Name">The service its telemetry belongs to.</param>
/// <param name="SampledAt">When it was last looked at; null before the first time.</param>
/// <param name="Problem">What kept the last sample from being whole; null when nothing did.</param>
public sealed record PostgreSqlServer(string Name, string Host, int Port, string? Version, Telemetry.Timestamp? SampledAt, string? Problem);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PostgreSqlServers))]
internal sealed partial class PostgreSqlJson : JsonSerializerContext;
