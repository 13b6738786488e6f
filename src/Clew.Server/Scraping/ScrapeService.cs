using System.Net;
using System.Net.Security;
using Clew.Server.SelfTelemetry.Events;
using Microsoft.Extensions.Hosting;

namespace Clew.Server.Scraping;

/// <summary>
/// Finds the targets of every job, again and again where files list them, and keeps one <see cref="ScrapeTarget"/> running for each.
/// </summary>
internal sealed class ScrapeService(ScrapingServices services) : BackgroundService
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Running> _running = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _dropped = new(StringComparer.Ordinal);

    /// <summary>The targets that are scraped now, by job and URL.</summary>
    public IReadOnlyList<ScrapeTarget> Targets
    {
        get
        {
            lock (_lock)
            {
                return [.. _running.Values.Select(running => running.Target).OrderBy(target => target.Definition.Key, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Targets that rules dropped, over all jobs.</summary>
    public int Dropped
    {
        get
        {
            lock (_lock)
            {
                return _dropped.Values.Sum();
            }
        }
    }

    /// <summary>The same by job.</summary>
    public IReadOnlyDictionary<string, int> DroppedByJob
    {
        get
        {
            lock (_lock)
            {
                return new SortedDictionary<string, int>(_dropped, StringComparer.Ordinal);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll(services.Options.Scrape.Jobs.Select(job => RunAsync(job, stoppingToken)));
        List<Task> loops;
        lock (_lock)
        {
            loops = [.. _running.Values.Select(running => running.Loop)];
        }

        await Task.WhenAll(loops);
    }

    /// <summary>One job: reads its files, each list of files at its own interval, and brings the running targets in line.</summary>
    private async Task RunAsync(ScrapeJob job, CancellationToken stop)
    {
        using var http = Client(job);
        var read = new IReadOnlyList<TargetGroup>[job.Files.Count];
        Array.Fill(read, []);
        var refresh = job.Files.Count == 0 ? Timeout.InfiniteTimeSpan : job.Files.Min(files => files.Refresh);
        try
        {
            while (true)
            {
                var problems = new List<string>();
                for (var i = 0; i < read.Length; i++)
                {
                    read[i] = TargetFiles.Read(job.Files[i], services.Limits.FileBytes, problems) ?? read[i];
                }

                Reconcile(job, http, job.StaticTargets.Concat(read.SelectMany(groups => groups)), problems, stop);
                problems.ForEach(problem => services.Telemetry.Report(new TargetsUnreadable(job.Name, problem)));
                await Task.Delay(refresh, services.Time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The loops use the client until they have ended.
            List<Task> loops;
            lock (_lock)
            {
                loops = [.. _running.Values.Where(running => running.Target.Definition.Job == job).Select(running => running.Loop)];
            }

            await Task.WhenAll(loops);
        }
    }

    private void Reconcile(ScrapeJob job, HttpClient http, IEnumerable<TargetGroup> groups, List<string> problems, CancellationToken stop)
    {
        var wanted = new Dictionary<string, TargetDefinition>(StringComparer.Ordinal);
        var dropped = 0;
        foreach (var group in groups)
        {
            foreach (var address in group.Targets)
            {
                if (TargetDefinition.Make(job, address, group.Labels, group.Source, out var problem) is { } target)
                {
                    wanted.TryAdd(target.Key, target);
                }
                else if (problem is null)
                {
                    dropped++;
                }
                else
                {
                    problems.Add(problem);
                }
            }
        }

        lock (_lock)
        {
            _dropped[job.Name] = dropped;
            foreach (var (key, running) in _running.Where(running => running.Value.Target.Definition.Job == job && !wanted.ContainsKey(running.Key)).ToList())
            {
                running.Gone.Cancel();
                _running.Remove(key);
            }

            foreach (var (key, definition) in wanted.Where(target => !_running.ContainsKey(target.Key)))
            {
                if (_running.Count >= services.Limits.Targets)
                {
                    problems.Add($"more than {services.Limits.Targets} targets in all jobs; {definition.Url} and those behind it are not scraped");
                    return;
                }

                var gone = new CancellationTokenSource();
                var target = new ScrapeTarget(definition, http, services);
                _running.Add(key, new Running(target, gone, RunToTheEndAsync(target, gone.Token, stop)));
            }
        }
    }

    private async Task RunToTheEndAsync(ScrapeTarget target, CancellationToken gone, CancellationToken stop)
    {
        // Never within the lock.
        await Task.Yield();
        try
        {
            await target.RunAsync(gone, stop);
        }
        catch (Exception e)
        {
            services.Telemetry.Report(new TargetAbandoned(target.Definition.Job.Name, target.Definition.Url, e));
        }
    }

    private static HttpClient Client(ScrapeJob job)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = job.FollowRedirects,
            AutomaticDecompression = DecompressionMethods.None,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
        };
        if (job.SkipVerification)
        {
#pragma warning disable CA5359 // The configuration asks for it, by the same name as Prometheus's.
            handler.SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = static (_, _, _, _) => true };
#pragma warning restore CA5359
        }

        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    private sealed record Running(ScrapeTarget Target, CancellationTokenSource Gone, Task Loop);
}
