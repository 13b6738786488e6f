using System.Globalization;
using System.Text.Json.Nodes;

namespace Shop.Demo.Lab;

/// <summary>
/// Plays the shop for an hour or so with faults at random, before a Clew that is told neither when nor whether, and compares what it noticed with what was switched on. Which
/// scenarios come, how long they last and how long it is quiet in between follow from a seed; between two there are at least <see cref="LeastQuiet"/>.
/// </summary>
internal sealed class LabHour(Stage stage, LabRun run, Narrator tell, IReadOnlyList<Scenario> scenarios)
{
    /// <summary>What is usual has to be known first.</summary>
    private static readonly TimeSpan FirstQuiet = TimeSpan.FromSeconds(240);

    private static readonly TimeSpan LeastQuiet = TimeSpan.FromSeconds(130);
    private static readonly TimeSpan LeastFault = TimeSpan.FromSeconds(100);

    /// <summary>Within what a fault has to be noticed.</summary>
    private static readonly TimeSpan InTime = TimeSpan.FromSeconds(90);

    /// <summary>What still belongs to a fault after it was turned off: services start again, queues empty, looks of the detector lie behind.</summary>
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(60);

    /// <summary>How much after noticing is looked at: a person would ask about then.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(45);

    private static TimeProvider Clock => TimeProvider.System;

    /// <summary>Plays, writes the worlds of what was noticed and a summary to a folder, and returns the summary.</summary>
    /// <param name="length">How long; what was begun is ended.</param>
    public async Task<JsonObject> PlayAsync(TimeSpan length, int seed, string target, CancellationToken stop)
    {
        var draws = new Draws(seed);
        var order = scenarios.OrderBy(_ => draws.Next(int.MaxValue)).ToArray();
        var began = Clock.GetUtcNow();
        await Task.Delay(FirstQuiet, Clock, stop);
        var played = new List<(Scenario Scenario, DateTimeOffset Start, DateTimeOffset End)>();
        for (var i = 0; Clock.GetUtcNow() < began + length && i < order.Length; i++)
        {
            tell.Step($"{order[i].Name}: {order[i].About}");
            var (start, end) = await run.SwitchOnAndOffAsync(order[i], LeastFault + TimeSpan.FromSeconds(draws.Next(50)), stop);
            played.Add((order[i], start, end));
            await Task.Delay(LeastQuiet + TimeSpan.FromSeconds(draws.Next(60)), Clock, stop);
        }

        return await JudgeAsync(began, Clock.GetUtcNow(), seed, played, target, stop);
    }

    private async Task<JsonObject> JudgeAsync(
        DateTimeOffset began, DateTimeOffset ended, int seed, List<(Scenario Scenario, DateTimeOffset Start, DateTimeOffset End)> played, string target, CancellationToken stop)
    {
        var list = JsonNode.Parse(await stage.AskAsync("/api/incidents?limit=500", stop))!["incidents"]!.AsArray();
        var incidents = list.Select(i => (Onset: Time(i!["onset"]), Noticed: Time(i["noticedAt"]), Summary: (string)i["summary"]!)).OrderBy(i => i.Noticed).ToArray();
        var rows = new JsonArray();
        var wrong = new JsonArray();
        var taken = new HashSet<DateTimeOffset>();
        foreach (var (scenario, start, end) in played)
        {
            var row = new JsonObject { ["name"] = scenario.Name, ["start"] = (start - began).TotalSeconds, ["seconds"] = (end - start).TotalSeconds };
            foreach (var incident in incidents.Where(i => i.Noticed >= start && i.Noticed <= end + Aftermath))
            {
                var isFirst = !row.ContainsKey("noticedAfter");
                taken.Add(incident.Noticed);
                if (!isFirst)
                {
                    continue;
                }

                row["noticedAfter"] = (incident.Noticed - start).TotalSeconds;
                row["summary"] = incident.Summary;
                var question = new JsonObject { ["start"] = Text(incident.Onset), ["end"] = Text(incident.Noticed + Look) }.ToJsonString();
                var judgement = Judgement.Of(scenario, await stage.TellAsync("/api/investigations", question, stop));
                row["isRight"] = judgement.IsRight;
                row["blamesDecoy"] = judgement.BlamesDecoy;
                row["says"] = judgement.Says;
                await File.WriteAllBytesAsync(
                    Path.Combine(target, $"hour-{seed}.{scenario.Name}.world.br"), WorldFile.Compress(await stage.TellAsync("/api/investigations/world", question, stop)), stop);
            }

            rows.Add(row);
            tell.Detail($"{scenario.Name,-24} {(row.ContainsKey("noticedAfter") ? $"noticed after {(double)row["noticedAfter"]!:0} s: {((bool)row["isRight"]! ? "right" : "WRONG")}: {row["says"]}" : "not noticed")}");
        }

        foreach (var (_, noticed, summary) in incidents.Where(i => !taken.Contains(i.Noticed)))
        {
            wrong.Add(new JsonObject { ["noticed"] = (noticed - began).TotalSeconds, ["summary"] = summary });
            tell.Detail($"{(noticed - began).TotalSeconds:0} s: noticed without a reason: {summary}");
        }

        var felt = rows.Where(r => played.Any(p => p.Scenario is { IsHealthy: false, IsFelt: true } && p.Scenario.Name == (string)r!["name"]!)).ToArray();
        var inTime = felt.Count(r => r!["noticedAfter"] is { } after && (double)after <= InTime.TotalSeconds);
        var faulty = played.Where(p => !p.Scenario.IsHealthy).Sum(p => (p.End + Aftermath - p.Start).TotalHours);
        tell.Step($"{inTime} of {felt.Length} faults noticed within {InTime.TotalSeconds:0} s, {felt.Count(r => (bool?)r!["isRight"] == true)} with the cause first; {wrong.Count} false incidents in {(ended - began).TotalHours - faulty:0.00} quiet hours");
        var summaryOfAll = new JsonObject { ["seed"] = seed, ["seconds"] = (ended - began).TotalSeconds, ["quietHours"] = (ended - began).TotalHours - faulty, ["scenarios"] = rows, ["falseIncidents"] = wrong };
        await File.WriteAllTextAsync(Path.Combine(target, $"hour-{seed}.json"), summaryOfAll.ToString() + "\n", stop);
        return summaryOfAll;
    }

    private static DateTimeOffset Time(JsonNode? text) => DateTimeOffset.Parse((string)text!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    /// <summary>SplitMix64: an hour is played again by its seed.</summary>
    private sealed class Draws(int seed)
    {
        private ulong _state = (ulong)seed;

        /// <summary>From 0 to below a limit.</summary>
        public int Next(int limit)
        {
            _state += 0x9E3779B97F4A7C15;
            var mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return (int)((mixed ^ (mixed >> 31)) % (ulong)limit);
        }
    }
}
