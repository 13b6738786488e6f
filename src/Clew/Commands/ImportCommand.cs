using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json;
using Clew.Cli.Import;
using Clew.Cli.Rendering;
using Clew.Protocols.LogLines;

namespace Clew.Cli.Commands;

/// <summary><c>clew import FILE… | -</c>: telemetry from files into a server.</summary>
public static class ImportCommand
{
    /// <summary>After the first Ctrl-C: how long requests under way may take to come to their end.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    private const string Auto = "auto";
    private const string Otlp = "otlp";

    public static Command Create()
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "Files of OTLP/JSON, log lines, changes, alerts or what kubectl prints (JSON, YAML), plain, gzip or zstd; folders (their .json, .jsonl, .ndjson, .log files, also .gz and .zst); - for standard input",
            Arity = ArgumentArity.OneOrMore,
        };
        var requests = new Option<int>("--requests")
        {
            Description = "Requests on the way at the same time",
            HelpName = "N",
            DefaultValueFactory = _ => Limits.Requests,
        };
        requests.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > Limits.MaxRequests)
            {
                result.AddError($"--requests is a number from 1 to {Limits.MaxRequests}.");
            }
        });
        var noJoin = new Option<bool>("--no-join") { Description = "Send every line as a request of its own: slower, but what is refused is told by line" };
        var gzip = new Option<string>("--compression")
        {
            Description = "Of requests: gzip, none, or auto (gzip unless the server is on this machine)",
            HelpName = "HOW",
            DefaultValueFactory = _ => "auto",
        }.AcceptOnlyFromAmong("auto", "gzip", "none");
        var retry = new Option<TimeSpan>("--retry-for")
        {
            Description = "How long a request is tried again while the server is busy or away",
            HelpName = "TIME",
            DefaultValueFactory = _ => Limits.Retry,
            CustomParser = result => TimeArguments.ParseLength(result.Tokens[0].Value, "--retry-for", result.AddError),
        };
        var format = new Option<string>("--format")
        {
            Description = "What the lines are: auto, otlp, or one of " + string.Join(", ", LogLineFormats.All.Select(known => known.Name)),
            HelpName = "FORMAT",
            DefaultValueFactory = _ => Auto,
        }.AcceptOnlyFromAmong([Auto, Otlp, .. LogLineFormats.All.Select(known => known.Name)]);
        var service = new Option<string>("--service") { Description = "The service of log lines that name none; else the file, the pod or the container names it", HelpName = "NAME" };
        var timezone = new Option<TimeZoneInfo>("--timezone")
        {
            Description = "The zone of log times that say none: utc, local, or a name such as Europe/Berlin",
            HelpName = "ZONE",
            DefaultValueFactory = _ => TimeZoneInfo.Utc,
            CustomParser = result => ClientOptions.ParseZone(result.Tokens[0].Value, result.AddError),
        };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "No progress" };
        var command = new Command(
            "import",
            """
            Import telemetry from files into a server.

            Takes OTLP/JSON as the OpenTelemetry Collector's file exporter writes it, one request per line: traces, logs and metrics in any
            mix. Takes log lines as applications, containers and web servers write them: JSON, logfmt, access logs, syslog, stack traces over
            several lines, and what docs/logs.md lists; a line of no known format is kept as it is. Times stay as they are, however old. A bad
            line is reported with its file and number, and the import goes on. A pipe that does not end is sent as it comes.

            Exit codes: 0 everything is stored, 1 stopped before the end, 2 wrong usage, 3 some lines were bad or refused, 130 interrupted.

            Examples:
              clew import telemetry.jsonl
              clew import incident/ yesterday.jsonl.gz
              kubectl exec collector -- cat /data/otlp.json | clew import -
              kubectl logs -f --prefix -l app=cart | clew import -
              clew import --timezone Europe/Berlin --service shop /var/log/shop/*.log
            """)
        {
            files, format, service, timezone, requests, noJoin, gzip, retry, quiet, ClientOptions.Json, ClientOptions.Ascii, ClientOptions.Utc, ClientOptions.Zone,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var url = parsed.GetRequiredValue(ClientOptions.Url);
            var how = parsed.GetValue(gzip);
            return RunAsync(
                parsed.GetRequiredValue(files),
                new ImportSettings(parsed.GetValue(requests), parsed.GetValue(noJoin) ? 0 : Limits.RequestBytes)
                {
                    OtlpOnly = parsed.GetValue(format) == Otlp,
                    Lines = new LogLineOptions
                    {
                        Format = LogLineFormats.Find(parsed.GetValue(format)!),
                        Service = parsed.GetValue(service),
                        TimeZone = parsed.GetValue(timezone) ?? TimeZoneInfo.Utc,
                    },
                },
                new OtlpTarget(url, how == "gzip" || (how == "auto" && !url.IsLoopback), parsed.GetValue(retry)),
                ClientOptions.TerminalOf(parsed),
                parsed.GetValue(quiet),
                parsed.GetValue(ClientOptions.Json),
                parsed.InvocationConfiguration,
                cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        string[] arguments, ImportSettings settings, OtlpTarget target, Terminal terminal, bool quiet, bool json, InvocationConfiguration io, CancellationToken stop)
    {
        var (sources, errors) = ImportSource.Find(arguments);
        if (errors.Count > 0)
        {
            foreach (var error in errors)
            {
                await io.Error.WriteLineAsync($"clew import: {error}");
            }

            return ExitCode.Usage;
        }

        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = settings.Requests, ConnectTimeout = Limits.FirstContact, AllowAutoRedirect = false };
        using var http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        using var abort = new CancellationTokenSource();
        using var second = AbortOnSecondInterrupt(abort);
        await using var grace = stop.Register(() => abort.CancelAfter(Grace));

        var stored = sources.Any(source => source.Size is null) ? null : sources.Sum(source => source.Size);
        var totals = new ImportTotals(sources.Count, stored);
        var live = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");
        ImportResult result;
        using (var console = new ImportConsole(totals, io.Error, Terminal.ForErrors(), quiet, live, TimeProvider.System))
        {
            result = await new Importer(settings, target, http, console, TimeProvider.System).RunAsync(sources, totals, stop, abort.Token);
        }

        if (json)
        {
            io.Output.WriteLine(JsonSerializer.Serialize(ImportReport.Of(result), ImportJson.Default.ImportReport));
        }
        else
        {
            terminal.Write(io.Output, ImportText.Summary(result, terminal.Page));
        }

        return result.Outcome switch
        {
            ImportOutcome.Complete => ExitCode.Success,
            ImportOutcome.SomeRefused => ExitCode.Partial,
            ImportOutcome.Interrupted => ExitCode.Interrupted,
            _ => ExitCode.Failure,
        };
    }

    private static PosixSignalRegistration AbortOnSecondInterrupt(CancellationTokenSource abort)
    {
        var interrupts = 0;
        return PosixSignalRegistration.Create(PosixSignal.SIGINT, _ =>
        {
            if (Interlocked.Increment(ref interrupts) > 1)
            {
                abort.Cancel();
            }
        });
    }
}
