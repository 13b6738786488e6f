using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Clew.Protocols;
using Clew.Protocols.Prometheus;
using Clew.Protocols.Prometheus.Scraping;
using Clew.Telemetry;
using Clew.Testing;
using Clew.Tests.Protocols.Otlp;

namespace Clew.Tests.Protocols.Prometheus;

/// <summary>What a target exposes, from text to points, and from scrape to scrape.</summary>
public sealed class ScrapedTargetTests
{
    private const long Second = 1_000_000_000;

    /// <summary>Case number and title.</summary>
    public static TheoryData<int, string> Expositions()
    {
        var data = new TheoryData<int, string>();
        foreach (var (number, one) in Cases().Index())
        {
            data.Add(number, one[0]);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Expositions))]
    public void Exposition_cases(int number, string title)
    {
        var lines = Cases()[number];
        lines[0].ShouldBe(title);
        var isOpenMetrics = title.StartsWith("= openmetrics ", StringComparison.Ordinal);
        var exposition = string.Concat(lines.Where(line => line.StartsWith('|')).Select(line => (line.Length > 1 ? line[2..] : string.Empty).Replace('␍', '\r') + "\n"));
        var batch = Scrape(Target(), exposition, Second, out var outcome, isOpenMetrics);
        BatchInvariants.Check(batch);

        var samples = SeriesText.Samples(batch).Where(IsOfTarget).Select(sample => sample.Replace('\n', '␊')).ToList();
        var expected = lines.Where(line => line.StartsWith("sample ", StringComparison.Ordinal)).Select(line => line["sample ".Length..]).ToList();
        var error = lines.Where(line => line.StartsWith("error ", StringComparison.Ordinal)).Select(line => "line " + line["error ".Length..]).SingleOrDefault();
        outcome.Error.ShouldBe(error);
        if (expected.Count > 0 || error is not null)
        {
            samples.ShouldBe(expected);
        }

        foreach (var line in lines)
        {
            var words = line.Split(' ');
            switch (words[0])
            {
                case "start":
                    Row(line["start ".Length..line.LastIndexOf(' ')], row => batch.Numbers.StartTimes[row].ShouldBe(long.Parse(words[^1], CultureInfo.InvariantCulture), line));
                    break;
                case "kind":
                    var parts = line["kind ".Length..].Split('|', 2);
                    var series = Enumerable.Range(0, batch.Series.Count).Select(i => batch.Series[i]).First(one => one.Name == parts[0].Split(' ')[0]);
                    string.Join(' ', new[] { series.Name, series.Kind.ToString(), series.Unit }.Where(text => text.Length > 0)).ShouldBe(parts[0]);
                    series.Description.ShouldStartWith(parts.Length > 1 ? parts[1] : string.Empty);
                    break;
                case "exemplar":
                    var exemplars = batch.Exemplars;
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"exemplar {SeriesText.Of(batch.Series[exemplars.SeriesIndexes[0]])} {exemplars.Doubles[0]} @{exemplars.Times[0]} {exemplars.TraceIds[0]} {BatchText.Of(batch.View(exemplars.Attributes, 0))}")
                        .ShouldBe(line);
                    break;
            }
        }

        void Row(string series, Action<int> check)
        {
            var rows = Enumerable.Range(0, batch.Numbers.Count).Where(row => SeriesText.Of(batch.Series[batch.Numbers.SeriesIndexes[row]]) == series).ToList();
            rows.ShouldNotBeEmpty(series);
            rows.ForEach(check);
        }
    }

    [Fact]
    public void Every_scrape_tells_of_itself()
    {
        var batch = Scrape(Target(Labelled), "a 1\nb 2\n", Second, out var outcome);
        outcome.ShouldBe(new ScrapeOutcome(null, 2, 2, 2));
        SeriesText.Samples(batch).Where(sample => !IsOfTarget(sample)).ShouldBe(
        [
            "up{instance=\"i\", job=\"j\"} 1 @1000000000",
            "scrape_duration_seconds{instance=\"i\", job=\"j\"} 0.25 @1000000000",
            "scrape_samples_scraped{instance=\"i\", job=\"j\"} 2 @1000000000",
            "scrape_samples_post_metric_relabeling{instance=\"i\", job=\"j\"} 2 @1000000000",
            "scrape_series_added{instance=\"i\", job=\"j\"} 2 @1000000000",
        ]);
    }

    [Fact]
    public void A_series_that_is_gone_gets_a_stale_marker_once()
    {
        var target = Target();
        Own(Scrape(target, "a 1\nb{x=\"1\"} 2\n", Second, out _)).ShouldBe(["a{} 1 @1000000000", "b{x=\"1\"} 2 @1000000000"]);
        Own(Scrape(target, "a 3\n", 2 * Second, out var second)).ShouldBe(["a{} 3 @2000000000", "b{x=\"1\"} stale @2000000000"]);
        second.Added.ShouldBe(0);
        Own(Scrape(target, "a 4\n", 3 * Second, out _)).ShouldBe(["a{} 4 @3000000000"]);
        Own(Scrape(target, "a 5\nb{x=\"1\"} 6\n", 4 * Second, out var fourth)).ShouldBe(["a{} 5 @4000000000", "b{x=\"1\"} 6 @4000000000"]);
        fourth.Added.ShouldBe(1);
    }

    [Fact]
    public void A_series_with_times_of_its_own_is_not_ended()
    {
        var target = Target();
        Own(Scrape(target, "a 1 500\n", Second, out _)).ShouldBe(["a{} 1 @500000000"]);
        Own(Scrape(target, "", 2 * Second, out _)).ShouldBeEmpty();
        target.KnownSeriesCount.ShouldBe(0);

        var careless = Target(rules => rules with { HonorTimestamps = false });
        Own(Scrape(careless, "a 1 500\n", Second, out _)).ShouldBe(["a{} 1 @1000000000"]);
        Own(Scrape(careless, "", 2 * Second, out _)).ShouldBe(["a{} stale @2000000000"]);
    }

    [Fact]
    public void A_scrape_that_breaks_in_its_last_line_leaves_nothing_but_the_end_of_what_was()
    {
        var target = Target();
        Scrape(target, "a 1\n", Second, out _);
        var batch = Scrape(target, "a 2\nnew 1\nbroken\n", 2 * Second, out var outcome);
        outcome.ShouldBe(new ScrapeOutcome("line 3: a value is not a number", 0, 0, 0));
        Own(batch).ShouldBe(["a{} stale @2000000000"]);
        SeriesText.Samples(batch).ShouldContain("up{} 0 @2000000000");
        BatchInvariants.Check(batch);

        // It was never there: it is new when it comes again.
        Scrape(target, "new 1\n", 3 * Second, out var third);
        third.Added.ShouldBe(1);
    }

    [Fact]
    public void A_target_that_does_not_answer_ends_its_series_and_one_that_goes_ends_them_all()
    {
        var target = Target();
        Scrape(target, "a 1\n", Second, out _);
        var batch = new MetricBatch();
        target.Fail("refused", 2 * Second, TimeSpan.Zero, batch, out var outcome).Rejected.ShouldBe(0);
        outcome.Error.ShouldBe("refused");
        Own(batch).ShouldBe(["a{} stale @2000000000"]);

        Scrape(target, "a 1\n", 3 * Second, out _);
        batch = new MetricBatch();
        target.End(4 * Second, batch);
        SeriesText.Samples(batch).Count.ShouldBe(6);
        SeriesText.Samples(batch).ShouldAllBe(sample => sample.EndsWith("stale @4000000000", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false, "a{exported_exported_job=\"own\", exported_job=\"x\", instance=\"i\", job=\"j\"}", "a{exported_job=\"x\",job=\"own\"} 1")]
    [InlineData(true, "a{exported_job=\"x\", instance=\"i\", job=\"own\"}", "a{exported_job=\"x\",job=\"own\"} 1")]
    [InlineData(true, "a{instance=\"i\", job=\"j\"}", "a{job=\"\"} 1")]
    public void Labels_that_both_have_are_the_targets_unless_it_is_trusted(bool isTrusted, string expected, string exposition)
    {
        var batch = Scrape(Target(rules => Labelled(rules) with { HonorLabels = isTrusted }), exposition + "\n", Second, out _);
        SeriesText.Of(batch.Series[batch.Numbers.SeriesIndexes[0]]).ShouldBe(expected);
    }

    [Fact]
    public void Rules_drop_and_rename_series()
    {
        var target = Target(rules => rules with
        {
            MetricRelabeling =
            [
                new RelabelRule { Action = RelabelAction.Drop, SourceLabels = ["__name__"], Regex = "go_.*" },
                new RelabelRule { SourceLabels = ["__name__"], Regex = "old_(.*)", TargetLabel = "__name__", Replacement = "new_$1" },
            ],
        });
        var batch = Scrape(target, "go_gc 1\nold_x 2\n", Second, out var outcome);
        Own(batch).ShouldBe(["new_x{} 2 @1000000000"]);
        outcome.ShouldBe(new ScrapeOutcome(null, 2, 1, 1));
        Own(Scrape(target, "go_gc 1\n", 2 * Second, out _)).ShouldBe(["new_x{} stale @2000000000"]);
    }

    /// <summary>The limit and what is over it.</summary>
    [Theory]
    [InlineData("sample_limit = 2", "a 1\nb 1\nc 1\n")]
    [InlineData("label_limit = 2", "a{x=\"1\",y=\"2\"} 1\n")]
    [InlineData("label_name_length_limit = 10", "a{name_of_eleven=\"1\"} 1\n")]
    [InlineData("label_value_length_limit = 12", "a{x=\"thirteen long\"} 1\n")]
    public void A_target_that_exposes_too_much_fails_as_a_whole(string limit, string exposition)
    {
        var target = Target(rules => rules with { Limits = new ScrapeLimits { Samples = 2, Labels = 2, LabelNameBytes = 10, LabelValueBytes = 12 } });
        Scrape(target, "ok 1\n", Second, out var fine);
        fine.Error.ShouldBeNull();
        var batch = Scrape(target, exposition, 2 * Second, out var outcome);
        outcome.Error!.ShouldContain(limit);
        Own(batch).ShouldBe(["ok{} stale @2000000000"]);
        target.KnownSeriesCount.ShouldBe(0);
    }

    public static TheoryData<int, string> RelabelCases()
    {
        var data = new TheoryData<int, string>();
        foreach (var (number, one) in Cases("relabeling.txt").Index())
        {
            data.Add(number, one[0]);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(RelabelCases))]
    public void Relabeling_cases(int number, string title)
    {
        var lines = Cases("relabeling.txt")[number];
        lines[0].ShouldBe(title);
        var labels = new LabelSet();
        foreach (var pair in Pairs(lines.Single(line => line.StartsWith("labels ", StringComparison.Ordinal))))
        {
            labels[pair.Key] = pair.Value;
        }

        var rules = lines.Where(line => line.StartsWith("rule ", StringComparison.Ordinal)).Select(line => Rule(Pairs(line))).ToList();
        var isKept = RelabelRule.Apply(rules, labels);
        (isKept ? string.Join(' ', labels.Pairs.Select(label => $"{label.Key}={label.Value}")) : "dropped").ShouldBe(lines.Single(line => line.StartsWith("gives ", StringComparison.Ordinal))["gives ".Length..]);
    }

    [Theory]
    [InlineData("a.*", true)]
    [InlineData("(?P<x>a)|b", true)]
    [InlineData("(", false)]
    [InlineData("(?=a)", false)]
    [InlineData("(a)\\1", false)]
    public void Patterns_are_those_that_take_linear_time(string pattern, bool isPattern) => RelabelRule.IsPattern(pattern).ShouldBe(isPattern);

    private static ScrapeRules Labelled(ScrapeRules rules) => rules with { TargetLabels = new LabelSet { ["instance"] = "i", ["job"] = "j" } };

    internal static ScrapedTarget Target(Func<ScrapeRules, ScrapeRules>? change = null)
    {
        var rules = new ScrapeRules { TargetLabels = new LabelSet() };
        return new ScrapedTarget(change?.Invoke(rules) ?? rules, ProtocolLimits.Default, new PrometheusCatalogue(ProtocolLimits.Default));
    }

    private static MetricBatch Scrape(ScrapedTarget target, string exposition, long time, out ScrapeOutcome outcome, bool isOpenMetrics = false)
    {
        var batch = new MetricBatch();
        var result = target.Decode(Encoding.UTF8.GetBytes(exposition), isOpenMetrics, time, TimeSpan.FromSeconds(0.25), batch, out outcome);
        result.Status.ShouldBe(DecodeStatus.Ok);
        result.Rejected.ShouldBe(0, result.Explanation);
        return batch;
    }

    /// <summary>Without the target's labels, and without what tells of the scrape.</summary>
    private static List<string> Own(MetricBatch batch) => [.. SeriesText.Samples(batch).Where(IsOfTarget)];

    private static bool IsOfTarget(string sample) => !sample.StartsWith("up{", StringComparison.Ordinal) && !sample.StartsWith("scrape_", StringComparison.Ordinal);

    private static RelabelRule Rule(List<KeyValuePair<string, string>> pairs)
    {
        var rule = new RelabelRule();
        foreach (var (key, value) in pairs)
        {
            rule = key switch
            {
                "action" => rule with { Action = Enum.Parse<RelabelAction>(value, ignoreCase: true) },
                "source_labels" => rule with { SourceLabels = value.Split(',') },
                "separator" => rule with { Separator = value },
                "regex" => rule with { Regex = value },
                "target_label" => rule with { TargetLabel = value },
                "replacement" => rule with { Replacement = value },
                "modulus" => rule with { Modulus = ulong.Parse(value, CultureInfo.InvariantCulture) },
                _ => throw new FormatException($"'{key}' is no part of a rule."),
            };
        }

        return rule;
    }

    private static List<KeyValuePair<string, string>> Pairs(string line) =>
        [.. line.Split(' ').Skip(1).Select(pair => pair.Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], pair[1] == "\"\"" ? string.Empty : pair[1]))];

    private static List<List<string>> Cases(string file = "exposition.txt", [CallerFilePath] string thisFile = "")
    {
        var cases = new List<List<string>>();
        foreach (var line in File.ReadLines(Path.Combine(Path.GetDirectoryName(thisFile)!, "Cases", file)))
        {
            if (line.StartsWith("= ", StringComparison.Ordinal))
            {
                cases.Add([]);
            }

            if (line.Length > 0 && cases.Count > 0)
            {
                cases[^1].Add(line);
            }
        }

        return cases;
    }
}
