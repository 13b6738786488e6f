using Microsoft.Extensions.Hosting;

namespace Clew.Server.Health;

/// <summary>A server that is starting or stopping is not ready.</summary>
internal sealed class LifetimeCheck(IHostApplicationLifetime lifetime) : IReadinessCheck
{
    public string Name => "lifetime";

    public string? Problem() =>
        lifetime.ApplicationStopping.IsCancellationRequested ? "the server is stopping"
        : lifetime.ApplicationStarted.IsCancellationRequested ? null
        : "the server is starting";
}
