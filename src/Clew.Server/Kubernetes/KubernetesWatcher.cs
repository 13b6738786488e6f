using Clew.Protocols.Kubernetes;
using Clew.Server.Configuration;
using Clew.Server.SelfTelemetry;
using Clew.Server.SelfTelemetry.Events;
using Clew.Telemetry;
using Microsoft.Extensions.Hosting;

namespace Clew.Server.Kubernetes;

/// <summary>
/// Follows a cluster: for each kind and namespace
/// 1. lists what there is, page by page, and stores it;
/// 2. marks what was there before and is no longer as deleted, as of now; after a start, what the store knows to have been there;
/// 3. watches from the list's version on, and from the last event's or bookmark's when a watch ends;
/// 4. lists anew when the server no longer knows that version (410 Gone), and every <see cref="KubernetesOptions.Refresh"/>;
/// 5. waits longer and longer while something fails.
/// </summary>
internal sealed class KubernetesWatcher(
    ServerOptions options, KubernetesDecoder decoder, KubernetesRecorder recorder, ITelemetryReader store, ServerTelemetry telemetry, TimeProvider time) : BackgroundService
{
    private const string Source = "kubernetes_watch";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Kubernetes.Api is null)
        {
            return;
        }

        KubernetesApi api;
        try
        {
            api = new KubernetesApi(options.Kubernetes, decoder, time);
        }
        catch (KubernetesApiException wrong)
        {
            telemetry.Report(new ClusterUnreachable(wrong.Message));
            return;
        }

        using (api)
        {
            telemetry.Report(new ClusterWatched(api.Cluster, string.Join(',', options.Kubernetes.Kinds), string.Join(',', options.Kubernetes.Namespaces)));
            await Task.WhenAll(Resources().Select(resource => FollowAsync(api, resource, stoppingToken)));
        }
    }

    /// <summary>Every kind in every namespace; what belongs to the whole cluster once.</summary>
    private IEnumerable<Resource> Resources() =>
        from kind in options.Kubernetes.Kinds.Select(KubernetesKind.Find).OfType<KubernetesKind>()
        from space in kind.IsNamespaced && options.Kubernetes.Namespaces.Count > 0 ? options.Kubernetes.Namespaces : [""]
        select new Resource(kind, space);

    private async Task FollowAsync(KubernetesApi api, Resource resource, CancellationToken stop)
    {
        var failures = 0;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var began = time.GetTimestamp();
                await FollowOnceAsync(api, resource, stop);
                failures = 0;
                if (time.GetElapsedTime(began) < options.Kubernetes.Watch.FirstBackoff)
                {
                    // A server that ends every watch at once must not be asked without a pause.
                    await DelayAsync(options.Kubernetes.Watch.FirstBackoff, stop);
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever it is, the other kinds and the server go on.
                failures = resource.HasProgressed ? 1 : failures + 1;
                resource.HasProgressed = false;
                var wait = Backoff(e, failures, resource);
                if (e is KubernetesApiException { IsGone: true })
                {
                    resource.Version = "";
                }

                telemetry.Report(new WatchFailed(resource.Kind.Plural, resource.Namespace, Reason(e), e.Message, wait));
                await DelayAsync(wait, stop);
            }
        }
    }

    /// <summary>One list, if one is due, and one watch.</summary>
    private async Task FollowOnceAsync(KubernetesApi api, Resource resource, CancellationToken stop)
    {
        if (resource.Version.Length == 0 || resource.ListedAt is not { } listed || time.GetElapsedTime(listed) >= options.Kubernetes.Refresh)
        {
            await ListAsync(api, resource, stop);
        }

        var untilRefresh = options.Kubernetes.Refresh - time.GetElapsedTime(resource.ListedAt!.Value);
        var length = untilRefresh < options.Kubernetes.Watch.WatchTime ? untilRefresh : options.Kubernetes.Watch.WatchTime;
        await api.WatchAsync(
            resource.Kind,
            resource.Namespace,
            resource.Version,
            length > TimeSpan.FromSeconds(1) ? length : TimeSpan.FromSeconds(1),
            async batch =>
            {
                await recorder.RecordAsync(options.Tenancy.Of("kubernetes"), batch, Source, null, stop);
                foreach (var state in batch.Objects)
                {
                    resource.Note(state);
                }

                // Only now: what could not be stored is asked for again.
                resource.Version = batch.ResourceVersion.Length > 0 ? batch.ResourceVersion : resource.Version;
                resource.HasProgressed = true;
            },
            stop);
    }

    private async Task ListAsync(KubernetesApi api, Resource resource, CancellationToken stop)
    {
        var now = new Dictionary<string, KubernetesObject>(StringComparer.Ordinal);
        var batch = new KubernetesBatch();
        var at = Timestamp.FromDateTimeOffset(time.GetUtcNow());
        var before = resource.ListedAt is null ? await StoredAsync(api, resource, at, stop) : resource.Known;
        var page = "";
        do
        {
            batch.Clear();
            await api.ListAsync(resource.Kind, resource.Namespace, page, batch, stop);
            await recorder.RecordAsync(options.Tenancy.Of("kubernetes"), batch, Source, at, stop);
            foreach (var state in batch.Objects)
            {
                now[state.Uid] = state;
            }

            page = batch.Continue;
        }
        while (page.Length > 0);

        var gone = new KubernetesBatch();
        gone.Objects.AddRange(before.Where(known => !now.ContainsKey(known.Key)).Select(known => known.Value with { IsDeleted = true, Time = at }));
        await recorder.RecordAsync(options.Tenancy.Of("kubernetes"), gone, Source, null, stop);
        resource.Known = now;
        resource.Version = batch.ResourceVersion;
        resource.ListedAt = time.GetTimestamp();
        resource.HasProgressed = true;
        telemetry.Report(new ClusterListed(resource.Kind.Plural, resource.Namespace, now.Count, gone.Objects.Count));
    }

    /// <summary>What was there when this cluster was followed last, by an earlier process. Objects that came in any other way may be of another cluster and are not judged.</summary>
    private async Task<Dictionary<string, KubernetesObject>> StoredAsync(KubernetesApi api, Resource resource, Timestamp at, CancellationToken stop)
    {
        if (resource.Kind.Name == "Event")
        {
            return [];
        }

        var query = new KubernetesObjectQuery(options.Tenancy.Of("kubernetes"), new TimeRange(at, Timestamp.MaxValue), options.Kubernetes.Watch.ObjectsRemembered)
        {
            Kinds = [resource.Kind.Name],
            Namespaces = resource.Namespace.Length > 0 ? [resource.Namespace] : [],
        };
        return (await store.FindKubernetesObjectsAsync(query, stop))
            .Where(state => !state.IsDeleted && state.Fields.GetValueOrDefault("cluster") == api.Cluster)
            .ToDictionary(state => state.Uid, StringComparer.Ordinal);
    }

    private TimeSpan Backoff(Exception e, int failures, Resource resource)
    {
        var limits = options.Kubernetes.Watch;
        if (e is KubernetesApiException { RetryAfter: { } asked })
        {
            return asked < limits.LongestBackoff ? asked : limits.LongestBackoff;
        }

        if (e is KubernetesApiException { IsLasting: true })
        {
            return limits.LongestBackoff;
        }

        // Each resource waits a little differently, so that they do not all come back at once.
        var doubled = limits.FirstBackoff.Ticks * (1L << Math.Min(failures - 1, 20));
        return TimeSpan.FromTicks((long)(Math.Min(doubled, limits.LongestBackoff.Ticks) * (0.75 + (resource.Spread * 0.25))));
    }

    private async Task DelayAsync(TimeSpan wait, CancellationToken stop)
    {
        try
        {
            await Task.Delay(wait, time, stop);
        }
        catch (OperationCanceledException)
        {
            // The server stops; the loop sees it.
        }
    }

    private static string Reason(Exception e) => e switch
    {
        KubernetesApiException { IsGone: true } => "gone",
        KubernetesApiException { Status: 401 or 403 } => "forbidden",
        KubernetesApiException { Status: 404 } => "not_found",
        KubernetesApiException { Status: > 0 } => "refused",
        KubernetesApiException => "malformed",
        StoreUnavailableException => "store_unavailable",
        OperationCanceledException => "timeout",
        HttpRequestException or IOException => "connection",
        _ => "internal",
    };

    /// <summary>A kind in a namespace and how far it has been followed.</summary>
    private sealed class Resource(KubernetesKind kind, string space)
    {
        public KubernetesKind Kind => kind;

        /// <summary>Empty for all.</summary>
        public string Namespace => space;

        /// <summary>Where a watch goes on; empty when a list must come first.</summary>
        public string Version { get; set; } = "";

        public long? ListedAt { get; set; }

        /// <summary>The last state of every object there is.</summary>
        public Dictionary<string, KubernetesObject> Known { get; set; } = [];

        /// <summary>Something came through since the last failure.</summary>
        public bool HasProgressed { get; set; }

        /// <summary>From 0 to 1, by name.</summary>
        public double Spread { get; } = kind.Plural.Concat(space).Aggregate(17, (sum, c) => ((sum * 31) + c) & 0xFFFF) / 65_535.0;

        public void Note(KubernetesObject state)
        {
            if (state.IsDeleted)
            {
                Known.Remove(state.Uid);
            }
            else
            {
                Known[state.Uid] = state;
            }
        }
    }
}
