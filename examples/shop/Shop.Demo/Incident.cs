using System.Globalization;
using System.Text.Json.Nodes;

namespace Shop.Demo;

/// <summary>
/// The story: all is well, a new version of notifications is rolled out and does no harm, the resolver's upstream is changed and does, the
/// pager goes off, Clew investigates.
/// </summary>
internal sealed class Incident(Stage stage, DemoOptions options, Narrator tell)
{
    private const double PageAtErrorShare = 0.05;
    private const int ReportEverySeconds = 10;

    // Every program is slow while it is compiled; what Clew compares with should not be. So many seconds in a row must be quick.
    private const int WarmSeconds = 6;
    private const double WarmP95Ms = 200;

    private static readonly TimeSpan MaxWarmUp = TimeSpan.FromSeconds(30);

    // How long before the page the investigation looks: failures were rare at first, and the pager needs a second to see them.
    private static readonly TimeSpan BeforePage = TimeSpan.FromSeconds(5);

    // A request that fails takes five seconds, and its spans leave a second later: everything that began in the window should be in.
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(7);

    private static TimeProvider Clock => TimeProvider.System;

    /// <summary>Plays it and returns the exit code: 0 when the first cause Clew names is the change to the resolver.</summary>
    public async Task<int> PlayAsync(CancellationToken stop)
    {
        await WarmUpAsync(stop);
        tell.Step($"All is well, for {options.Baseline.TotalSeconds:0} seconds");
        await WatchAsync(options.Baseline * 0.6, stop);
        await RollOutNotificationsAsync(stop);
        await WatchAsync(options.Baseline * 0.4, stop);

        var changed = await ChangeResolverAsync(stop);
        var paged = await WaitForPageAsync(changed, stop);
        await WatchAsync(options.Incident - (Clock.GetUtcNow() - changed), stop);
        var status = await stage.ProviderStatusAsync(stop);
        tell.Step($"The payment provider's status page: {string.Join(", ", status.Components.Select(c => $"{c.Key} {c.Value}"))}");
        var end = Clock.GetUtcNow();
        await Task.Delay(Settle, Clock, stop);
        var verdict = await InvestigateAsync(paged - BeforePage, end, stop);
        await stage.CloseShopAsync();
        if (options.Exit)
        {
            tell.Step(verdict.Explanation);
            return verdict.IsRight ? 0 : 1;
        }

        await StayAsync(verdict, stop);
        return 0;
    }

    private async Task WarmUpAsync(CancellationToken stop)
    {
        var limit = Clock.GetUtcNow() + MaxWarmUp;
        while (Clock.GetUtcNow() < limit && !IsWarm())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), Clock, stop);
        }
    }

    private bool IsWarm()
    {
        lock (stage.Seconds)
        {
            return stage.Seconds.Count >= WarmSeconds
                && stage.Seconds.TakeLast(WarmSeconds).All(s => s.Report.Ok > 0 && s.Report.P95Ms < WarmP95Ms);
        }
    }

    private async Task RollOutNotificationsAsync(CancellationToken stop)
    {
        tell.Step("Deploy: notifications 3.1.9 → 3.2.0");
        await stage.RecordChangeAsync(
            new JsonObject
            {
                ["time"] = Now(),
                ["kind"] = "deploy",
                ["service"] = "notifications",
                ["version"] = "3.2.0",
                ["summary"] = "Roll out notifications 3.2.0: new order-confirmed template",
                ["author"] = "release-pipeline",
                ["link"] = "https://git.example/shop/notifications/releases/3.2.0",
            },
            stop);
        await stage.RollOutAsync("notifications", "3.2.0", "7f9c5d8b6c-z4d8k", stop);
    }

    private async Task<DateTimeOffset> ChangeResolverAsync(CancellationToken stop)
    {
        tell.Step("Infrastructure change: the cluster's resolver forwards to 10.0.0.53 in place of 10.0.0.2");
        var now = Clock.GetUtcNow();
        await stage.RecordChangeAsync(
            new JsonObject
            {
                ["time"] = Now(),
                ["kind"] = "infrastructure",
                ["service"] = "dns",
                ["summary"] = "Cluster resolver: forward . 10.0.0.53 in place of 10.0.0.2",
                ["author"] = "platform-team",
                ["link"] = "https://git.example/platform/cluster-dns/pull/318",
                ["diff"] = "- forward . 10.0.0.2\n+ forward . 10.0.0.53",
            },
            stop);
        await stage.SwitchAsync("dns", "forward-upstream", on: true, stop);
        return now;
    }

    // The pager: more than so many checkouts in a hundred fail with a server's error.
    private async Task<DateTimeOffset> WaitForPageAsync(DateTimeOffset changed, CancellationToken stop)
    {
        while (Clock.GetUtcNow() - changed < options.Incident)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), Clock, stop);
            var (time, report) = Latest();
            var share = report.Checkouts == 0 ? 0 : (report.Status500 + report.Status503 + report.OtherFailures) / (double)report.Checkouts;
            if (time > changed && share > PageAtErrorShare)
            {
                tell.Step($"PAGE: {Percent(share)} of checkouts fail, {(time - changed).TotalSeconds:0} seconds later. The incident goes on while you find your laptop");
                return time;
            }
        }

        throw new DemoFailedException("no checkout failed although the resolver's upstream was changed");
    }

    private async Task WatchAsync(TimeSpan duration, CancellationToken stop)
    {
        var end = Clock.GetUtcNow() + duration;
        while (Clock.GetUtcNow() < end)
        {
            var rest = end - Clock.GetUtcNow();
            var from = Clock.GetUtcNow();
            var span = TimeSpan.FromSeconds(Math.Min(ReportEverySeconds, Math.Max(rest.TotalSeconds, 0.1)));
            await Task.Delay(span, Clock, stop);
            if (span.TotalSeconds > ReportEverySeconds / 2.0)
            {
                tell.Detail(Describe(from));
            }
        }
    }

    private async Task<Verdict> InvestigateAsync(DateTimeOffset start, DateTimeOffset end, CancellationToken stop)
    {
        string[] arguments = ["investigate", "--start", Text(start), "--end", Text(end)];
        tell.Line("");
        tell.Command($"clew {string.Join(' ', arguments)}");
        tell.Line("");
        tell.Line(await stage.ClewAsync("investigate", arguments, stop));
        var verdict = Verdict.Of(await stage.ClewAsync("investigate-json", [.. arguments, "--json"], stop));
        if (verdict.FailingTrace is { } trace)
        {
            tell.Line("");
            tell.Command($"clew trace {trace}");
            tell.Line("");
            tell.Line(await stage.ClewAsync("trace", ["trace", trace], stop));
        }

        tell.Line("");
        return verdict;
    }

    private async Task StayAsync(Verdict verdict, CancellationToken stop)
    {
        tell.Step(verdict.Explanation);
        tell.Step($"The shop has closed; Clew stays up on {stage.ClewAddress} until Ctrl-C. Try:");
        tell.Command($"{stage.ClewCommand} services");
        tell.Command($"{stage.ClewCommand} deps");
        tell.Command($"{stage.ClewCommand} traces --service payments --status error");
        tell.Command($"{stage.ClewCommand} logs --service dns --severity error");
        tell.Command($"{stage.ClewCommand} investigate --trace {verdict.FailingTrace ?? "ID"}");
        await Stage.UntilStoppedAsync(stop);
    }

    private (DateTimeOffset Time, LoadReport Report) Latest()
    {
        lock (stage.Seconds)
        {
            return stage.Seconds is [.., var last] ? last : (default, new LoadReport(0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
        }
    }

    private string Describe(DateTimeOffset from)
    {
        LoadReport[] reports;
        lock (stage.Seconds)
        {
            reports = [.. stage.Seconds.Where(s => s.Time > from).Select(s => s.Report)];
        }

        if (reports.Sum(r => r.Checkouts) is not (> 0 and var checkouts))
        {
            return "no checkout was answered";
        }

        var outcomes = new (string Name, int Count)[]
        {
            ("ok", reports.Sum(r => r.Ok)), ("card declined", reports.Sum(r => r.Declined)), ("503", reports.Sum(r => r.Status503)),
            ("500", reports.Sum(r => r.Status500)), ("other failures", reports.Sum(r => r.OtherFailures)),
        };
        var shares = outcomes.Where(o => o.Count > 0).Select(o => $"{o.Name} {Percent(o.Count / (double)checkouts)}");
        return $"{checkouts} checkouts: {string.Join(", ", shares)}; p95 {reports.Max(r => r.P95Ms):0} ms";
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0} %");

    private static string Now() => Text(Clock.GetUtcNow());

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
