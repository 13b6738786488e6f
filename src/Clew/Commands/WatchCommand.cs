using System.CommandLine;
using System.Text.Json;
using Clew.Cli.Client;
using Clew.Cli.Rendering;
using Clew.Server.Detection;

namespace Clew.Cli.Commands;

/// <summary><c>clew watch</c>: incidents as they are noticed, explained and over.</summary>
internal static class WatchCommand
{
    /// <summary>Incidents looked at each time, the latest ones.</summary>
    private const string Latest = "200";

    private static readonly TimeSpan DefaultEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestEvery = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var every = new Option<TimeSpan>("--every")
        {
            Description = "How often to look, a second or longer",
            HelpName = "LENGTH",
            DefaultValueFactory = _ => DefaultEvery,
            CustomParser = result => TimeArguments.ParseLength(result.Tokens[0].Value, "--every", result.AddError),
        };
        var command = Ask.Common(new Command(
            "watch",
            """
            Follow incidents: tell when one is noticed, what its cause is, and when it is over.

            Begins with those that last. With --json each is a line, as in clew incidents --json, whenever it changes.
            A server that does not answer is asked again; Ctrl+C ends it.

            Examples:
              clew watch
              clew watch --json | jq .headline
            """)
        {
            every,
        });
        command.Validators.Add(result =>
        {
            if (result.GetValue(every) < ShortestEvery)
            {
                result.AddError("--every is too short; expected 1s or longer.");
            }
        });
        command.SetAction((parsed, cancellation) => FollowAsync(parsed, parsed.GetValue(every), cancellation));
        return command;
    }

    private static async Task<int> FollowAsync(ParseResult parsed, TimeSpan every, CancellationToken cancellation)
    {
        using var http = Ask.Http(parsed);
        var client = new ClewClient(parsed.GetRequiredValue(ClientOptions.Url), http);
        var terminal = ClientOptions.TerminalOf(parsed);
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        var watch = new IncidentWatch();
        var silent = false;
        try
        {
            while (true)
            {
                var answer = await client.GetAsync(new Question("/api/incidents").With("limit", Latest).ToString(), cancellation);
                if (Ask.Read(answer, IncidentJson.Default.IncidentList, out var mistake) is { } list)
                {
                    silent = false;
                    foreach (var incident in watch.Changed(list))
                    {
                        if (parsed.GetValue(ClientOptions.Json))
                        {
                            await output.WriteLineAsync(JsonSerializer.Serialize(incident, IncidentJson.Readable.IncidentEntry));
                        }
                        else
                        {
                            terminal.Write(output, watch.Tell(incident, terminal.Page));
                        }
                    }
                }
                else if (answer.IsMistake)
                {
                    return Ask.Fail(parsed, mistake ?? "The server's answer is empty.", isMistake: true);
                }
                else if (!silent)
                {
                    silent = true;
                    await error.WriteLineAsync($"clew: {mistake ?? "The server's answer is empty."} Asking again every {every.TotalSeconds:0.#} s.");
                }

                await Task.Delay(every, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCode.Success;
        }
    }
}
