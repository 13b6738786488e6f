namespace Clew.Server.Health;

/// <summary>How the store's last write ended: told by the pipeline, asked by <see cref="StoreCheck"/>.</summary>
internal sealed class StoreHealth(TimeProvider time)
{
    /// <summary>How long a failure counts. A server that nobody sends to any more because it is not ready must become ready again to find out.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(15);

    private volatile Failure? _failure;

    /// <summary>Null when the last write was stored, failed a while ago, or none was tried yet.</summary>
    public string? Problem => _failure is { } failure && time.GetElapsedTime(failure.At) < Memory ? failure.Why : null;

    public void Stored() => _failure = null;

    public void Failed(string why) => _failure = new Failure(why, time.GetTimestamp());

    private sealed record Failure(string Why, long At);
}

internal sealed class StoreCheck(StoreHealth health) : IReadinessCheck
{
    public string Name => "store";

    public string? Problem() => health.Problem;
}
