using System.Globalization;

namespace Shop.Demo.Lab;

/// <summary>
/// An incident to play, or a quiet time that looks like one, and what a good answer names. Written as text, one thing a line:
/// <code>
/// about: one sentence
/// calm: 30                                 seconds before the fault (30)
/// fault: 20                                seconds after it began (20)
/// before: switch orders breaker            an action while nothing is measured yet
/// at -10: change deploy auth "…" decoy     an action so many seconds after the fault begins, here ten before
/// at 0: switch dns forward-upstream min_ms=600
/// expect: dns | payment-api                who may be named first; a further line is a further cause, and nothing means that nobody may be accused
/// change: infrastructure dns               the change that is to be named with it
/// loudest: gateway                         who shouts loudest and is innocent
/// felt: no                                 requests are as many, as successful and (by 50 ms) as fast as ever: nothing to notice in their rates, errors and durations
/// </code>
/// </summary>
internal sealed record Scenario(string Name)
{
    public string About { get; private init; } = "";

    public TimeSpan Calm { get; private init; } = TimeSpan.FromSeconds(30);

    public TimeSpan Fault { get; private init; } = TimeSpan.FromSeconds(20);

    /// <summary>Actions before anything is measured.</summary>
    public IReadOnlyList<LabAction> Before { get; private init; } = [];

    /// <summary>Actions and when, counted from the begin of the fault; by time.</summary>
    public IReadOnlyList<(TimeSpan At, LabAction Action)> Steps { get; private init; } = [];

    /// <summary>The causes, each with the names it may be given. Empty: nothing may be accused.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Expect { get; private init; } = [];

    /// <summary>Kind and target of the change to name with the first cause; null when there is none.</summary>
    public (string Kind, string Target)? Change { get; private init; }

    /// <summary>The innocent service with the most trouble to show; empty when it is the guilty one.</summary>
    public string Loudest { get; private init; } = "";

    /// <summary>Whether rates, errors or durations of requests show it.</summary>
    public bool IsFelt { get; private init; } = true;

    public bool IsHealthy => Expect.Count == 0;

    /// <summary>Summaries of changes that were recorded and did no harm.</summary>
    public IEnumerable<string> Decoys => Before.Concat(Steps.Select(s => s.Action)).Where(a => a.Verb == "change" && a.Words[^1] == "decoy").Select(a => a.Words[2]);

    /// <summary>Reads a scenario.</summary>
    /// <exception cref="FormatException">A line is not understood; the message names it.</exception>
    public static Scenario Parse(string name, string text)
    {
        var scenario = new Scenario(name);
        var healthy = false;
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line.Length == 0 || line.StartsWith('#'))
            {
                continue;
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var (key, value) = colon < 0 ? (line, "") : (line[..colon], line[(colon + 1)..].Trim());
            scenario = key switch
            {
                "about" => scenario with { About = value },
                "calm" => scenario with { Calm = Seconds(value) },
                "fault" => scenario with { Fault = Seconds(value) },
                "before" => scenario with { Before = [.. scenario.Before, LabAction.Parse(value)] },
                "loudest" => scenario with { Loudest = value },
                "felt" when value == "no" => scenario with { IsFelt = false },
                "expect" when value == "nothing" => Healthy(),
                "expect" => scenario with { Expect = [.. scenario.Expect, value.Split('|', StringSplitOptions.TrimEntries)] },
                "change" when value.Split(' ') is [var kind, var target] => scenario with { Change = (kind, target) },
                _ when key.StartsWith("at ", StringComparison.Ordinal) => scenario with { Steps = [.. scenario.Steps, (Seconds(key[3..]), LabAction.Parse(value))] },
                _ => throw new FormatException($"{name}, line {i + 1}: '{line}' is not understood"),
            };

            Scenario Healthy()
            {
                healthy = true;
                return scenario;
            }
        }

        if (scenario.About.Length == 0 || healthy != scenario.IsHealthy)
        {
            throw new FormatException($"{name}: needs about: and either expect: nothing or the names of causes");
        }

        return scenario with { Steps = [.. scenario.Steps.OrderBy(s => s.At)] };
    }

    /// <summary>All scenarios of a folder, by name.</summary>
    public static IReadOnlyList<Scenario> ReadAll(string folder) =>
        [.. Directory.GetFiles(folder, "*.txt").Select(f => Parse(Path.GetFileNameWithoutExtension(f), File.ReadAllText(f))).OrderBy(s => s.Name, StringComparer.Ordinal)];

    private static TimeSpan Seconds(string text) => double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && Math.Abs(seconds) < 3600
        ? TimeSpan.FromSeconds(seconds)
        : throw new FormatException($"'{text}' is not a number of seconds");
}

/// <summary>Something a scenario does: a verb and its words; what stands in quotes is one word.</summary>
internal sealed record LabAction(string Verb, IReadOnlyList<string> Words)
{
    private static readonly Dictionary<string, (int Least, int Most)> Verbs = new(StringComparer.Ordinal)
    {
        ["switch"] = (2, 6), // service fault parameter=value …; service+ is its second process
        ["off"] = (2, 2), // service fault
        ["rollout"] = (2, 2), // service version
        ["second"] = (2, 2), // service version
        ["kill"] = (1, 1), // service
        ["load"] = (1, 8), // --checkouts N …
        ["attack"] = (1, 3), // kind --rate N
        ["change"] = (3, 4), // kind target summary [decoy]
        ["kubernetes"] = (1, 1), // file
    };

    /// <exception cref="FormatException">Not a known verb with as many words as it needs.</exception>
    public static LabAction Parse(string text)
    {
        var words = text.Split('"').SelectMany((part, i) => i % 2 == 1 ? [part] : part.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToArray();
        if (words.Length == 0 || !Verbs.TryGetValue(words[0], out var count) || words.Length - 1 < count.Least || words.Length - 1 > count.Most
            || (words[0] == "change" && words.Length == 5 && words[4] != "decoy"))
        {
            throw new FormatException($"'{text}' is not an action; known are {string.Join(", ", Verbs.Keys)}");
        }

        return new LabAction(words[0], words[1..]);
    }
}
