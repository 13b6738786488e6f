using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using Clew.Load.Asking;
using Clew.Load.Encoding;
using Clew.Load.Reporting;
using Clew.Load.Sending;

namespace Clew.Load;

/// <summary>The command line: <c>send</c>, <c>query</c>, <c>check</c>, <c>series</c>.</summary>
internal sealed class LoadCommand
{
    private readonly Option<Uri?> _endpoint = new("--endpoint") { CustomParser = ParseUri, Description = "OTLP endpoint; default the protocol's port on this machine" };
    private readonly Option<string> _protocol = new("--protocol") { Description = "http (protobuf over HTTP/1.1) or grpc", DefaultValueFactory = _ => "http" };
    private readonly Option<bool> _gzip = new("--gzip") { Description = "Compress bodies (http only); costs more than all else here" };
    private readonly Option<long> _items = new("--items", "--spans") { Description = "Spans, log records and data points to send", DefaultValueFactory = _ => 1_000_000 };
    private readonly Option<int> _connections = new("--connections", "-n") { Description = "Connections, one request in flight on each", DefaultValueFactory = _ => 16 };
    private readonly Option<double?> _rate = new("--rate") { Description = "Items per second at most" };
    private readonly Option<int> _batch = new("--batch") { Description = "Items per request", DefaultValueFactory = _ => 1_000 };
    private readonly Option<Mix> _mix = new("--mix") { Description = "Requests as a collector's batch processor makes them, or one service's spans each", DefaultValueFactory = _ => Mix.Collector };
    private readonly Option<Signal[]> _signals = new("--signals") { Description = "traces, logs, metrics", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [Signal.Traces] };
    private readonly Option<ulong> _seed = new("--seed") { Description = "Decides every id, value and shape", DefaultValueFactory = _ => 1 };
    private readonly Option<int> _largestTrace = new("--largest-trace") { Description = "Spans of the largest traces; 5, the smallest, makes all alike", DefaultValueFactory = _ => Limits.LargestTrace };
    private readonly Option<int> _pods = new("--pods") { Description = "Pods per service", DefaultValueFactory = _ => 3 };
    private readonly Option<int> _users = new("--users") { Description = "Different user ids", DefaultValueFactory = _ => 1_000_000 };
    private readonly Option<double> _telemetryRate = new("--telemetry-rate") { Description = "Spans per second of telemetry time", DefaultValueFactory = _ => 50_000 };
    private readonly Option<DateTimeOffset?> _epoch = new("--epoch") { Description = "Start of the first trace; default so that the last one is now" };
    private readonly Option<int?> _serverPid = new("--server-pid") { Description = "Measure this process's CPU and memory, waiting until it has settled" };
    private readonly Option<DirectoryInfo?> _dataDir = new("--data-dir") { Description = "Measure the growth of this directory" };
    private readonly Option<FileInfo?> _ledger = new("--ledger") { Description = "send: write the acknowledged requests here; query, check: read them" };
    private readonly Option<bool> _stopWhenBroken = new("--stop-when-broken") { Description = "End when the server goes away instead of trying again" };
    private readonly Option<Uri?> _url = new("--url") { CustomParser = ParseUri, Description = "Address of the query API" };
    private readonly Option<QueryApi> _api = new("--api") { Description = "native, jaeger, traceql: Tempo's API, or logql: Loki's", DefaultValueFactory = _ => QueryApi.Native };
    private readonly Option<double> _window = new("--window") { Description = "Seconds of the newest time that structure and metrics are asked about; default all" };
    private readonly Option<int> _query = new("--query") { Description = "Traces to look up for the latency table", DefaultValueFactory = _ => 0 };
    private readonly Option<int> _check = new("--check") { Description = "Acknowledged traces to compare with what was sent", DefaultValueFactory = _ => 0 };
    private readonly Option<bool> _json = new("--json") { Description = "Print JSON instead of a table" };
    private readonly Option<FileInfo?> _output = new("--output") { Description = "Also write the JSON here" };

    private static Uri? ParseUri(ArgumentResult argument)
    {
        if (Uri.TryCreate(argument.Tokens[0].Value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
            return uri;
        argument.AddError($"'{argument.Tokens[0].Value}' is not an http address such as http://127.0.0.1:4318.");
        return null;
    }

    public static RootCommand Create()
    {
        var options = new LoadCommand();
        var send = new Command("send", "Send generated OTLP and report rate, latency and what it cost the server");
        foreach (var option in options.SendOptions())
            send.Options.Add(option);
        send.SetAction((result, cancellation) => options.RunAsync(result, sends: true, cancellation));
        var query = new Command("query", "Measure trace look-ups and searches over what a run has sent (give its --ledger or its parameters)");
        var check = new Command("check", "Compare acknowledged traces with what was sent");
        foreach (var command in (Command[])[query, check])
        {
            foreach (var option in options.AskOptions())
                command.Options.Add(option);
            command.SetAction((result, cancellation) => options.RunAsync(result, sends: false, cancellation));
        }

        return new RootCommand("Deterministic OTLP load: generates, sends, measures, asks, checks") { send, query, check, SeriesCommand.Create() };
    }

    private IEnumerable<Option> RunOptions() => [_items, _batch, _mix, _signals, _seed, _largestTrace, _pods, _users, _telemetryRate, _epoch, _ledger, _url, _api, _window, _query, _check, _json, _output];

    private IEnumerable<Option> SendOptions() => [_endpoint, _protocol, _gzip, _connections, _rate, _serverPid, _dataDir, _stopWhenBroken, .. RunOptions()];

    private IEnumerable<Option> AskOptions() => RunOptions();

    private async Task<int> RunAsync(ParseResult line, bool sends, CancellationToken cancellation)
    {
        var ledgerPath = line.GetValue(_ledger)?.FullName;
        var parameters = !sends && ledgerPath is not null ? RunParameters.FromLedger(ledgerPath) : Parameters(line);
        var round = Round.Build(parameters.Round);
        var stamp = new Stamp(parameters.Seed, parameters.Epoch, parameters.Users, round);
        var requests = LoadRun.RequestsFor(round, parameters.Items);
        var report = new Report { Run = parameters };
        using var ledger = sends ? new Ledger(requests, ledgerPath, parameters.ToLine())
            : ledgerPath is null ? Ledger.Complete(requests)
            : Ledger.Read(ledgerPath, requests);
        if (sends)
            report = await SendAsync(line, round, stamp, ledger, report, cancellation);
        if (line.GetValue(_url) is { } url)
        {
            using var asker = new Asker(url, line.GetValue(_api), round, stamp, ledger, parameters.Seed, (ulong)(line.GetValue(_window) * 1e9));
            report = await AskAsync(line, asker, report, cancellation);
        }

        var json = JsonSerializer.Serialize(report, ReportJson.Default.Report);
        if (line.GetValue(_output) is { } output)
            await File.WriteAllTextAsync(output.FullName, json, cancellation);
        Console.WriteLine(line.GetValue(_json) ? json : ReportTable.Print(report));
        return Verdict(report);
    }

    private RunParameters Parameters(ParseResult line)
    {
        var items = line.GetValue(_items);
        var telemetryRate = line.GetValue(_telemetryRate);
        var epoch = line.GetValue(_epoch) ?? TimeProvider.System.GetUtcNow() - TimeSpan.FromSeconds(items / telemetryRate);
        return new RunParameters
        {
            Seed = line.GetValue(_seed),
            Items = items,
            Batch = line.GetValue(_batch),
            Mix = line.GetValue(_mix),
            Signals = line.GetValue(_signals)!,
            LargestTrace = line.GetValue(_largestTrace),
            Pods = line.GetValue(_pods),
            Users = line.GetValue(_users),
            TelemetryRate = telemetryRate,
            Epoch = (ulong)(epoch - DateTimeOffset.UnixEpoch).Ticks * 100,
        };
    }

    private async Task<Report> SendAsync(ParseResult line, Round round, Stamp stamp, Ledger ledger, Report report, CancellationToken cancellation)
    {
        var measurement = await Measurement.StartAsync(line.GetValue(_serverPid), line.GetValue(_dataDir)?.FullName, cancellation);
        var plan = new LoadPlan(line.GetValue(_items), line.GetValue(_connections), line.GetValue(_rate), line.GetValue(_stopWhenBroken));
        using var run = new LoadRun(round, stamp, plan, Connector(line), ledger, TimeProvider.System);
        var result = await run.RunAsync(cancellation);
        return report with { Sending = Measurement.Describe(result), Server = measurement is null ? null : await measurement.FinishAsync(result.Items, cancellation) };
    }

    private Func<IExporter> Connector(ParseResult line)
    {
        var grpc = line.GetValue(_protocol) == "grpc";
        var endpoint = line.GetValue(_endpoint) ?? new Uri(grpc ? "http://127.0.0.1:4317" : "http://127.0.0.1:4318");
        var gzip = line.GetValue(_gzip);
        return grpc ? () => new GrpcExporter(endpoint) : () => new HttpExporter(endpoint, gzip);
    }

    private async Task<Report> AskAsync(ParseResult line, Asker asker, Report report, CancellationToken cancellation)
    {
        var verb = line.CommandResult.Command.Name;
        var query = line.GetValue(_query) is var asked && asked == 0 && verb == "query" ? 500 : asked;
        var check = line.GetValue(_check) is var compared && compared == 0 && verb == "check" ? 200 : compared;
        if (query > 0)
            report = report with { Queries = await asker.MeasureAsync(query, cancellation) };
        if (check > 0)
            report = report with { Check = await asker.CheckAsync(check, cancellation) };
        return report;
    }

    /// <summary>0 when everything sent was acknowledged and everything checked was complete; 1 otherwise.</summary>
    private static int Verdict(Report report)
    {
        var lost = report.Sending is { } s && s.Rejected + s.Refused + s.Failed > 0;
        var incomplete = report.Check is { } c && c.Missing + c.Short + c.Strange > 0;
        return lost || incomplete ? 1 : 0;
    }
}
