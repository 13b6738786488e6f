namespace Clew.Server.Health;

/// <summary>All checks together; asked by <c>/health/ready</c> and by gRPC's health service.</summary>
internal sealed class Readiness(IEnumerable<IReadinessCheck> checks)
{
    public HealthReport Report()
    {
        var reports = checks.Select(check => (check.Name, Problem: check.Problem()))
            .Select(check => new HealthCheckReport(check.Name, check.Problem is null ? "ok" : "failed", check.Problem))
            .ToList();
        return new HealthReport(reports.All(report => report.Reason is null) ? "ready" : "not ready", reports);
    }
}
