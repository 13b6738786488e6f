using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections;

/// <summary>
/// Attacks and abuse of rights, per actor: guessed passwords (many tries at few accounts, few tries at many, or many addresses at one), then success; SQL injection; path
/// traversal; scanning; rights gained by somebody who never did before. Told of in the report's "security"; an actor becomes a suspect for the incident only when it got
/// in, or when its requests are what the system suffers from. A scan that harms nobody is blamed for nothing.
/// </summary>
internal sealed class SecurityInspection : IInspection
{
    /// <summary>Refused logins of one actor in the window; people mistype a few times.</summary>
    private const int MinRefusedLogins = 10;

    /// <summary>Accounts from which few tries each are spraying: below, somebody has forgotten which name he used.</summary>
    private const int MinSprayedAccounts = 8;

    /// <summary>Tries per account up to which it is spraying: lock-outs usually start at five.</summary>
    private const double MaxTriesWhenSpraying = 4;

    /// <summary>Addresses that try one account.</summary>
    private const int MinDistributed = 5;

    /// <summary>Things that do not exist or may not be had, and different ones of them.</summary>
    private const int MinProbes = 20;

    private const int MinProbedTargets = 10;

    /// <summary>Share of an actor's requests: who also uses the system is a client with a bug.</summary>
    private const double MinProbedShare = 0.7;

    private const int MaxTold = 8;
    private const int MaxReports = 20;

    public string Name => Rules.Of(FindingKind.IntrusionSucceeded).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        if (view.World.Accesses is not { } accesses)
        {
            findings.AddUnknown(Name, null, "Neither spans nor logs of the window tell of refused logins, refused requests or payloads together with who sent them.");
            return;
        }

        var reports = new List<SecurityReport>();
        for (var actor = 0; actor < accesses.Actors.Count; actor++)
        {
            var seen = new ActorView(view, accesses, actor);
            Logins(seen, reports);
            Payloads(seen, AccessKind.Injection, "sql-injection", "SQL in place of values", reports);
            Payloads(seen, AccessKind.Traversal, "path-traversal", "paths out of what is served", reports);
            Scan(seen, reports);
            Rights(seen, reports);
            Flood(view, accesses, actor, seen, findings);
        }

        Distributed(view, accesses, reports);
        foreach (var report in reports.OrderByDescending(r => r.Succeeded).ThenBy(r => r.WasThereBefore).ThenByDescending(r => r.Attempts).ThenBy(r => r.Actor, StringComparer.Ordinal).Take(MaxReports))
        {
            findings.AddSecurity(report);
            if (report is { Succeeded: true, WasThereBefore: false } && report.Pattern is not ("sql-injection" or "path-traversal"))
            {
                Accuse(view, report, findings);
            }
        }
    }

    private static void Logins(ActorView actor, List<SecurityReport> reports)
    {
        var refused = actor.Window(AccessKind.LoginFailed);
        var accounts = refused.Where(e => e.Subject >= 0).GroupBy(e => e.Subject).OrderByDescending(g => g.Count()).ThenBy(g => g.Key).ToArray();
        if (refused.Length < MinRefusedLogins)
        {
            return;
        }

        var isSpraying = accounts.Length >= MinSprayedAccounts && refused.Length <= MaxTriesWhenSpraying * accounts.Length;
        var granted = actor.Window(AccessKind.LoginSucceeded).FirstOrDefault(e => e.Time > refused[Math.Min(refused.Length, 5) - 1].Time);
        var account = granted is { Subject: >= 0 } ? actor.Accesses.Subjects[granted.Subject] : null;
        var names = Phrase.List([.. accounts.Take(5).Select(a => actor.Accesses.Subjects[a.Key])], accounts.Length);
        reports.Add(actor.Report(
            isSpraying ? "password-spraying" : "brute-force", refused, granted is not null, account, granted?.Time,
            $"{actor.Name} was refused {Phrase.Count(refused.Length, "login")}{(names.Length > 0 ? $" for {names}" : "")} in {Phrase.Nanoseconds(refused[^1].Time - refused[0].Time)}"
            + (granted is null ? "; none was granted." : $", then got in{(account is null ? "" : $" as {account}")} at {Phrase.Time(granted.Time)}."),
            actor.Baseline(AccessKind.LoginFailed) >= MinRefusedLogins));
    }

    private static void Payloads(ActorView actor, AccessKind kind, string pattern, string what, List<SecurityReport> reports)
    {
        var sent = actor.Window(kind);
        if (sent.Length > 0)
        {
            var answered = sent.Count(e => e.Succeeded);
            reports.Add(actor.Report(
                pattern, sent, answered > 0, null, sent.FirstOrDefault(e => e.Succeeded)?.Time ?? sent[^1].Time,
                $"{actor.Name} sent {what} {Phrase.Count(sent.Length, "time")}, for example {sent[0].Sample}; {(answered > 0 ? $"{answered} of them were answered with success, which does not prove that they worked." : "none was answered with success.")}",
                actor.Baseline(kind) > 0));
        }
    }

    private static void Scan(ActorView actor, List<SecurityReport> reports)
    {
        WorldAccess[] probes = [.. actor.Window(AccessKind.NotFound).Concat(actor.Window(AccessKind.Denied)).Concat(actor.Window(AccessKind.Traversal)).OrderBy(e => e.Time)];
        var targets = probes.Where(e => e.Target >= 0).Select(e => e.Target).Distinct().Count();
        if (probes.Length >= MinProbes && targets >= MinProbedTargets && probes.Length >= MinProbedShare * actor.WindowRequests)
        {
            reports.Add(actor.Report(
                "scanning", probes, false, null, null,
                $"{actor.Name} asked for {Phrase.Count(targets, "thing")} that do not exist or that it may not have ({Phrase.Count(probes.Length, "request")}, {Phrase.Percent(Math.Min(1, probes.Length / (double)actor.WindowRequests))} of its own).",
                actor.Baseline(AccessKind.NotFound) + actor.Baseline(AccessKind.Denied) >= MinProbes));
        }
    }

    private static void Rights(ActorView actor, List<SecurityReport> reports)
    {
        var gained = actor.Window(AccessKind.Escalation);
        var denied = actor.Window(AccessKind.Denied).Where(e => gained.Length > 0 && e.Time < gained[0].Time).ToArray();

        // Administrators do it every day: only who never did it before, in a baseline that tells of others or of him.
        if (gained.Length > 0 && actor.Baseline(AccessKind.Escalation) == 0 && (denied.Length > 0 || actor.Window(AccessKind.LoginFailed).Length >= MinRefusedLogins))
        {
            reports.Add(actor.Report(
                "privilege-anomaly", gained, true, gained[0].Subject >= 0 ? actor.Accesses.Subjects[gained[0].Subject] : null, gained[0].Time,
                $"{actor.Name} gained rights {Phrase.Count(gained.Length, "time")} after it was refused {Phrase.Count(Math.Max(denied.Length, actor.Window(AccessKind.LoginFailed).Length), "time")}, and never did before: {gained[0].Sample}", false));
        }
    }

    /// <summary>Many addresses at one account, none of which is conspicuous by itself.</summary>
    private static void Distributed(WorldView view, WorldAccesses accesses, List<SecurityReport> reports)
    {
        var told = reports.Where(r => r.Pattern is "brute-force" or "password-spraying").Select(r => r.Actor).ToHashSet(StringComparer.Ordinal);
        foreach (var tries in accesses.Events.Where(e => e.Kind == AccessKind.LoginFailed && e.Subject >= 0 && view.World.Window.Contains(e.Time) && !told.Contains(accesses.Actors[e.Actor].Name)).GroupBy(e => e.Subject).OrderBy(g => g.Key))
        {
            var actors = tries.Select(e => e.Actor).Distinct().ToArray();
            if (tries.Count() < 2 * MinRefusedLogins || actors.Length < MinDistributed)
            {
                continue;
            }

            var account = accesses.Subjects[tries.Key];
            var ordered = tries.OrderBy(e => e.Time).ToArray();
            var granted = accesses.Events.FirstOrDefault(e => e.Kind == AccessKind.LoginSucceeded && e.Subject == tries.Key && actors.Contains(e.Actor) && e.Time > ordered[MinRefusedLogins - 1].Time && view.World.Window.Contains(e.Time));
            var before = accesses.Events.Count(e => e.Kind == AccessKind.LoginFailed && e.Subject == tries.Key && !view.World.Window.Contains(e.Time));
            var by = granted is null ? Phrase.Count(actors.Length, "address").Replace("addresss", "addresses", StringComparison.Ordinal) : accesses.Actors[granted.Actor].Name;
            var report = new ActorView(view, accesses, granted?.Actor ?? actors[0]).Report(
                "distributed-brute-force", ordered, granted is not null, granted is null ? null : account, granted?.Time,
                $"{actors.Length} addresses were refused {Phrase.Count(ordered.Length, "login")} for {account}{(granted is null ? "; none was granted." : $", then {by} got in at {Phrase.Time(granted.Time)}.")}",
                before >= 2 * MinRefusedLogins);
            reports.Add(report with { Actor = by });
        }
    }

    /// <summary>An actor whose requests are most of what came in addition: what a flood does is the incident itself.</summary>
    private static void Flood(WorldView view, WorldAccesses accesses, int actor, ActorView seen, Findings findings)
    {
        var rule = Rules.Of(FindingKind.AttackFloods);
        var world = view.World;
        var (window, baseline) = (Seconds(world.Window), world.Baseline.Sum(Seconds));
        var own = accesses.Actors[actor];
        if (own.WindowRequests < rule.MinWindow || accesses.BaselineRequests < rule.MinBaseline || baseline <= 0)
        {
            return;
        }

        var (usual, now) = (accesses.BaselineRequests / baseline, accesses.WindowRequests / window);
        var share = own.WindowRequests / (double)accesses.WindowRequests;
        var expected = own.BaselineRequests / baseline * window;
        var significance = (own.WindowRequests - expected) / Math.Sqrt(expected + 1);
        if (share < rule.Absolute || now < rule.Relative * usual || significance < rule.MinSignificance)
        {
            return;
        }

        findings.Add(new Finding
        {
            Kind = FindingKind.AttackFloods,
            Entity = view.EntityOf(EntityKind.Actor, own.Name),
            Strength = Strength.OfSignificance(significance) * Math.Min(1, 2 * share) * Strength.OfRatio(usual, now, 0.01),
            Significance = significance,
            Change = new Comparison(own.BaselineRequests / baseline, own.WindowRequests / window, "{request}/s"),
            Onset = seen.First,
            Observations = (int)Math.Min(int.MaxValue, own.WindowRequests),
            Statement = $"{own.Name} sent {Phrase.Percent(share)} of all requests of the window ({Phrase.Number(own.WindowRequests / window)}/s; {Phrase.Number(own.BaselineRequests / baseline)}/s is usual), and what it sent was refused, missing or malicious.",
            Query = seen.Query,
        });
    }

    private static void Accuse(WorldView view, SecurityReport report, Findings findings) => findings.Add(new Finding
    {
        Kind = FindingKind.IntrusionSucceeded,
        Entity = view.EntityOf(EntityKind.Actor, report.Actor),
        Strength = Strength.OfCount(report.Attempts),
        Significance = 0,
        Onset = (report.Start - DateTimeOffset.UnixEpoch).Ticks * 100,
        Observations = report.Attempts,
        Statement = report.Statement,
        Query = report.Query,
    });

    private static double Seconds(WorldStretch stretch) => (stretch.End - stretch.Start) / 1e9;

    /// <summary>One actor's events.</summary>
    private sealed class ActorView
    {
        private readonly WorldView _view;
        private readonly WorldAccess[] _window;
        private readonly WorldAccess[] _baseline;

        public ActorView(WorldView view, WorldAccesses accesses, int actor)
        {
            _view = view;
            Accesses = accesses;
            Name = accesses.Actors[actor].Name;
            WindowRequests = accesses.Actors[actor].WindowRequests;
            var own = accesses.Events.Where(e => e.Actor == actor).ToArray();
            _window = [.. own.Where(e => view.World.Window.Contains(e.Time))];
            _baseline = [.. own.Where(e => !view.World.Window.Contains(e.Time))];
        }

        public WorldAccesses Accesses { get; }

        public string Name { get; }

        public long WindowRequests { get; }

        public long First => _window.Length == 0 ? 0 : _window[0].Time;

        public string Query => EvidenceQueries.Logs(_view.World, "", text: Name);

        public WorldAccess[] Window(AccessKind kind) => [.. _window.Where(e => e.Kind == kind)];

        public int Baseline(AccessKind kind) => _baseline.Count(e => e.Kind == kind);

        public SecurityReport Report(string pattern, WorldAccess[] attempts, bool succeeded, string? account, long? after, string statement, bool wasThereBefore)
        {
            var later = after is { } time ? _window.Where(e => e.Time > time && !(e.Kind == attempts[0].Kind && !e.Succeeded)).ToArray() : [];
            var reached = _window.Where(e => e.Succeeded).ToArray();
            return new SecurityReport
            {
                Pattern = pattern,
                Actor = Name,
                Accounts = Most(attempts.Select(e => e.Subject), Accesses.Subjects),
                Targets = Most(attempts.Select(e => e.Target), Accesses.Targets),
                Attempts = attempts.Length,
                Start = At(attempts[0].Time),
                End = At(attempts[^1].Time),
                Succeeded = succeeded,
                Account = account,
                FollowUp = [.. later.Select(Told).Distinct(StringComparer.Ordinal).Take(MaxTold)],
                BlastRadius = new BlastRadius(
                    Most(reached.Select(e => e.Service), _view.World.Services), Most(reached.Where(e => e.Kind is AccessKind.LoginSucceeded or AccessKind.Escalation).Select(e => e.Subject), Accesses.Subjects), reached.Length),
                WasThereBefore = wasThereBefore,
                Sample = attempts.Select(e => e.Sample).FirstOrDefault(s => s.Length > 0),
                Statement = statement,
                TraceIds = [.. attempts.Select(e => e.TraceId).Where(t => t.Length > 0).Distinct(StringComparer.Ordinal).Take(3)],
                Query = Query,
            };
        }

        private static IReadOnlyList<string> Most(IEnumerable<int> numbers, IReadOnlyList<string> names) =>
            [.. numbers.Where(n => n >= 0).GroupBy(n => n).OrderByDescending(g => g.Count()).ThenBy(g => g.Key).Take(MaxTold).Select(g => names[g.Key])];

        private static DateTimeOffset At(long time) => DateTimeOffset.UnixEpoch.AddTicks(time / 100);

        private string Told(WorldAccess e)
        {
            var what = e.Kind switch
            {
                AccessKind.LoginSucceeded => "logged in",
                AccessKind.LoginFailed => "was refused a login",
                AccessKind.Denied => "was denied",
                AccessKind.Escalation => "gained rights",
                AccessKind.NotFound => "asked for what does not exist",
                AccessKind.Injection => "sent SQL in place of a value",
                AccessKind.Traversal => "sent a path out of what is served",
                _ => "requested",
            };
            var target = e.Target >= 0 ? " " + Accesses.Targets[e.Target] : e.Kind == AccessKind.Escalation ? ": " + e.Sample : "";
            return $"{what}{target}{(e.Subject >= 0 ? $" as {Accesses.Subjects[e.Subject]}" : "")} at {_view.ServiceName(e.Service)}";
        }
    }
}
