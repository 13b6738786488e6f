using System.Collections.Concurrent;
using System.Globalization;
using Clew.Server.Configuration;
using Clew.Telemetry;

namespace Clew.Server.Limiting;

/// <summary>
/// How much each tenant may send: a bucket of items and one of bytes, which fill at <see cref="IngestLimits.TenantItemsPerSecond"/> and
/// <see cref="IngestLimits.TenantBytesPerSecond"/> up to <see cref="IngestLimits.TenantBurst"/>'s worth.
/// </summary>
/// <remarks>
/// A request is taken in while its tenant's buckets are not empty and may overdraw them, so that a large request is never refused for ever; the next one
/// waits until the debt is paid. That is decided before the request is decoded.
/// </remarks>
internal sealed class TenantRates(ServerOptions options, TimeProvider time)
{
    private readonly IngestLimits _limits = options.Limits;
    private readonly ConcurrentDictionary<string, Budget> _budgets = new(StringComparer.Ordinal);

    private bool IsLimited => _limits.TenantItemsPerSecond > 0 || _limits.TenantBytesPerSecond > 0;

    /// <summary>Takes a request's bytes out of its tenant's budget.</summary>
    /// <returns>Null when it may come in; otherwise how long to wait, and why.</returns>
    public RateRefusal? TakeBytes(Tenant tenant, long bytes)
    {
        if (!_budgets.TryGetValue(tenant.Name, out var budget))
        {
            if (_budgets.Count >= _limits.Tenants)
            {
                return new RateRefusal(_limits.RetryAfter, string.Create(CultureInfo.InvariantCulture, $"there are limits.tenants = {_limits.Tenants} tenants already"));
            }

            budget = _budgets.GetOrAdd(tenant.Name, _ => new Budget(Full(_limits.TenantItemsPerSecond), Full(_limits.TenantBytesPerSecond), time.GetTimestamp()));
        }

        if (!IsLimited)
        {
            return null;
        }

        lock (budget)
        {
            Refill(budget);
            if (_limits.TenantItemsPerSecond > 0 && budget.Items <= 0)
            {
                return Refuse(budget.Items, _limits.TenantItemsPerSecond, "limits.tenant_items_per_second");
            }

            if (_limits.TenantBytesPerSecond > 0 && budget.Bytes <= 0)
            {
                return Refuse(budget.Bytes, _limits.TenantBytesPerSecond, "limits.tenant_bytes_per_second");
            }

            budget.Bytes -= bytes;
            return null;
        }
    }

    /// <summary>Takes the items of a request that came in out of its tenant's budget.</summary>
    public void TakeItems(Tenant tenant, int items)
    {
        if (_limits.TenantItemsPerSecond > 0 && _budgets.TryGetValue(tenant.Name, out var budget))
        {
            lock (budget)
            {
                budget.Items -= items;
            }
        }
    }

    private static RateRefusal Refuse(double left, long rate, string setting) => new(
        TimeSpan.FromSeconds((1 - left) / rate),
        string.Create(CultureInfo.InvariantCulture, $"the tenant sends more than {setting} = {rate}"));

    private double Full(long rate) => Math.Max(1, rate * _limits.TenantBurst.TotalSeconds);

    private void Refill(Budget budget)
    {
        var now = time.GetTimestamp();
        var seconds = time.GetElapsedTime(budget.Time, now).TotalSeconds;
        budget.Time = now;
        budget.Items = Math.Min(Full(_limits.TenantItemsPerSecond), budget.Items + (seconds * _limits.TenantItemsPerSecond));
        budget.Bytes = Math.Min(Full(_limits.TenantBytesPerSecond), budget.Bytes + (seconds * _limits.TenantBytesPerSecond));
    }

    private sealed class Budget(double items, double bytes, long time)
    {
        public double Items { get; set; } = items;

        public double Bytes { get; set; } = bytes;

        public long Time { get; set; } = time;
    }
}

/// <param name="RetryAfter">When there will be room again.</param>
internal sealed record RateRefusal(TimeSpan RetryAfter, string Explanation);
