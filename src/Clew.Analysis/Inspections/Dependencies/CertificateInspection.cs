using Clew.Analysis.Errors;
using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections.Dependencies;

/// <summary>Certificates that are refused, from calls and log lines that say so, and those about to expire, from metrics that count the days.</summary>
internal sealed class CertificateInspection : IInspection
{
    private const double Day = 86_400;

    /// <summary>Days left from which an expiry is worth a word.</summary>
    private const double Soon = 3;

    public string Name => Rules.Of(FindingKind.CertificateFails).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var rule = Rules.Of(FindingKind.CertificateFails);
        foreach (var edge in view.Calls.Edges)
        {
            if (Excess.Of(edge, c => c.Cause == FailureCause.Certificate, rule) is not { } excess)
            {
                continue;
            }

            var said = excess.Message(view);
            var isExpired = said.Contains("expired", StringComparison.OrdinalIgnoreCase) || said.Contains("CERT_HAS_EXPIRED", StringComparison.OrdinalIgnoreCase);
            var statement = $"The certificate of {edge.Peer} {(isExpired ? "has expired" : "is not accepted")}: {excess.Said} from {view.ServiceName(edge.Caller)} fail on it (\"{said}\").";
            findings.Add(excess.Finding(view, FindingKind.CertificateFails, statement) with
            {
                Entity = edge.Callee >= 0 ? edge.Callee : view.EntityOf(edge.Store.Length > 0 ? EntityKind.DataStore : EntityKind.External, edge.Peer, edge.Caller),
                Fixes =
                [
                    new NextStep($"See the dates, names and issuer of the certificate of {edge.Peer}.", $"openssl s_client -connect {Phrase.Quoted(edge.Peer.Contains(':') ? edge.Peer : edge.Peer + ":443")} -showcerts"),
                    new NextStep(isExpired ? $"Renew the certificate of {edge.Peer}, and see why that was not done by itself." : $"See whether the authorities that {view.ServiceName(edge.Caller)} trusts changed, or the name under which it calls {edge.Peer}."),
                ],
            });
        }

        FromMetrics(view, findings);
    }

    private static void FromMetrics(WorldView view, Findings findings)
    {
        foreach (var series in view.World.Series.Where(s => s.Service >= 0 && s.Kind == WorldSeriesKind.Gauge && IsExpiry(s.Name)))
        {
            var point = series.Points.LastOrDefault(p => view.World.Window.Contains(p.Time));
            if (point.Time == 0)
            {
                continue;
            }

            // Since 1970, or left: a moment is larger than any life of a certificate.
            var left = (series.Unit is "d" or "{day}" or "days" || series.Name.Contains("days", StringComparison.OrdinalIgnoreCase) ? point.Value * Day : point.Value > 1e9 ? point.Value - (point.Time / 1e9) : point.Value) / Day;
            if (left > Soon)
            {
                continue;
            }

            var expired = view.World.Window.End - (long)Math.Max(0, -left * Day * 1e9);
            findings.Add(new Finding
            {
                Kind = FindingKind.CertificateFails,
                Entity = series.Service,
                Peer = series.Name,
                Strength = left <= 0 ? 0.9 : 0.3,
                Significance = left <= 0 ? 6 : 3,
                Change = new Comparison(null, Math.Round(left, 3), "d"),
                Onset = left <= 0 ? Math.Max(expired, view.World.Window.Start) : 0,
                Observations = 1,
                Statement = $"{series.Name}{(series.Attributes.Length > 0 ? $" ({series.Attributes})" : "")} of {view.ServiceName(series.Service)}: a certificate {(left <= 0 ? $"expired {Phrase.Number(-left)} days ago" : $"expires in {Phrase.Number(left)} days")}.",
            });
        }
    }

    private static bool IsExpiry(string name) => (name.Contains("cert", StringComparison.OrdinalIgnoreCase) || name.Contains("tls", StringComparison.OrdinalIgnoreCase) || name.Contains("ssl", StringComparison.OrdinalIgnoreCase))
        && (name.Contains("expir", StringComparison.OrdinalIgnoreCase) || name.Contains("not_after", StringComparison.OrdinalIgnoreCase) || name.Contains("days_left", StringComparison.OrdinalIgnoreCase) || name.Contains("days.left", StringComparison.OrdinalIgnoreCase));
}
