using Clew.Telemetry;
using Clew.Testing;

namespace Clew.Server.Tests.Storage;

/// <summary>What any engine must do with objects and events of clusters and with alerts. As <see cref="StoreContract"/>.</summary>
public abstract class RecordContract : IAsyncLifetime
{
    private static readonly Timestamp Start = SpanBatchBuilder.Start;
    private static readonly TimeRange Everything = new(new Timestamp(0), Timestamp.MaxValue);
    private ITestStore _store = null!;

    protected abstract Task<ITestStore> OpenAsync();

    public async Task InitializeAsync() => _store = await OpenAsync();

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task An_object_comes_back_with_every_field()
    {
        var pod = new KubernetesObject
        {
            Time = Start,
            Uid = "u-1",
            Version = ulong.MaxValue,
            Kind = "Pod",
            Namespace = "shop",
            Name = "cart-7",
            WorkloadKind = "Deployment",
            Workload = "cart",
            Service = "cart",
            Node = "node-a",
            Phase = "Running",
            IsDeleted = true,
            Fields = new Dictionary<string, string> { ["container.app.image"] = "cart:2", ["ünï"] = "'\\\n\U0001F9F6", ["empty"] = "" },
        };
        await _store.Writer.WriteAsync(Tenant.Default, [pod, pod with { Uid = "u-2", Kind = "Node", Fields = new Dictionary<string, string>() }], default);

        var read = await _store.Reader.FindKubernetesObjectsAsync(new KubernetesObjectQuery(Tenant.Default, Everything, 10) { Kinds = ["Pod"] }, default);

        var same = read.ShouldHaveSingleItem();
        same.Fields.ShouldBe(pod.Fields, ignoreOrder: true);
        (same with { Fields = pod.Fields }).ShouldBe(pod);
    }

    [Fact]
    public async Task Objects_are_answered_as_they_were_at_the_end_of_the_range()
    {
        await _store.Writer.WriteAsync(
            Tenant.Default,
            [
                State("a", 0, 1, "Pending"), State("a", 10, 2, "Running"), State("a", 10, 3, "Ready"), State("a", 60, 4, "Failed"), State("b", 5, 9, "Running"),
                State("b", 20, 10, "Gone") with { IsDeleted = true },
            ],
            default);

        (await PhasesAsync(0, 100)).ShouldBe(["a Failed", "b Gone"]);
        (await PhasesAsync(0, 15)).ShouldBe(["a Ready", "b Running"]);
        (await PhasesAsync(30, 60)).ShouldBe(["a Ready"]);
        (await PhasesAsync(0, 100, history: true)).ShouldBe(["a Failed", "b Gone", "a Ready", "a Running", "b Running", "a Pending"]);
    }

    [Fact]
    public async Task The_state_at_a_version_or_moment_is_found_for_each_object()
    {
        await _store.Writer.WriteAsync(
            Tenant.Default,
            [State("a", 0, 1, "1"), State("a", 10, 5, "5"), State("a", 10, 7, "7"), State("b", 0, 1, "b1"), State("c", 0, 0, "c first"), State("c", 9, 0, "c then")],
            default);

        (await AsOfAsync(("a", 10, 6), ("b", 5, 9), ("c", 8, 0))).ShouldBe(["a 5", "b b1", "c c first"]);
        (await AsOfAsync(("a", 0, 7), ("b", 9, 0), ("c", 9, 3), ("d", 9, 9))).ShouldBe(["a 7", "b b1", "c c then"]);
        (await AsOfAsync(("a", 99, ulong.MaxValue), ("c", -1, 0))).ShouldBe(["a 7"]);
        (await AsOfAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Objects_are_filtered_by_what_they_were_in_the_end()
    {
        await _store.Writer.WriteAsync(
            Tenant.Default,
            [
                State("a", 0, 1, "old") with { Node = "one", Service = "cart", Workload = "cart" }, State("a", 9, 2, "new") with { Node = "two", Service = "cart", Workload = "cart" },
                State("b", 0, 1, "b") with { Node = "one", Namespace = "other's" },
            ],
            default);

        (await PhasesAsync(0, 100, change: q => q with { Nodes = ["one"] })).ShouldBe(["b b"]);
        (await PhasesAsync(0, 100, change: q => q with { Nodes = ["two", "three"], Services = ["cart"], Workloads = ["cart"] })).ShouldBe(["a new"]);
        (await PhasesAsync(0, 100, change: q => q with { Namespaces = ["other's"], Names = ["b"] })).ShouldBe(["b b"]);
        (await PhasesAsync(0, 100, change: q => q with { Limit = 1 })).Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_event_comes_back_with_every_field_and_its_last_count()
    {
        var first = new KubernetesEvent
        {
            Time = Start,
            FirstTime = Start - TimeSpan.FromMinutes(5),
            Uid = "e-1",
            Version = 5,
            Type = "Warning",
            Reason = "BackOff",
            Message = "Back-off restarting failed container 'app'",
            Count = 3,
            Kind = "Pod",
            Namespace = "shop",
            Name = "cart-7",
            ObjectUid = "u-1",
            FieldPath = "spec.containers{app}",
            Component = "kubelet",
            Node = "node-a",
            Workload = "cart",
            Service = "cart",
        };
        var again = first with { Time = Start + TimeSpan.FromMinutes(1), Count = 4, Version = 6 };
        var other = first with { Uid = "e-2", Reason = "Scheduled", Type = "Normal", Message = "Assigned" };
        await _store.Writer.WriteAsync(Tenant.Default, [first, again, other], default);
        await _store.Writer.WriteAsync(Tenant.Default, [first], default);

        var all = await _store.Reader.FindKubernetesEventsAsync(new KubernetesEventQuery(Tenant.Default, Everything, 10), default);
        all.ShouldBe([again, other]);
        var then = new TimeRange(Start, Start + TimeSpan.FromSeconds(1));
        (await _store.Reader.FindKubernetesEventsAsync(new KubernetesEventQuery(Tenant.Default, then, 10) { Reasons = ["BackOff"] }, default)).ShouldBe([first]);
        var asked = new KubernetesEventQuery(Tenant.Default, Everything, 10)
        {
            Types = ["Warning"],
            Kinds = ["Pod"],
            Namespaces = ["shop"],
            Names = ["cart-7"],
            Services = ["cart"],
            Workloads = ["cart"],
            Text = "CONTAINER 'APP",
        };
        (await _store.Reader.FindKubernetesEventsAsync(asked, default)).ShouldBe([again]);
        (await _store.Reader.FindKubernetesEventsAsync(asked with { Text = "nothing" }, default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_alert_comes_back_as_it_was_told_last()
    {
        var firing = new AlertRecord
        {
            Fingerprint = "f-1",
            Start = Start,
            Updated = Start,
            Status = AlertStatus.Firing,
            Source = "alertmanager",
            Name = "HighErrorRate",
            Severity = "critical",
            Service = "cart",
            Summary = "5 % of requests fail",
            Link = "http://prometheus/graph",
            Labels = new Dictionary<string, string> { ["alertname"] = "HighErrorRate", ["service"] = "cart" },
            Annotations = new Dictionary<string, string> { ["runbook"] = "http://wiki/7" },
        };
        var resolved = firing with { Status = AlertStatus.Resolved, End = Start + TimeSpan.FromMinutes(9), Updated = Start + TimeSpan.FromMinutes(9) };
        var other = firing with { Fingerprint = "f-2", Start = Start + TimeSpan.FromHours(1), Source = "grafana", Severity = "warning", Service = "", Name = "Slow" };
        await _store.Writer.WriteAsync(Tenant.Default, [resolved, other], default);
        await _store.Writer.WriteAsync(Tenant.Default, [firing], default);

        (await AlertsAsync(q => q)).ShouldBe(["f-2 Firing", "f-1 Resolved"]);
        (await AlertsAsync(q => q with { Status = AlertStatus.Resolved })).ShouldBe(["f-1 Resolved"]);
        (await AlertsAsync(q => q with { Sources = ["grafana"], Severities = ["warning"], Names = ["Slow"], Services = [""] })).ShouldBe(["f-2 Firing"]);
        (await AlertsAsync(q => q with { Range = new TimeRange(Start + TimeSpan.FromMinutes(8), Start + TimeSpan.FromMinutes(20)) })).ShouldBe(["f-1 Resolved"]);
        (await AlertsAsync(q => q with { Range = new TimeRange(Start + TimeSpan.FromMinutes(10), Start + TimeSpan.FromMinutes(20)) })).ShouldBeEmpty();
        var read = (await _store.Reader.FindAlertsAsync(new AlertQuery(Tenant.Default, Everything, 10) { Services = ["cart"] }, default)).ShouldHaveSingleItem();
        read.Labels.ShouldBe(resolved.Labels, ignoreOrder: true);
        read.Annotations.ShouldBe(resolved.Annotations);
        (read with { Labels = resolved.Labels, Annotations = resolved.Annotations }).ShouldBe(resolved);
    }

    [Fact]
    public async Task A_change_of_two_services_is_two_changes_and_sent_again_replaces_its_own()
    {
        var cart = new ChangeRecord("train-7", Start, "deploy", "cart", "v1", "1", "ada", "", new Dictionary<string, string>());
        var web = cart with { Service = "web", Summary = "v9" };
        await _store.Writer.WriteAsync(Tenant.Default, [cart, web], default);
        await _store.Writer.WriteAsync(Tenant.Default, [cart with { Summary = "v2" }], default);

        var read = await _store.Reader.GetChangesAsync(Tenant.Default, Everything, default);

        read.Select(change => $"{change.Id} {change.Service} {change.Summary}").ShouldBe(["train-7 cart v2", "train-7 web v9"]);
    }

    [Fact]
    public async Task A_fingerprint_names_an_alert_within_its_source()
    {
        var alert = new AlertRecord { Fingerprint = "f", Start = Start, Updated = Start, Status = AlertStatus.Firing, Source = "alertmanager", Name = "n" };
        await _store.Writer.WriteAsync(Tenant.Default, [alert, alert with { Source = "grafana" }], default);
        await _store.Writer.WriteAsync(Tenant.Default, [alert with { Source = "grafana", Status = AlertStatus.Resolved, End = Start, Updated = Start + TimeSpan.FromSeconds(1) }], default);

        (await AlertsAsync(q => q)).ShouldBe(["f Firing", "f Resolved"]);
    }

    [Fact]
    public async Task Pods_are_linked_to_the_services_whose_telemetry_names_them()
    {
        var builder = new SpanBatchBuilder();
        builder.Span(1, 1, service: "cart", resource: builder.Resource("cart", ("k8s.pod.name", "cart-7")));
        builder.Span(1, 2, service: "sidecar", resource: builder.Resource("sidecar", ("k8s.pod.name", "cart-7")));
        builder.Span(1, 3, service: "web", resource: builder.Resource("web", ("k8s.pod.name", "web-1")));
        await _store.Writer.WriteAsync(builder.Batch, default);

        var services = await _store.Reader.GetServicesOfPodsAsync(Tenant.Default, ["cart-7", "unknown"], default);

        services["cart-7"].ShouldBe(["cart", "sidecar"]);
        services.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Retention_reaches_objects_events_and_alerts()
    {
        var old = Start - TimeSpan.FromDays(3);
        await _store.Writer.WriteAsync(Tenant.Default, [State("a", 0, 1, "new"), State("b", 0, 1, "old") with { Time = old }], default);
        await _store.Writer.WriteAsync(Tenant.Default, [new KubernetesEvent { Time = old, FirstTime = old, Uid = "e", Reason = "Killing" }], default);
        await _store.Writer.WriteAsync(Tenant.Default, [new AlertRecord { Fingerprint = "f", Start = old, Updated = old, Source = "s", Name = "n" }], default);

        await _store.Administration.ApplyRetentionAsync(new RetentionPolicy(TimeSpan.FromDays(1), null), Start, default);

        (await PhasesAsync(0, 100)).ShouldBe(["a new"]);
        (await _store.Reader.FindKubernetesEventsAsync(new KubernetesEventQuery(Tenant.Default, Everything, 10), default)).ShouldBeEmpty();
        (await AlertsAsync(q => q)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Tenants_do_not_see_each_others_records()
    {
        var other = new Tenant("other");
        await _store.Writer.WriteAsync(other, [State("a", 0, 1, "theirs")], default);
        await _store.Writer.WriteAsync(other, [new AlertRecord { Fingerprint = "f", Start = Start, Updated = Start, Source = "s", Name = "n" }], default);

        (await PhasesAsync(0, 100)).ShouldBeEmpty();
        (await AlertsAsync(q => q)).ShouldBeEmpty();
        (await AlertsAsync(q => q with { Tenant = other })).ShouldBe(["f Firing"]);
    }

    private static KubernetesObject State(string name, int second, ulong version, string phase) => new()
    {
        Time = Start + TimeSpan.FromSeconds(second),
        Uid = name,
        Version = version,
        Kind = "Pod",
        Namespace = "shop",
        Name = name,
        Phase = phase,
    };

    private async Task<List<string>> PhasesAsync(int from, int to, bool history = false, Func<KubernetesObjectQuery, KubernetesObjectQuery>? change = null)
    {
        var range = new TimeRange(Start + TimeSpan.FromSeconds(from), Start + TimeSpan.FromSeconds(to));
        var query = new KubernetesObjectQuery(Tenant.Default, range, 100) { IsHistory = history };
        var read = await _store.Reader.FindKubernetesObjectsAsync(change?.Invoke(query) ?? query, default);
        return [.. read.Select(o => $"{o.Name} {o.Phase}")];
    }

    private async Task<List<string>> AsOfAsync(params (string Uid, int Second, ulong Version)[] moments)
    {
        var read = await _store.Reader.GetKubernetesObjectsAsOfAsync(
            Tenant.Default, [.. moments.Select(moment => new KubernetesMoment(moment.Uid, Start + TimeSpan.FromSeconds(moment.Second), moment.Version))], default);
        return [.. read.Select(o => $"{o.Name} {o.Phase}").Order(StringComparer.Ordinal)];
    }

    private async Task<List<string>> AlertsAsync(Func<AlertQuery, AlertQuery> change)
    {
        var read = await _store.Reader.FindAlertsAsync(change(new AlertQuery(Tenant.Default, Everything, 10)), default);
        return [.. read.Select(alert => $"{alert.Fingerprint} {alert.Status}")];
    }
}

/// <summary>The contract on the embedded engine.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class EmbeddedRecordTests : RecordContract
{
    protected override async Task<ITestStore> OpenAsync() => await TemporaryStore.OpenAsync();
}
