using Clew.Cli;

return await CommandLine.RunAsync(args, CancellationToken.None);
