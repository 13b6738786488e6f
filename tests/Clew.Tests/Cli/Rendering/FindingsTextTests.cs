using Clew.Analysis.Reports;
using Clew.Cli.Rendering;
using Clew.Server.Detection;
using Clew.Telemetry;

namespace Clew.Tests.Cli.Rendering;

/// <summary>Slices, attacks and noticed incidents on a terminal.</summary>
public sealed class FindingsTextTests
{
    private static readonly SecurityReport Spraying = new()
    {
        Pattern = "password-spraying",
        Actor = "203.0.113.7",
        Accounts = ["ann", "bob", "carol", "dave", "eve", "frank", "grace", "heidi", "ivan", "judy"],
        Targets = ["sshd"],
        Attempts = 38,
        Start = Samples.Begin.AddMinutes(2),
        End = Samples.Begin.AddMinutes(9),
        Succeeded = true,
        Account = "judy",
        FollowUp = ["10:09:30 GET /admin answered 200", "10:10:02 judy gained the role admin"],
        BlastRadius = new BlastRadius(["shop", "ledger"], ["judy"], 14),
        WasThereBefore = false,
        Sample = "Failed password for invalid user ann from 203.0.113.7 port 4711 ssh2",
        Statement = "203.0.113.7 tried 10 accounts with at most 4 tries each, and got in as judy.",
        TraceIds = ["5b8efff798038103d269b633813fc60c"],
        Query = "clew logs --text 203.0.113.7 --start 2026-08-21T10:00:00Z --end 2026-08-21T10:15:00Z",
    };

    private static readonly SecurityReport Scanning = new()
    {
        Pattern = "scanning",
        Actor = "198.51.100.1",
        Accounts = [],
        Targets = ["/.env", "/wp-login.php"],
        Attempts = 40,
        Start = Samples.Begin.AddMinutes(1),
        End = Samples.Begin.AddMinutes(3),
        Succeeded = false,
        BlastRadius = new BlastRadius([], [], 0),
        WasThereBefore = true,
        Statement = "198.51.100.1 asked for 40 things that do not exist.",
    };

    private static readonly InvestigationReport Report = Samples.Incident() with
    {
        Security = [Spraying, Scanning],
        Strata =
        [
            new StratumReport
            {
                Outcome = "failing",
                Attributes = [new StratumAttribute("cloud.region", "eu-west-1"), new StratumAttribute("app.version", "2.4.0", "checkout")],
                Good = 3,
                Bad = 27,
                Ratio = 0.9,
                RatioBaseline = 0.004,
                RiskDifference = 0.88,
                Low = 0.71,
                High = 0.95,
                Remaining = 0.02,
                FalseDiscoveryRate = 1e-9,
                Folded = ["k8s.node.name = n7", "zone = b", "client = app/2", "host.name = w7"],
                Statement = "90 % of the requests of eu-west-1 with version 2.4.0 fail.",
            },
            new StratumReport
            {
                Outcome = "slow",
                Attributes = [new StratumAttribute("cart.items", "≥ 40")],
                Good = 10,
                Bad = 12,
                Ratio = 12 / 22.0,
                RiskDifference = 0.5,
                Low = 0.3,
                High = 0.66,
                Remaining = 0.04,
                FalseDiscoveryRate = 1e-4,
                Statement = "Large carts are slow.",
            },
        ],
    };

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public void A_report_tells_what_requests_have_in_common_and_of_attacks(int width) => InvestigationText.Render(Report, full: false, At(width)).ShouldMatch($"investigation-findings-{width}", width);

    [Theory]
    [InlineData(80, false)]
    [InlineData(120, true)]
    public void Attacks(int width, bool full) => SecurityText.Render(Report, full, At(width)).ShouldMatch($"security-{width}", width);

    [Fact]
    public void No_attacks() => SecurityText.Render(
        Report with { Security = [], Unknown = [new UnknownInspection("security", null, "There are neither server spans nor logs in the window.")] }, false, At(80)).ShouldMatch("security-none", 80);

    [Fact]
    public void Incidents_are_told_when_noticed_when_explained_and_when_over()
    {
        var watch = new IncidentWatch();
        var open = new IncidentEntry
        {
            Id = "i-1",
            Status = "open",
            Onset = At(0L),
            NoticedAt = At(40L),
            Severity = "critical",
            Service = "web",
            Summary = "GET / fails in 40 % of the requests",
            Symptoms = ["GET / fails in 40 % of the requests", "POST /pay takes 2 s"],
        };
        var explained = open with { Verdict = "LIKELY", Headline = "payments is slow since deploy 2.4", Cause = "payments", Change = "deploy 2.4" };
        var over = explained with { Status = "closed", EndsAt = At(400L) };
        var old = open with { Id = "i-0", EndsAt = At(1L), Status = "closed" };
        var told = new List<Line>();
        foreach (var list in (IReadOnlyList<IncidentEntry>[])[[old, open], [old, open], [old, explained], [old, explained], [old, over], [old, over], []])
        {
            told.AddRange(watch.Changed(new IncidentList(list, 200)).SelectMany(incident => watch.Tell(incident, At(80))));
        }

        told.ShouldMatch("watch", 120);
    }

    [Fact]
    public void An_incident_that_comes_and_goes_between_two_looks_is_told_whole()
    {
        var watch = new IncidentWatch();
        watch.Changed(new IncidentList([], 200)).ShouldBeEmpty();
        var whole = new IncidentEntry
        {
            Id = "i-2",
            Status = "closed",
            Onset = At(0L),
            NoticedAt = At(1L),
            EndsAt = At(2L),
            Severity = "warning",
            Service = "web",
            Summary = "slow",
            Symptoms = ["slow"],
            Verdict = "INCONCLUSIVE",
            Headline = "Nothing stands out.",
        };

        watch.Changed(new IncidentList([whole], 200)).SelectMany(incident => watch.Tell(incident, At(80))).Count().ShouldBe(3);
    }

    private static Timestamp At(long seconds) => Samples.At(seconds * 1_000_000_000);

    private static Page At(int width) => new() { Width = width };
}
