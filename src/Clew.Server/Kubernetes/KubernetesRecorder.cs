using Clew.Protocols.Kubernetes;
using Clew.Server.Configuration;
using Clew.Server.Records;
using Clew.Server.Redaction;
using Clew.Server.SelfTelemetry;
using Clew.Server.SelfTelemetry.Events;
using Clew.Telemetry;

namespace Clew.Server.Kubernetes;

/// <summary>
/// Stores what was read of a cluster, whoever read it:
/// 1. finds the state before each state, among those that came by lately or in the store;
/// 2. completes the chain of owners and, with it, workload and service;
/// 3. leaves out what tells nothing new;
/// 4. derives changes;
/// 5. names the services of changes as telemetry does;
/// 6. writes, and only then remembers.
/// </summary>
internal sealed class KubernetesRecorder(ITelemetryWriter writer, ITelemetryReader reader, ServerOptions options, TextRedactor redactor, ServerTelemetry telemetry) : IDisposable
{
    /// <summary>Objects in one question to the store: their names stand in the statement, which is limited to 256 KiB.</summary>
    private const int AskedAtOnce = 1_000;

    /// <summary>Pods of a workload whose telemetry is looked for; they are alike.</summary>
    private const int PodsAsked = 16;

    /// <summary>Services that one changed config map or secret is reported for; more than these do not narrow anything down.</summary>
    private const int UsersReported = 16;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly KnownObjects _known = new(RecordLimits.KnownObjects);

    /// <param name="source">Who told, as <c>/metrics</c> says it.</param>
    /// <param name="refreshedAt">For a list of all there is: objects that look the same for longer than the refresh interval are stored again as of now.</param>
    /// <exception cref="StoreUnavailableException">The store cannot take it now; nothing is remembered, and the same can be sent again.</exception>
    public async Task<KubernetesAccepted> RecordAsync(Tenant tenant, KubernetesBatch batch, string source, Timestamp? refreshedAt, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            // Redacted before they are compared with what is stored, which was. Versions count up over the whole cluster; a file may hold them in any order.
            var states = batch.Objects.Select(redactor.Redact).OrderBy(state => state.Version).ThenBy(state => state.Version > 0 ? 0 : state.Time.UnixNanoseconds).ToList();
            var recording = new Recording(tenant, await PredecessorsAsync(tenant, states, batch.Events, cancellation));
            foreach (var state in states)
            {
                recording.Add(Owned(state, recording, batch), refreshedAt, options.Kubernetes.Refresh);
            }

            var events = batch.Events.ConvertAll(happened => Linked(recording, happened));
            var changes = await NameServicesAsync(recording, cancellation);
            await writer.WriteAsync(tenant, recording.Stored, cancellation);
            await writer.WriteAsync(tenant, events, cancellation);
            await writer.WriteAsync(tenant, changes, cancellation);
            foreach (var state in recording.Latest.Values)
            {
                if (_known.Find(tenant, state.Uid) is not { } known || !Recording.IsLater(known, state))
                {
                    _known.Remember(tenant, state);
                }
            }

            return Report(batch, source, recording, events.Count, changes.Count);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private KubernetesAccepted Report(KubernetesBatch batch, string source, Recording recording, int events, int changes)
    {
        telemetry.Report(new RecordsStored(source, "kubernetes_object", recording.Stored.Count));
        telemetry.Report(new RecordsStored(source, "kubernetes_event", events));
        telemetry.Report(new RecordsStored(source, "change", changes));
        telemetry.Report(new RecordsDropped(source, "unchanged", recording.Unchanged));
        foreach (var (reason, count) in batch.Issues)
        {
            telemetry.Report(new RecordsDropped(source, reason, count));
        }

        return new KubernetesAccepted(
            recording.Stored.Count, recording.Unchanged, events, changes, batch.Rejected,
            batch.Rejected == 0 ? null : [.. batch.Issues.Select(issue => $"{issue.Key} ({issue.Value})")]);
    }

    /// <summary>The state before the first state of each object in the batch.</summary>
    private async Task<Dictionary<string, KubernetesObject>> PredecessorsAsync(
        Tenant tenant, List<KubernetesObject> states, List<KubernetesEvent> events, CancellationToken cancellation)
    {
        var found = new Dictionary<string, KubernetesObject>(StringComparer.Ordinal);
        var asked = new Dictionary<string, KubernetesMoment>(StringComparer.Ordinal);
        foreach (var state in states)
        {
            if (found.ContainsKey(state.Uid) || asked.ContainsKey(state.Uid))
            {
                continue;
            }

            if (_known.Find(tenant, state.Uid) is { } known && !Recording.IsLater(known, state))
            {
                found.Add(state.Uid, known);
            }
            else
            {
                asked.Add(state.Uid, new KubernetesMoment(state.Uid, state.Time, state.Version));
            }
        }

        // Owners and the objects of events are wanted as they were last, whatever is known of them.
        var others = states.Select(state => state.Fields.GetValueOrDefault("owner.uid", "")).Concat(events.Select(happened => happened.ObjectUid));
        foreach (var uid in others.Where(uid => uid.Length > 0))
        {
            if (_known.Find(tenant, uid) is { } known)
            {
                found.TryAdd(uid, known);
            }
            else if (!found.ContainsKey(uid))
            {
                asked.TryAdd(uid, new KubernetesMoment(uid, Timestamp.MaxValue, 0));
            }
        }

        foreach (var some in asked.Values.Chunk(AskedAtOnce))
        {
            foreach (var state in await reader.GetKubernetesObjectsAsOfAsync(tenant, some, cancellation))
            {
                found[state.Uid] = state;
            }
        }

        return found;
    }

    /// <summary>The object with the workload of its owner where that is known: a pod of a job belongs to what made the job.</summary>
    private static KubernetesObject Owned(KubernetesObject state, Recording recording, KubernetesBatch batch)
    {
        var uid = state.Fields.GetValueOrDefault("owner.uid", "");
        if (uid.Length == 0)
        {
            return state;
        }

        var owner = batch.Objects.Find(candidate => candidate.Uid == uid) ?? recording.Latest.GetValueOrDefault(uid);
        if (owner is null || owner.Workload.Length == 0 || (owner.Workload == state.Workload && owner.WorkloadKind == state.WorkloadKind))
        {
            return state;
        }

        return state with
        {
            WorkloadKind = owner.WorkloadKind,
            Workload = owner.Workload,
            Service = state.Service == state.Workload ? owner.Service : state.Service,
        };
    }

    /// <summary>The event with workload and service of its object, or with what the object's name tells.</summary>
    private static KubernetesEvent Linked(Recording recording, KubernetesEvent happened)
    {
        if (recording.Latest.GetValueOrDefault(happened.ObjectUid) is { } about)
        {
            return happened with { Workload = about.Workload, Service = about.Service, Node = happened.Node.Length > 0 ? happened.Node : about.Node };
        }

        var (_, workload) = KubernetesNames.WorkloadOf(happened.Kind, happened.Name);
        return happened with { Workload = workload, Service = workload };
    }

    /// <summary>
    /// The changes with the services they concern: what telemetry of the workload's pods calls itself, and for config maps and secrets the
    /// workloads that use them.
    /// </summary>
    private async Task<List<ChangeRecord>> NameServicesAsync(Recording recording, CancellationToken cancellation)
    {
        if (recording.Changes.Count == 0)
        {
            return [];
        }

        var objects = _known.All(recording.Tenant).Concat(recording.Latest.Values).Where(state => !state.IsDeleted).GroupBy(state => state.Uid).Select(group => group.Last()).ToList();
        var pods = objects.Where(state => state.Kind == "Pod" && state.Workload.Length > 0).ToLookup(state => (state.Namespace, state.Workload), state => state.Name);
        var asked = recording.Changes.SelectMany(change => pods[(change.State.Namespace, change.State.Workload)].Take(PodsAsked)).Distinct().ToList();
        var services = await reader.GetServicesOfPodsAsync(recording.Tenant, asked, cancellation);

        var named = new List<ChangeRecord>();
        foreach (var (change, state) in recording.Changes)
        {
            if (state.Kind is "ConfigMap" or "Secret")
            {
                named.AddRange(OfUsers(change, state, objects, services, pods));
                continue;
            }

            named.Add(change with { Service = ServiceOf(state.Namespace, state.Workload, change.Service) });
        }

        return named;

        string ServiceOf(string space, string workload, string otherwise)
        {
            var told = pods[(space, workload)].Take(PodsAsked).SelectMany(pod => services[pod]).Distinct(StringComparer.Ordinal).ToList();
            return told.Count == 1 ? told[0] : otherwise;
        }
    }

    /// <summary>One change for each service that uses a config map or secret; the change itself when nobody is known to.</summary>
    private static IEnumerable<ChangeRecord> OfUsers(
        ChangeRecord change, KubernetesObject state, List<KubernetesObject> objects, ILookup<string, string> services, ILookup<(string, string), string> pods)
    {
        var field = state.Kind == "ConfigMap" ? "config_maps" : "secrets";
        var users = objects
            .Where(user => user.Namespace == state.Namespace && user.Kind is not ("ReplicaSet" or "Pod" or "Job")
                && user.Fields.TryGetValue(field, out var used) && used.Split(',').Contains(state.Name, StringComparer.Ordinal))
            .OrderBy(user => user.Name, StringComparer.Ordinal)
            .ToList();
        if (users.Count is 0 or > UsersReported)
        {
            return [change];
        }

        var all = string.Join(',', users.Select(user => $"{user.Kind}/{user.Name}"));
        return users.Select(user =>
        {
            var told = pods[(user.Namespace, user.Workload)].Take(PodsAsked).SelectMany(pod => services[pod]).Distinct(StringComparer.Ordinal).ToList();
            return change with
            {
                Id = $"{change.Id}-{user.Name}",
                Service = told.Count == 1 ? told[0] : user.Service,
                Attributes = new Dictionary<string, string>(change.Attributes) { ["used_by"] = all },
            };
        });
    }

    /// <summary>The batch on its way to the store.</summary>
    private sealed class Recording(Tenant tenant, Dictionary<string, KubernetesObject> latest)
    {
        public Tenant Tenant => tenant;

        /// <summary>The state after which each object's next one comes; at first those from before the batch.</summary>
        public Dictionary<string, KubernetesObject> Latest { get; } = latest;

        public List<KubernetesObject> Stored { get; } = [];

        public List<(ChangeRecord Change, KubernetesObject State)> Changes { get; } = [];

        public int Unchanged { get; private set; }

        public static bool IsLater(KubernetesObject one, KubernetesObject other) =>
            one.Version > 0 && other.Version > 0 ? one.Version > other.Version : one.Time > other.Time;

        public void Add(KubernetesObject state, Timestamp? refreshedAt, TimeSpan refresh)
        {
            var before = Latest.GetValueOrDefault(state.Uid);
            if (before is not null && IsLater(before, state))
            {
                // The list repeats an old state after a newer one.
                Unchanged++;
                return;
            }

            if (before is not null && ((before.Version == state.Version && state.Version > 0 && before.IsDeleted == state.IsDeleted) || KubernetesChanges.LooksTheSame(before, state)))
            {
                var stale = refreshedAt is { } now && !state.IsDeleted && now - before.Time >= refresh;
                var kept = before with { Version = state.Version, Time = stale ? refreshedAt!.Value : before.Time };
                Latest[state.Uid] = kept;
                if (stale)
                {
                    Stored.Add(kept);
                }
                else
                {
                    Unchanged++;
                }

                return;
            }

            // A state that tells of no new moment still came after the one before it.
            var placed = before is not null && state.Time < before.Time ? state with { Time = before.Time } : state;
            Changes.AddRange(KubernetesChanges.Between(before, placed).Select(change => (change, placed)));
            Latest[state.Uid] = placed;
            Stored.Add(placed);
        }
    }
}
