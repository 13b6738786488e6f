using Clew.Testing;

namespace Clew.Server.Tests.Redaction;

/// <summary>Changes, alerts, and states and events of clusters with something planted in every text.</summary>
internal static class PlantedRecords
{
    /// <summary>Members by which a record is read; with something behind them it would not be one.</summary>
    private static readonly HashSet<string> Structure =
    [
        "apiVersion", "items.apiVersion", "items.kind", "startsAt", "endsAt", "alerts.startsAt", "alerts.endsAt", "alerts.status", "status", "time", "at", "event.event_type", "event.occurred_at", "event.data.created_at",
        "event.data.type", "commits.timestamp", "finishedAt", "phase", "object_kind", "action", "items.metadata.creationTimestamp", "items.lastTimestamp", "items.metadata.resourceVersion", "items.status.startTime",
        "items.status.phase", "items.metadata.managedFields.time", "version", "items.data.config", "items.involvedObject.kind", "items.metadata.ownerReferences.kind",
    ];

    public static IEnumerable<PlantedDoor> Doors =>
    [
        Json("POST /api/changes", "/api/changes", """{"id":"change","kind":"deploy","service":"cart","summary":"rollout","version":"1","author":"ada","link":"https://ci/1","diff":"- a\n+ b","environment":"production","nested":{"a":["b"]}}"""),
        Json("POST /api/alerts", "/api/alerts", """[{"name":"Customers complain","service":"cart","severity":"high","summary":"slow","startsAt":"2026-08-21T09:00:00Z","labels":{"team":"shop"},"annotations":{"runbook":"https://wiki/1"}}]"""),
        Json("GitHub push", "/api/webhooks/github",
            """{"ref":"refs/heads/main","repository":{"name":"cart","full_name":"shop/cart"},"pusher":{"name":"ada"},"commits":[{"id":"1481a2de","message":"Limit the pool","timestamp":"2026-08-21T09:00:00Z","url":"https://github.com/1","author":{"name":"Ada","username":"ada"},"added":["b.cs"],"modified":["a.cs"]}]}""",
            ("X-GitHub-Event", "push")),
        Json("GitLab push", "/api/webhooks/gitlab",
            """{"object_kind":"push","ref":"refs/heads/main","user_username":"ada","project":{"name":"cart","path_with_namespace":"shop/cart"},"commits":[{"id":"b6568db","title":"Update","message":"Update","timestamp":"2026-08-21T09:00:00Z","url":"https://gitlab/1","author":{"name":"Ada"}}]}"""),
        Json("Argo CD", "/api/webhooks/argocd", """{"app":"cart","revision":"3b1f2d8","phase":"Succeeded","finishedAt":"2026-08-21T09:00:00Z","message":"synced","url":"https://argo/1","author":"ada"}"""),
        Json("mapped webhook", "/api/webhooks/generic?mapping=flags", """{"id":"f-1","kind":"flag","app":"cart","flag":"pool_v2","from":"off","to":"on","at":"2026-08-21T09:00:00Z"}"""),
        Json("Alertmanager", "/api/webhooks/alertmanager",
            """{"version":"4","alerts":[{"status":"firing","labels":{"alertname":"HighErrorRate","service":"cart","severity":"critical"},"annotations":{"summary":"bad","runbook_url":"https://wiki/1"},"startsAt":"2026-08-21T09:00:00Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"https://prom/1","fingerprint":"c5a4"}]}"""),
        Json("Grafana", "/api/webhooks/grafana",
            """{"status":"firing","alerts":[{"status":"firing","labels":{"alertname":"Slow","grafana_folder":"Shop"},"annotations":{"summary":"bad"},"startsAt":"2026-08-21T09:00:00Z","endsAt":"0001-01-01T00:00:00Z","valueString":"[ var='B' value=812.5 ]","generatorURL":"https://grafana/1","fingerprint":"57c6","silenceURL":"https://grafana/s","dashboardURL":"https://grafana/d","panelURL":"https://grafana/p"}]}"""),
        Json("PagerDuty", "/api/webhooks/pagerduty",
            """{"event":{"id":"5ac64822","event_type":"incident.triggered","occurred_at":"2026-08-21T09:00:00Z","data":{"id":"PGR0VU2","type":"incident","html_url":"https://pd/1","incident_key":"key","created_at":"2026-08-21T09:00:00Z","title":"Cart is down","service":{"summary":"cart"},"assignees":[{"summary":"Ada"}],"priority":{"summary":"P1"},"urgency":"high"}}}"""),
        Json("Opsgenie", "/api/webhooks/opsgenie",
            """{"alert":{"tags":["tag1"],"message":"Disk is full","alertId":"052652ac","alias":"disk-cart","entity":"cart","createdAt":1787302800000,"updatedAt":1787302801000000000,"priority":"P2","description":"No space","details":{"service":"cart","node":"node-a"},"teams":["ad8a"],"source":"monit"},"action":"Create"}"""),
        Json("Kubernetes", "/api/kubernetes",
            """
            {"apiVersion":"v1","kind":"List","items":[
            {"kind":"Deployment","metadata":{"name":"cart","namespace":"shop","uid":"d-1","resourceVersion":"100","generation":1,"creationTimestamp":"2026-08-21T08:00:00Z","labels":{"app":"cart"},"annotations":{"deployment.kubernetes.io/revision":"1","note":"annotated"},"managedFields":[{"manager":"helm","time":"2026-08-21T09:10:00Z"}]},"spec":{"replicas":1,"template":{"metadata":{"annotations":{"kubectl.kubernetes.io/restartedAt":"now"}},"spec":{"containers":[{"name":"app","image":"shop/cart:1","command":["run"],"args":["--loud"],"env":[{"name":"DB_PASSWORD","value":"from the environment"}]}]}}}},
            {"kind":"Pod","metadata":{"name":"cart-7d9f8c6b5-x2k4q","namespace":"shop","uid":"pod-1","resourceVersion":"6","labels":{"app":"cart"},"ownerReferences":[{"kind":"ReplicaSet","name":"cart-7d9f8c6b5","uid":"rs-1","controller":true}]},"spec":{"nodeName":"node-a"},"status":{"phase":"Running","message":"why","reason":"because","startTime":"2026-08-21T09:00:01Z","containerStatuses":[{"name":"app","restartCount":1,"ready":false,"image":"shop/cart:1","imageID":"sha","state":{"waiting":{"reason":"CrashLoopBackOff","message":"back-off"}},"lastState":{"terminated":{"reason":"Error","exitCode":1,"message":"died"}}}],"conditions":[{"type":"Ready","status":"False","reason":"no","message":"not ready"}]}},
            {"kind":"ConfigMap","metadata":{"name":"flags","namespace":"shop","uid":"c-1","resourceVersion":"7"},"data":{"rollout":"10 percent"}},
            {"kind":"Secret","metadata":{"name":"keys","namespace":"shop","uid":"s-1","resourceVersion":"8"},"type":"Opaque","stringData":{"key":"of the vault"}},
            {"kind":"Event","metadata":{"name":"e1","namespace":"shop","uid":"e1"},"type":"Warning","reason":"BackOff","message":"restarting it","lastTimestamp":"2026-08-21T09:30:00Z","source":{"component":"kubelet","host":"node-a"},"involvedObject":{"kind":"Pod","namespace":"shop","name":"cart-7d9f8c6b5-x2k4q","uid":"pod-1","fieldPath":"spec.containers{app}"}}]}
            """),
    ];

    private static PlantedDoor Json(string name, string path, string body, params (string Name, string Value)[] headers) => new(
        name,
        (server, plant) => server.PostAsync(path, "application/json", SecretPlanting.Everywhere(body, field => Structure.Contains(field) || field == "kind" && name != "POST /api/changes" ? null : plant[field]), headers));
}
