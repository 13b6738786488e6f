using System.Collections.Concurrent;
using Clew.Server.Configuration;
using Clew.Server.Limiting;
using Clew.Server.Pipeline;
using Clew.Telemetry;

namespace Clew.Server.Derivation;

/// <summary>
/// Gives log records the id of their template, and spans and log records with an exception the id of their error signature. Comes after redaction: what is
/// derived from a secret would be one. Only records with exceptions pay for signatures; a template costs a hash of the body when the body was seen before.
/// </summary>
internal sealed class DerivationStage(CardinalityGuard guard, IngestLimits limits) : IPipelineStage
{
    private readonly ConcurrentBag<TemplateWork> _templates = [];
    private readonly ConcurrentBag<ErrorWork> _errors = [];

    public string Name => "derivation";

    public void Process(SpanBatch batch, StageReport report)
    {
        var work = _errors.TryTake(out var idle) ? idle : new ErrorWork();
        Tell(report, "error_signature", "limits.error_signatures", limits.ErrorSignatures, work.Derive(batch, guard));
        _errors.Add(work);
    }

    public void Process(LogBatch batch, StageReport report)
    {
        var templates = _templates.TryTake(out var idle) ? idle : new TemplateWork();
        Tell(report, "log_template", "limits.log_templates", limits.LogTemplates, templates.Derive(batch, guard));
        _templates.Add(templates);
        var errors = _errors.TryTake(out var free) ? free : new ErrorWork();
        Tell(report, "error_signature", "limits.error_signatures", limits.ErrorSignatures, errors.Derive(batch, guard));
        _errors.Add(errors);
    }

    public void Process(MetricBatch batch, StageReport report)
    {
    }

    /// <param name="without">Records that have none because of the limit.</param>
    private static void Tell(StageReport report, string rule, string setting, int limit, int without)
    {
        if (without > 0)
        {
            report.Changed(rule, without, $"records of a service with {setting} = {limit} have no {rule}, because theirs is a new one; GET /api/limits names the service");
        }
    }
}

/// <summary>Ids that may be given in one batch: asks the guard once per service and id.</summary>
internal sealed class AdmittedIds
{
    private readonly Dictionary<(int Service, ulong Id), bool> _known = [];

    public void Clear() => _known.Clear();

    /// <param name="service">Its dictionary number.</param>
    /// <param name="refused">The set that has no room for it, when it is refused for the first time in this batch: the caller notes an example there.</param>
    public bool Admit(CardinalityGuard guard, CardinalityKind kind, TelemetryBatch batch, int service, ulong id, out CardinalityGuard.KnownSet? refused)
    {
        refused = null;
        if (_known.TryGetValue((service, id), out var admitted))
        {
            return admitted;
        }

        var set = guard.SetOf(batch.Tenant, batch.Dictionary.GetString(service), kind);
        admitted = set.Admit(id);
        _known.Add((service, id), admitted);
        refused = admitted ? null : set;
        return admitted;
    }
}
