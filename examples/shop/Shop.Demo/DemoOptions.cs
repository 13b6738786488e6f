using System.Globalization;

namespace Shop.Demo;

/// <summary>What the runner was asked to do.</summary>
internal sealed record DemoOptions
{
    public const string Usage =
        """
        usage: demo [play] [--exit]      plays the incident, lets Clew investigate it, and leaves Clew up (--exit or EXIT=1: ends, 0 when Clew was right)
               demo up                   starts Clew and the shop under load, for switching faults by hand
          --baseline SECONDS             how long everything is well (60)
          --incident SECONDS             how long it is not (45)
          --checkouts N                  checkouts per second (20)
          --no-dns-trace-context         the resolver's spans do not join its askers' traces, as most resolvers' do not
          --data DIR                     where Clew keeps its data (a temporary folder that is deleted)
          --logs DIR                     where the output of the processes goes (a temporary folder that is deleted)
          --clew FILE                    the clew.dll to run (the one built beside this)
        """;

    /// <summary>Whether only the usage was asked for.</summary>
    public bool Help { get; private init; }

    /// <summary>Whether to play the incident; otherwise everything only stays up.</summary>
    public bool Play { get; private init; } = true;

    /// <summary>Whether to end after the report, with an exit code that says whether it was right.</summary>
    public bool Exit { get; private init; }

    public TimeSpan Baseline { get; private init; } = TimeSpan.FromSeconds(60);

    public TimeSpan Incident { get; private init; } = TimeSpan.FromSeconds(45);

    public double Checkouts { get; init; } = 20;

    /// <summary>How often the services send their measurements.</summary>
    public TimeSpan MetricInterval { get; init; } = TimeSpan.FromSeconds(2);

    public double Browsing { get; init; } = 10;

    public bool DnsTraceContext { get; private init; } = true;

    public string? Data { get; init; }

    public string? Logs { get; init; }

    public string? Clew { get; init; }

    /// <summary>Reads the arguments; false and a sentence when they cannot be understood.</summary>
    public static bool TryParse(string[] args, bool exit, out DemoOptions options, out string error)
    {
        options = new DemoOptions { Exit = exit };
        error = "";
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : null;
            switch (args[i])
            {
                case "play":
                    break;
                case "--help" or "-h":
                    options = options with { Help = true };
                    break;
                case "up":
                    options = options with { Play = false };
                    break;
                case "--exit":
                    options = options with { Exit = true };
                    break;
                case "--no-dns-trace-context":
                    options = options with { DnsTraceContext = false };
                    break;
                case "--baseline" when TrySeconds(value, out var seconds):
                    options = options with { Baseline = seconds };
                    i++;
                    break;
                case "--incident" when TrySeconds(value, out var seconds):
                    options = options with { Incident = seconds };
                    i++;
                    break;
                case "--checkouts" when double.TryParse(value, CultureInfo.InvariantCulture, out var rate) && rate > 0:
                    options = options with { Checkouts = rate };
                    i++;
                    break;
                case "--data" when value is not null:
                    options = options with { Data = value };
                    i++;
                    break;
                case "--logs" when value is not null:
                    options = options with { Logs = value };
                    i++;
                    break;
                case "--clew" when value is not null:
                    options = options with { Clew = value };
                    i++;
                    break;
                default:
                    error = $"'{args[i]}' is not understood";
                    return false;
            }
        }

        return true;
    }

    private static bool TrySeconds(string? text, out TimeSpan value)
    {
        var understood = double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 86_400;
        value = understood ? TimeSpan.FromSeconds(seconds) : default;
        return understood;
    }
}

/// <summary>The demonstration cannot go on; the message says why, to a person.</summary>
internal sealed class DemoFailedException(string message) : Exception(message);
