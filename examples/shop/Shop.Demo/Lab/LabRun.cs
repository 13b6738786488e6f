using System.Globalization;
using System.Text.Json.Nodes;

namespace Shop.Demo.Lab;

/// <summary>What came of a scenario.</summary>
/// <param name="Judgement">How Clew's report compares with what was expected.</param>
/// <param name="World">What the investigation looked at, as JSON.</param>
internal sealed record LabResult(Judgement Judgement, string World)
{
    /// <summary>Share of the seconds before the fault in which the shop was slow or failing: a measure of how busy the machine was with other things.</summary>
    public double SlowCalm { get; init; }
}

/// <summary>Plays scenarios on a stage, one after the other, each before a Clew with an empty store.</summary>
internal sealed class LabRun(Stage stage, DemoOptions options, string folder, Narrator tell)
{
    private const int WarmSeconds = 4;
    private const double WarmP95Ms = 250;

    private static readonly TimeSpan MaxWarmUp = TimeSpan.FromSeconds(20);

    /// <summary>Share of the calm seconds that may be as slow as a cold or starved shop.</summary>
    private const double MaxSlowCalm = 0.15;

    /// <summary>How often a scenario is played in all when the machine has no time for the shop.</summary>
    private const int MostPlays = 3;

    // A request that fails takes up to five seconds, and its spans leave a second later.
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(6);

    // Requests that were under way when the fault began suffer from it and began before it.
    private static readonly TimeSpan Lead = TimeSpan.FromSeconds(1);

    private static TimeProvider Clock => TimeProvider.System;

    /// <summary>Waits until everything is as fast as it gets.</summary>
    public async Task WarmUpAsync(CancellationToken stop)
    {
        var limit = Clock.GetUtcNow() + MaxWarmUp;
        while (Clock.GetUtcNow() < limit && !IsWarm())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), Clock, stop);
        }
    }

    /// <summary>Plays one; again when the calm before its fault was none because the machine was busy with other things.</summary>
    public async Task<LabResult> PlayAsync(Scenario scenario, CancellationToken stop)
    {
        for (var play = 1; ; play++)
        {
            var (result, slow) = await PlayOnceAsync(scenario, stop);
            if (slow <= MaxSlowCalm || play == MostPlays)
            {
                return result with { SlowCalm = slow };
            }

            tell.Detail($"{slow:0 %} of the seconds before the fault were slow: the machine is busy, once more");
        }
    }

    /// <summary>Plays the actions of a scenario, without a Clew of its own and without asking it, and turns everything off after a while.</summary>
    /// <returns>When the fault began, and when everything was as before again.</returns>
    public async Task<(DateTimeOffset Start, DateTimeOffset End)> SwitchOnAndOffAsync(Scenario scenario, TimeSpan howLong, CancellationToken stop)
    {
        foreach (var action in scenario.Before)
        {
            await DoAsync(action, stop);
        }

        var fault = Clock.GetUtcNow() + (scenario.Steps.Count > 0 && scenario.Steps[0].At < TimeSpan.Zero ? -scenario.Steps[0].At : TimeSpan.Zero);
        foreach (var (at, action) in scenario.Steps)
        {
            await UntilAsync(fault + at, stop);
            tell.Detail($"{at.TotalSeconds:+0;-0;0} s: {action.Verb} {string.Join(' ', action.Words)}");
            await DoAsync(action, stop);
        }

        await UntilAsync(fault + howLong, stop);
        await stage.RestoreAsync(Replaced(scenario), stop);
        return (fault, Clock.GetUtcNow());
    }

    private async Task<(LabResult Result, double SlowCalm)> PlayOnceAsync(Scenario scenario, CancellationToken stop)
    {
        tell.Step($"{scenario.Name}: {scenario.About}");
        await stage.RestartClewAsync(scenario.Name, stop);
        foreach (var action in scenario.Before)
        {
            await DoAsync(action, stop);
        }

        await WarmUpAsync(stop);
        var began = Clock.GetUtcNow();
        var fault = began + scenario.Calm;
        foreach (var (at, action) in scenario.Steps)
        {
            await UntilAsync(fault + at, stop);
            tell.Detail($"{at.TotalSeconds:+0;-0;0} s: {action.Verb} {string.Join(' ', action.Words)}");
            await DoAsync(action, stop);
        }

        var end = fault + scenario.Fault;
        await UntilAsync(end, stop);
        var slowCalm = SlowShare(began, fault - Lead);
        await UntilAsync(end + Settle, stop);
        var question = new JsonObject
        {
            ["start"] = Text(fault - Lead),
            ["end"] = Text(end),
            ["baselineStart"] = Text(began),
            ["baselineEnd"] = Text(fault - Lead),
        }.ToJsonString();
        if (options.Data is { } data)
        {
            await File.WriteAllTextAsync(QuestionFile(data, scenario), question, stop);
        }

        var result = await AskAsync(scenario, question, stop);
        await stage.RestoreAsync(Replaced(scenario), stop);
        return (result, slowCalm);
    }

    /// <summary>Asks about the store that an earlier play left.</summary>
    public async Task<LabResult> AskAgainAsync(Scenario scenario, CancellationToken stop)
    {
        tell.Step(scenario.Name);
        await stage.RestartClewAsync(scenario.Name, stop);
        return await AskAsync(scenario, await File.ReadAllTextAsync(QuestionFile(options.Data!, scenario), stop), stop);
    }

    /// <summary>Where the question of a scenario is kept beside its store.</summary>
    public static string QuestionFile(string data, Scenario scenario) => Path.Combine(data, scenario.Name + ".question.json");

    private async Task<LabResult> AskAsync(Scenario scenario, string question, CancellationToken stop)
    {
        var world = await stage.TellAsync("/api/investigations/world", question, stop);
        var judgement = Judgement.Of(scenario, await stage.TellAsync("/api/investigations", question, stop));
        tell.Detail($"{(judgement.IsRight ? "right" : "WRONG")}{(judgement.BlamesDecoy ? ", BLAMES A DECOY" : "")}: {judgement.Says}");
        return new LabResult(judgement, world);
    }

    private static HashSet<string> Replaced(Scenario scenario) =>
        [.. scenario.Before.Concat(scenario.Steps.Select(s => s.Action)).Where(a => a.Verb is "rollout" or "kill").Select(a => a.Words[0])];

    private async Task DoAsync(LabAction action, CancellationToken stop)
    {
        var words = action.Words;
        switch (action.Verb)
        {
            case "switch":
                await stage.SwitchAsync(words[0].TrimEnd('+'), words[1], on: true, stop, words.Count > 2 ? "?" + string.Join('&', words.Skip(2)) : "", second: words[0].EndsWith('+'));
                break;
            case "off":
                await stage.SwitchAsync(words[0], words[1], on: false, stop);
                break;
            case "rollout":
                await stage.RollOutAsync(words[0], words[1], "7f9c5d8b6c-z4d8k", stop);
                break;
            case "second":
                await stage.StartSecondAsync(words[0], words[1], "6d5f4c7b9d-h2v7q", stop);
                break;
            case "kill":
                await stage.KillServiceAsync(words[0]);
                break;
            case "load":
                stage.StartVisitors(["load", .. words]);
                break;
            case "attack":
                stage.StartVisitors(["attack", .. words]);
                break;
            case "change":
                await stage.RecordChangeAsync(
                    new JsonObject { ["time"] = Text(Clock.GetUtcNow()), ["kind"] = words[0], ["service"] = words[1], ["summary"] = words[2] }, stop);
                break;
            case "kubernetes":
                await stage.TellAsync("/api/kubernetes", await ClusterAsync(words[0], stop), stop);
                break;
            default:
                throw new DemoFailedException($"the lab cannot {action.Verb}");
        }
    }

    // What kubectl printed, with its moments as {{-30}}: so many seconds before now.
    private async Task<string> ClusterAsync(string file, CancellationToken stop)
    {
        var parts = (await File.ReadAllTextAsync(Path.Combine(folder, "kubernetes", file), stop)).Split("{{");
        return parts[0] + string.Concat(parts.Skip(1).Select(part =>
        {
            var end = part.IndexOf("}}", StringComparison.Ordinal);
            var moment = Clock.GetUtcNow() + TimeSpan.FromSeconds(double.Parse(part[..end], CultureInfo.InvariantCulture));
            return moment.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) + part[(end + 2)..];
        }));
    }

    private bool IsWarm()
    {
        lock (stage.Seconds)
        {
            return stage.Seconds.Count >= WarmSeconds
                && stage.Seconds.TakeLast(WarmSeconds).All(s => s.Report.Ok > 0 && IsWell(s.Report));
        }
    }

    /// <summary>Share of the seconds of a stretch in which customers met a slow or failing shop; 1 when nobody came.</summary>
    private double SlowShare(DateTimeOffset from, DateTimeOffset to)
    {
        lock (stage.Seconds)
        {
            var seconds = stage.Seconds.Where(s => s.Time > from && s.Time <= to).ToArray();
            return seconds.Length == 0 ? 1 : seconds.Count(s => !IsWell(s.Report)) / (double)seconds.Length;
        }
    }

    private static bool IsWell(LoadReport report) => report.P95Ms < WarmP95Ms && report.Status500 + report.Status503 + report.OtherFailures == 0;

    private static async Task UntilAsync(DateTimeOffset moment, CancellationToken stop)
    {
        if (moment - Clock.GetUtcNow() is var rest && rest > TimeSpan.Zero)
        {
            await Task.Delay(rest, Clock, stop);
        }
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
