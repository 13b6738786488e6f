using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Clew.Benchmarks;
using Perfolizer.Horology;

// In this process: the generated projects of the default toolchain do not know the repository's build settings.
// --short is what `make bench` runs: half a minute instead of several; a word such as decode_ runs the workloads whose names begin with it.
// Figures go to artifacts/benchmarks.
HotPath.Beginning = args.FirstOrDefault(argument => !argument.StartsWith('-')) ?? "";
var isShort = args.Contains("--short");
var job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithIterationTime(TimeInterval.FromMilliseconds(250));
var config = ManualConfig.CreateEmpty()
    .AddJob(isShort ? job.WithWarmupCount(6).WithIterationCount(10) : job)
    .AddColumnProvider(DefaultColumnProviders.Params, DefaultColumnProviders.Statistics, DefaultColumnProviders.Metrics)
    .AddColumn(new PerItemColumn())
    .AddLogger(ConsoleLogger.Default)
    .AddExporter(BenchmarkDotNet.Exporters.MarkdownExporter.GitHub)
    .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(40))
    .WithArtifactsPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "benchmarks"))
    .WithOptions(ConfigOptions.DisableOptimizationsValidator);
BenchmarkRunner.Run<HotPath>(config);
