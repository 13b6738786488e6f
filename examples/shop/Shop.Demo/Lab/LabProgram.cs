using System.Globalization;
using System.Text.Json.Nodes;

namespace Shop.Demo.Lab;

/// <summary><c>demo lab …</c>, which is also what <c>clew lab</c> runs: lists scenarios, plays them, records what Clew saw.</summary>
internal static class LabProgram
{
    public const string Usage =
        """
        usage: demo lab list                    the scenarios
               demo lab run NAME…               plays them one after the other (about a minute each); ends with 0 when Clew was right about all
               demo lab record DIR [NAME…]      plays them (all without a name) and writes what the investigations looked at to DIR/NAME.world.br
               demo lab hour DIR [NAME…]        plays scenarios at random for an hour before a Clew that is not told, and judges what it noticed
               demo lab again DIR [NAME…]       asks a newer Clew about the stores that a recording with --data left, and writes DIR again
          --minutes N, --seed N                 of an hour: how long (60), and what chance follows from (1)
          --data DIR, --logs DIR, --clew FILE   as for the demonstration
        """;

    // Small on purpose: a recording holds every request.
    private const double Checkouts = 3;
    private const double Browsing = 2;

    /// <summary>Runs and returns the exit code: 0 all right, 1 some answer was wrong, 2 wrong usage.</summary>
    public static async Task<int> RunAsync(string[] args, CancellationToken stop)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "lab");
        var all = Scenario.ReadAll(folder);
        var options = new DemoOptions { Checkouts = Checkouts, Browsing = Browsing, MetricInterval = TimeSpan.FromSeconds(3) };
        var words = new List<string>();
        var json = false;
        var (minutes, seed) = (60.0, 1);
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--data" when i + 1 < args.Length:
                    options = options with { Data = args[++i] };
                    break;
                case "--logs" when i + 1 < args.Length:
                    options = options with { Logs = args[++i] };
                    break;
                case "--clew" when i + 1 < args.Length:
                    options = options with { Clew = args[++i] };
                    break;
                case "--minutes" when i + 1 < args.Length && double.TryParse(args[i + 1], CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 600:
                    minutes = number;
                    i++;
                    break;
                case "--seed" when i + 1 < args.Length && int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out var chosenSeed):
                    seed = chosenSeed;
                    i++;
                    break;
                case "--json":
                    json = true;
                    break;
                default:
                    words.Add(args[i]);
                    break;
            }
        }

        var names = words.Skip(words.FirstOrDefault() is "record" or "again" or "hour" ? 2 : 1).ToArray();
        if (names.FirstOrDefault(n => all.All(s => s.Name != n)) is { } unknown)
        {
            await Console.Error.WriteLineAsync($"lab: there is no scenario '{unknown}'; clew lab list shows them");
            return 2;
        }

        var chosen = names.Length > 0 ? names.Select(n => all.Single(s => s.Name == n)).ToArray() : [.. all];
        switch (words)
        {
            case ["list"] when json:
                Console.WriteLine(new JsonArray([.. all.Select(s => new JsonObject
                {
                    ["name"] = s.Name,
                    ["about"] = s.About,
                    ["expect"] = new JsonArray([.. s.Expect.Select(e => new JsonArray([.. e.Select(n => JsonValue.Create(n))]))]),
                    ["decoys"] = s.Decoys.Count(),
                    ["loudest"] = s.Loudest,
                })]).ToJsonString());
                return 0;
            case ["list"]:
                foreach (var scenario in all)
                {
                    Console.WriteLine($"{scenario.Name,-24} {scenario.About}");
                }

                return 0;
            case ["run", _, ..]:
                return await PlayAsync(options, folder, chosen, null, again: false, json, stop);
            case ["record", var target, ..]:
                Directory.CreateDirectory(target);
                return await PlayAsync(options, folder, chosen, target, again: false, json, stop);
            case ["hour", var target, ..]:
                Directory.CreateDirectory(target);
                return await PlayHourAsync(options, folder, chosen, target, TimeSpan.FromMinutes(minutes), seed, json, stop);
            case ["again", var target, ..] when options.Data is { } data:
                Directory.CreateDirectory(target);
                return await PlayAsync(options, folder, [.. chosen.Where(s => File.Exists(LabRun.QuestionFile(data, s)))], target, again: true, json, stop);
            default:
                await Console.Error.WriteLineAsync(Usage);
                return 2;
        }
    }

    private static async Task<int> PlayHourAsync(DemoOptions options, string folder, Scenario[] scenarios, string target, TimeSpan length, int seed, bool json, CancellationToken stop)
    {
        var tell = new Narrator(json ? Console.Error : Console.Out, TimeProvider.System, colours: !json && !Console.IsOutputRedirected);
        await using var stage = new Stage(options, tell);
        var run = new LabRun(stage, options, folder, tell);
        await stage.StartAsync(stop);
        await run.WarmUpAsync(stop);
        var summary = await new LabHour(stage, run, tell, scenarios).PlayAsync(length, seed, target, stop);
        if (json)
        {
            Console.WriteLine(summary.ToJsonString());
        }

        return 0;
    }

    private static async Task<int> PlayAsync(DemoOptions options, string folder, Scenario[] scenarios, string? target, bool again, bool json, CancellationToken stop)
    {
        var tell = new Narrator(json ? Console.Error : Console.Out, TimeProvider.System, colours: !json && !Console.IsOutputRedirected);
        await using var stage = new Stage(options, tell);
        var right = 0;
        var run = new LabRun(stage, options, folder, tell);
        if (!again)
        {
            await stage.StartAsync(stop);
            await run.WarmUpAsync(stop);
        }

        foreach (var scenario in scenarios)
        {
            var result = again ? await run.AskAgainAsync(scenario, stop) : await run.PlayAsync(scenario, stop);
            right += result.Judgement is { IsRight: true, BlamesDecoy: false } ? 1 : 0;
            if (json)
            {
                var judgement = result.Judgement;
                Console.WriteLine(new JsonObject
                {
                    ["name"] = scenario.Name,
                    ["isRight"] = judgement.IsRight,
                    ["isComplete"] = judgement.IsComplete,
                    ["blamesDecoy"] = judgement.BlamesDecoy,
                    ["verdict"] = judgement.Verdict,
                    ["says"] = judgement.Says,
                    ["slowCalm"] = result.SlowCalm,
                }.ToJsonString());
            }

            if (target is not null)
            {
                await File.WriteAllBytesAsync(Path.Combine(target, scenario.Name + ".world.br"), WorldFile.Compress(result.World), stop);
            }
        }

        tell.Step($"{right} of {scenarios.Length} right");
        return right == scenarios.Length ? 0 : 1;
    }
}
