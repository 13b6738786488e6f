using System.CommandLine;
using Clew.Server.Hosting;
using Clew.Telemetry;

namespace Clew.Cli.Commands;

/// <summary><c>clew serve</c>: the server, until it is interrupted.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var command = new Command(
            "serve",
            """
            Take telemetry in, keep it and answer questions about it.

            Runs until it is interrupted, and then finishes what it has begun. What it listens on is printed when it is ready.

            Exit codes: 0 stopped when told to, 1 a port or the store is in use, 2 the command line or the configuration is wrong.

            Examples:
              clew serve --data /var/lib/clew
              clew serve --drop-in --set retention.max_age=7d
              clew serve --config clew.yaml --listen 0.0.0.0:2539
            """);
        var settings = new ServerSettings(command);
        command.SetAction(async (parsed, stop) =>
        {
            if (settings.Load(parsed) is not { } configuration)
            {
                return ExitCode.Usage;
            }

            try
            {
                await ServerProcess.RunAsync(configuration.Options, parsed.InvocationConfiguration.Output, TimeProvider.System, stop);
                return ExitCode.Success;
            }
            catch (Exception e) when (e is DoorClosedException or StoreOpenException)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"clew: {e.Message}");
                return ExitCode.Failure;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // Stopped while it started.
                return ExitCode.Success;
            }
        });
        return command;
    }
}
