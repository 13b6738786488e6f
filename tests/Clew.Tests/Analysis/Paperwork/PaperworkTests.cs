using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Clew.Analysis;
using Clew.Analysis.Paperwork;
using Clew.Analysis.Reports;
using Clew.Analysis.Worlds;
using Clew.Telemetry;
using Clew.Tests.Analysis.Investigation;
using Clew.Tests.Cli.Rendering;

namespace Clew.Tests.Analysis.Paperwork;

/// <summary>Documents from reports, held against files in <c>Expected/</c>; CLEW_ACCEPT=1 accepts what is new.</summary>
public sealed partial class PaperworkTests
{
    private static readonly string[] Hostile =
    [
        "a|b", "`code` ``more``", "<script>alert(1)</script>", "[x](javascript:alert(1))", "![i](http://e.example/p.png)", "# no heading", "- no list", "1. no number", "**bold** _it_ ~~gone~~", "line\nbreak\r\n\ttab",
        "```\nfence\n```", "@everyone", "http://e.example", "&lt;b&gt;", "$x$", "\\", "\u202Egnp.exe", "a:b;c#d%e", "title x", "section y", "", " ", "\0\u0007\e[31m", "|---|---|",
    ];

    public static TheoryData<string> Documents => ["incident", "hostile", "nothing", "likely"];

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_postmortem_is_as_expected(string name) => ShouldMatch(Postmortem.Write(Report(name)), $"postmortem-{name}");

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_runbook_is_as_expected(string name) => ShouldMatch(Runbook.Write(Report(name)), $"runbook-{name}");

    [Fact]
    public void Nobody_is_named()
    {
        var report = Report("incident");
        report.Causes[0].Change!.Author.ShouldBe("ada-the-operator");

        Postmortem.Write(report).ShouldNotContain("ada-the-operator");
        Runbook.Write(report).ShouldNotContain("ada-the-operator");
    }

    [Fact]
    public void Every_golden_report_makes_documents_whose_tables_and_fences_are_whole()
    {
        foreach (var world in InvestigationCaseTests.Cases())
        {
            var report = Investigator.Investigate(world.Build());
            foreach (var text in new[] { Postmortem.Write(report), Runbook.Write(report) })
            {
                Whole(text, world.Name);
            }
        }
    }

    [Fact]
    public void Hostile_texts_stay_texts()
    {
        foreach (var text in Hostile)
        {
            var inline = MarkdownText.Inline(text);
            inline.ShouldNotContain("\n");
            inline.ShouldNotContain("<");
            Unescaped().IsMatch(inline).ShouldBeFalse($"{text} → {inline}");
            Beginning().IsMatch(inline).ShouldBeFalse($"{text} → {inline}");

            var code = MarkdownText.Code(text);
            code.ShouldNotContain("\n");
            code.ShouldNotContain("|");
            var ticks = code.TakeWhile(c => c == '`').Count();
            code.EndsWith(new string('`', ticks), StringComparison.Ordinal).ShouldBeTrue(code);
            code[ticks..^ticks].Split(' ').ShouldAllBe(part => !part.Contains(new string('`', ticks), StringComparison.Ordinal));

            MarkdownText.Label(text).ShouldNotContain(c => ":;#%<>\"`{}[]()|&\\@\n".Contains(c), text);
            MarkdownText.Label(text).Length.ShouldBeInRange(1, MarkdownText.MaxLabel);

            var fence = MarkdownText.Fence(text, "sh");
            fence.Split('\n')[^1].ShouldBe(new string('`', fence.TakeWhile(c => c == '`').Count()));
            var lines = fence.Split('\n');
            lines.Skip(1).SkipLast(1).Where(line => line.StartsWith(lines[^1], StringComparison.Ordinal)).ShouldBeEmpty();
        }
    }

    /// <summary>Steps of a minute as "requests/errors/p95 in milliseconds".</summary>
    [Theory]
    [InlineData("100/0/90 100/40/90 100/50/90 100/0/90 100/1/90 100/0/90", 3)]
    [InlineData("100/0/90 100/40/90 100/0/90 100/0/90", null)]
    [InlineData("100/0/90 100/0/90 100/0/90 100/0/90", null)]
    [InlineData("100/40/90 100/0/90 100/0/90 100/0/90 100/9/90", null)]
    [InlineData("100/0/900 100/0/900 100/0/95 100/0/95 100/0/95", 2)]
    [InlineData("100/0/900 2/0/900 100/0/95 100/0/95 100/0/95", 1)]
    [InlineData("9/1/90 9/0/90 9/0/90 9/0/90", null)]
    [InlineData("", null)]
    public void Recovery_is_when_nothing_is_bad_any_more(string steps, int? minute)
    {
        var impact = Samples.Incident().Impact[0] with { ErrorRatio = new Comparison(0.002, 0.37, "1"), DurationP95 = new Comparison(0.1, 0.9, "s") };
        var course = steps.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select((step, i) => (Figures: step.Split('/').Select(number => long.Parse(number, CultureInfo.InvariantCulture)).ToArray(), Minute: i))
            .Select(step => new CoursePoint(step.Minute * 60_000_000_000L, step.Figures[0], step.Figures[1], step.Figures[2] * 1e6)).ToArray();

        var recovery = AftermathWriter.RecoveryOf(impact, course);
        (recovery is null ? (long?)null : recovery.Time.ToUnixTimeSeconds() / 60).ShouldBe(minute);
    }

    [Fact]
    public void Detection_and_repair_are_measured_from_the_first_sign()
    {
        var clock = IncidentClock.Of(Report("incident"));

        clock.Onset.ShouldBe(Samples.Begin.AddSeconds(133));
        clock.TimeToDetect.ShouldBe(TimeSpan.FromSeconds(107));
        clock.TimeToRepair.ShouldBe(TimeSpan.FromSeconds(767));
        IncidentClock.Of(Report("nothing")).IsOnsetKnown.ShouldBeFalse();
    }

    [Fact]
    public void What_was_noticed_later_than_it_began_is_detected_when_it_was_noticed()
    {
        var incident = new AlertRecord
        {
            Fingerprint = "i",
            Name = "Errors of gateway POST /checkout",
            Source = "clew",
            Start = Samples.At(133_000_000_000),
            Updated = Samples.At(180_000_000_000),
            Annotations = new Dictionary<string, string> { ["noticed"] = Samples.At(163_000_000_000).ToString() },
        };

        var report = AftermathWriter.Write(Samples.Incident(), new WorldAftermath { Alerts = [incident] });

        report.Alerts[0].Start.ShouldBe(Samples.Begin.AddSeconds(133));
        report.Detection.ShouldBe(new ReportedDetection(Samples.Begin.AddSeconds(163), incident.Name, "clew", 30));
        var told = report.Timeline.Single(entry => entry.Kind == "alert");
        told.Time.ShouldBe(Samples.Begin.AddSeconds(133));
        told.Text.ShouldContain("It is the first alert, 30 s after the first sign.");
        AftermathWriter.Write(Samples.Incident() with { Verdict = Verdict.NoIncident }, new WorldAftermath { Alerts = [incident] }).Detection.ShouldBeNull();
        AftermathWriter.Write(Samples.Incident(), new WorldAftermath()).Detection.ShouldBeNull();
    }

    internal static InvestigationReport Report(string name)
    {
        var sample = Samples.Incident();
        var cause = sample.Causes[0] with
        {
            Change = sample.Causes[0].Change! with { Author = "ada-the-operator" },
            Whys = [.. sample.Causes[0].Whys, new Why("What set it off?", "The infrastructure change \"resolver cache off\" by ada-the-operator.", ["e1"])],
        };
        var alert = new AlertRecord { Fingerprint = "f", Name = "CheckoutErrorRate", Source = "alertmanager", Severity = "critical", Service = "gateway", Summary = "More than 5 % of checkouts fail", Start = Samples.At(240_000_000_000), Updated = Samples.At(240_000_000_000) };
        var course = Enumerable.Range(0, 20).Select(minute => new CoursePoint(Samples.At(minute * 60_000_000_000L).UnixNanoseconds, 180, minute is > 2 and < 15 ? 60 : 0, minute is > 2 and < 15 ? 3.1e9 : 0.1e9)).ToArray();
        Remedy[] remedies =
        [
            new("now", "Roll the resolver's configuration back and restart it.", "kubectl -n kube-system rollout undo deployment/coredns"),
            new("now", "See what else asks for names, and how often.", "kubectl top pod --containers | grep dns"),
            new("verify", "Ask again in some minutes, over the time after the remedy: the verdict should be NO_INCIDENT.", "clew investigate --service payments --since 5m"),
            new("later", "Cache answers near the callers, and alert on resolution time."),
        ];
        var report = AftermathWriter.Write(sample with { Causes = [cause, .. sample.Causes.Skip(1)], Remedies = remedies }, new WorldAftermath
        {
            Alerts = [alert],
            Service = "gateway",
            Operation = "POST /checkout",
            Course = course,
            Similar = [new PastIncident("0f3a", Samples.Begin.AddDays(-21), Verdict.Confirmed, "Names were resolved slowly in payments.", 0.8, "the same kind of cause in the same service")],
        });
        return name switch
        {
            "nothing" => report with { Verdict = Verdict.Inconclusive, Headline = "Nothing in the telemetry stands out against the baseline.", Causes = [.. report.Causes.Skip(2)], Impact = [], Rejected = [], Timeline = [], FailingTrace = null, Unknown = [], Alerts = [], Recovery = null, Similar = [] },
            "likely" => report with { Verdict = Verdict.Likely, Alerts = [], Recovery = null, Causes = [report.Causes[0] with { Change = null, Trigger = null, Kind = CauseKind.Errors }], Coverage = report.Coverage with { Changes = 0 }, Similar = [] },
            "hostile" => Poisoned(report),
            _ => report,
        };
    }

    private static InvestigationReport Poisoned(InvestigationReport report)
    {
        var next = 0;
        string Bad() => Hostile[next++ % Hostile.Length];
        var cause = report.Causes[0];
        return report with
        {
            Headline = Bad(),
            Impact = [report.Impact[0] with { Service = Bad(), Operation = Bad(), ErrorStatuses = [new StatusCount(Bad(), 3)] }],
            Causes =
            [
                cause with
                {
                    Service = Bad(), Summary = Bad(), Trigger = Bad(), CriticalFailure = Bad(), Effect = Bad(),
                    Change = cause.Change! with { Id = Bad(), Kind = Bad(), Target = Bad(), Summary = Bad(), Fit = Bad() },
                    Whys = [new Why(Bad(), Bad(), [Bad()])],
                    Evidence = [.. cause.Evidence.Select(item => item with { Id = Bad(), Statement = Bad(), Query = Bad() })],
                },
            ],
            Rejected = [new RejectedAlternative(Bad(), 0, Bad(), "healthy")],
            Timeline = [.. Hostile.Select((text, i) => new TimelineEntry(Samples.Begin.AddSeconds(20 * i), Bad(), text, text))],
            Unknown = [new UnknownInspection(Bad(), Bad(), Bad())],
            Alerts = [.. Hostile.Select(text => new ReportedAlert(text, text, text, text, Samples.Begin.AddMinutes(4), null, text))],
            Similar = [new PastIncident(Bad(), Samples.Begin, Verdict.Likely, Bad(), 1, Bad())],
        };
    }

    /// <summary>Rows of a table have as many cells as its head, fences are closed, no foreign HTML.</summary>
    private static void Whole(string text, string name)
    {
        var cells = 0;
        var fence = "";
        foreach (var line in text.Split('\n'))
        {
            if (fence.Length > 0)
            {
                fence = line == fence ? "" : fence;
                continue;
            }

            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                fence = new string('`', line.TakeWhile(c => c == '`').Count());
                cells = 0;
                continue;
            }

            var bars = Regex.Count(line, @"(?<!\\)(?:\\\\)*\|");
            if (line.StartsWith('|'))
            {
                cells = cells == 0 ? bars : cells;
                bars.ShouldBe(cells, $"{name}: {line}");
            }
            else
            {
                cells = 0;
            }
        }

        fence.ShouldBeEmpty(name);
    }

    private static void ShouldMatch(string text, string name, [CallerFilePath] string caller = "")
    {
        Whole(text, name);
        text.ShouldNotContain("\0");
        text.ShouldNotContain("\e");
        text.ShouldEndWith("\n");
        var file = Path.Combine(Path.GetDirectoryName(caller)!, "Expected", name + ".md");
        if (Environment.GetEnvironmentVariable("CLEW_ACCEPT") == "1")
        {
            File.WriteAllText(file, text);
        }

        text.ShouldBe(File.ReadAllText(file), $"{name}.md; CLEW_ACCEPT=1 accepts what is new");
    }

    [GeneratedRegex(@"(?<!\\)(?:\\\\)*[`*\[\]|~$]|://|@")]
    private static partial Regex Unescaped();

    [GeneratedRegex(@"^\s*(#|[-+]\s|\d+[.)]\s|={3}|-{3})")]
    private static partial Regex Beginning();
}
