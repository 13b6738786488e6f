using System.Globalization;
using System.Text.Json.Nodes;

namespace Shop.Demo.Lab;

/// <summary>What came of a scenario.</summary>
/// <param name="Judgement">How Clew's report compares with what was expected.</param>
/// <param name="World">What the investigation looked at, as JSON.</param>
internal sealed record LabResult(Judgement Judgement, string World);

/// <summary>Plays scenarios on a stage, one after the other, each before a Clew with an empty store.</summary>
internal sealed class LabRun(Stage stage, DemoOptions options, string folder, Narrator tell)
{
    private const int WarmSeconds = 4;
    private const double WarmP95Ms = 250;

    private static readonly TimeSpan MaxWarmUp = TimeSpan.FromSeconds(20);

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

    /// <summary>Plays one.</summary>
    public async Task<LabResult> PlayAsync(Scenario scenario, CancellationToken stop)
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
        return result;
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
                && stage.Seconds.TakeLast(WarmSeconds).All(s => s.Report.Ok > 0 && s.Report.P95Ms < WarmP95Ms && s.Report.Status500 + s.Report.Status503 + s.Report.OtherFailures == 0);
        }
    }

    private static async Task UntilAsync(DateTimeOffset moment, CancellationToken stop)
    {
        if (moment - Clock.GetUtcNow() is var rest && rest > TimeSpan.Zero)
        {
            await Task.Delay(rest, Clock, stop);
        }
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
