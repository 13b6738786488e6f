using Clew.Analysis.Inspections;
using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Telemetry;

namespace Clew.Analysis.Ranking;

/// <summary>Which recorded change fits which suspect: it must have come before the trouble and lie on its path.</summary>
internal static class ChangeMatcher
{
    /// <summary>Seconds by which a change may seem to come after the onset: clocks, and times noted by hand.</summary>
    private const double Tolerance = 30;

    /// <summary>A change this long before the onset, seconds, is half as likely a trigger as one just before it.</summary>
    private const double HalfLife = 1_800;

    /// <summary>From this fit on a change is called the trigger.</summary>
    public const double MinFit = 0.3;

    /// <summary>Words by which a change says what it touches, and the kind of fault that it can cause. Ordinary vocabulary of operations.</summary>
    private static readonly (string[] Words, CauseKind[] Kinds)[] Vocabulary =
    [
        (["dns", "coredns", "resolver", "nameserver", "resolv", "name resolution"], [CauseKind.NameResolution]),
        (["network", "firewall", "egress", "ingress", "route", "routing", "security group", "mesh", "proxy", "vpn", "mtu", "bandwidth"],
            [CauseKind.NetworkDelay, CauseKind.Unreachable, CauseKind.NameResolution]),
        (["cpu", "memory", "limit", "limits", "quota", "node", "autoscaler", "hpa", "resources", "kernel"], [CauseKind.ResourceSaturation, CauseKind.SlowCode]),
        (["pool", "connections", "max connections"], [CauseKind.PoolExhaustion]),
        (["certificate", "tls", "secret", "credential"], [CauseKind.Errors, CauseKind.Unreachable]),
    ];

    public static void Match(WorldView view, List<Suspect> suspects)
    {
        foreach (var suspect in suspects.Where(s => s.Findings.Count > 0 && s.Score >= MinScoreForMatching))
        {
            foreach (var change in view.World.Changes)
            {
                var (path, why) = PathFit(change, suspect, view);
                var lead = Lead(change, suspect, view);
                var fit = path * TimeFit(lead);
                if (fit > suspect.ChangeFit)
                {
                    suspect.ChangeFit = fit;
                    suspect.Change = fit < MinFit ? null : new SuspectChange
                    {
                        Id = change.Id,
                        Kind = change.Kind,
                        Time = change.Time.ToDateTimeOffset(),
                        Target = change.Service,
                        Summary = change.Summary,
                        Author = change.Author.Length > 0 ? change.Author : null,
                        SecondsBeforeOnset = Math.Round(lead, 3),
                        Fit = $"It {why} and came {Phrase.Seconds(Math.Max(0, lead))} before the first sign.",
                    };
                }
            }
        }
    }

    private static double MinScoreForMatching => Ranker.MinScoreForChange;

    /// <summary>Seconds from the change to the suspect's first sign.</summary>
    public static double Lead(ChangeRecord change, Suspect suspect, WorldView view)
    {
        var onset = suspect.Onset > 0 ? suspect.Onset : view.World.Window.Start;
        return (onset - change.Time.UnixNanoseconds) / 1e9;
    }

    /// <summary>0 for a change after the onset; 1 just before it, falling with distance.</summary>
    public static double TimeFit(double lead) => lead < -Tolerance ? 0 : 1 / (1 + (Math.Max(0, lead) / HalfLife));

    /// <summary>How well the change lies on the suspect's path, 0 to 1, and in which way.</summary>
    private static (double Fit, string Why) PathFit(ChangeRecord change, Suspect suspect, WorldView view)
    {
        if (Same(change.Service, suspect.Name))
        {
            return (1, $"was made to {suspect.Name} itself");
        }

        // A node is named by itself, a policy as "network policy NAMESPACE/NAME".
        if (change.Attributes.GetValueOrDefault("k8s.name", "") is { Length: > 0 } named && (Same(named, suspect.Name)
            || (suspect.Entity >= view.World.Services.Count && suspect.Name.EndsWith("/" + named, StringComparison.OrdinalIgnoreCase))))
        {
            return (1, $"was made to {suspect.Name} itself");
        }

        var instances = view.World.Instances.Where(i => i.Service == suspect.Entity).ToArray();
        if (change.Service.Length > 0 && instances.Any(i => Same(i.Name, change.Service) || Same(i.Node, change.Service)))
        {
            return (0.9, $"was made to {change.Service}, where {suspect.Name} runs");
        }

        // A change to another service that was watched must be judged by that service's own findings.
        if (view.World.Services.Any(s => Same(s, change.Service)))
        {
            return (0, "");
        }

        var strongest = suspect.Findings.Where(f => f.Weight >= 0.3 * suspect.Findings[0].Weight).ToArray();
        if (change.Service.Length > 0 && strongest.Any(f => Same(f.Peer, change.Service) || f.Peer.StartsWith(change.Service + ".", StringComparison.OrdinalIgnoreCase)))
        {
            return (0.85, $"was made to {change.Service}, which {suspect.Name} calls");
        }

        var text = $" {change.Service} {change.Kind} {change.Summary} ".ToLowerInvariant();
        if (strongest.FirstOrDefault(f => f.Peer.Length > 3 && text.Contains(f.Peer.ToLowerInvariant(), StringComparison.Ordinal)) is { } mentioned)
        {
            return (0.8, $"mentions {mentioned.Peer}, which {suspect.Name} calls");
        }

        var kinds = strongest.Select(f => Rules.Of(f.Kind).Suggests).ToHashSet();
        foreach (var (words, causes) in Vocabulary)
        {
            if (causes.FirstOrDefault(kinds.Contains) is var cause and not CauseKind.None && words.FirstOrDefault(w => HasWord(text, w)) is { } word)
            {
                return (0.75, $"touches what went wrong ({word})");
            }
        }

        return (0, "");
    }

    private static bool HasWord(string text, string word)
    {
        for (var at = text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.Ordinal))
        {
            if (!char.IsLetterOrDigit(text[at - 1]) && !char.IsLetterOrDigit(text[at + word.Length]))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Same(string a, string b) => a.Length > 0 && string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
