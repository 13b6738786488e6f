using Shop.Demo;
using Shop.Demo.Lab;

if (args is ["lab", .. var lab])
{
    using var end = new CancellationTokenSource();
    using var onEnd = Shop.PosixSignals.OnStop(() => _ = end.CancelAsync());
    try
    {
        return await LabProgram.RunAsync(lab, end.Token);
    }
    catch (OperationCanceledException) when (end.IsCancellationRequested)
    {
        return 130;
    }
    catch (Exception e) when (e is DemoFailedException or FormatException)
    {
        await Console.Error.WriteLineAsync($"lab: {e.Message}");
        return 1;
    }
}

if (!DemoOptions.TryParse(args, Environment.GetEnvironmentVariable("EXIT") == "1", out var options, out var error))
{
    await Console.Error.WriteLineAsync($"demo: {error}");
    await Console.Error.WriteLineAsync(DemoOptions.Usage);
    return 2;
}

if (options.Help)
{
    await Console.Out.WriteLineAsync(DemoOptions.Usage);
    return 0;
}

using var stop = new CancellationTokenSource();
using var signals = Shop.PosixSignals.OnStop(() => _ = stop.CancelAsync());
var tell = new Narrator(Console.Out, TimeProvider.System, colours: !Console.IsOutputRedirected);
await using var stage = new Stage(options, tell);
try
{
    await stage.StartAsync(stop.Token);
    return options.Play ? await new Incident(stage, options, tell).PlayAsync(stop.Token) : await stage.StayUpAsync(stop.Token);
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    tell.Line("stopped");
    return 130;
}
catch (DemoFailedException e)
{
    tell.Line("");
    await Console.Error.WriteLineAsync($"demo: {e.Message}");
    return 1;
}
