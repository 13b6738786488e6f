using Clew.Protocols.Kubernetes;
using Clew.Server.Kubernetes;
using static Clew.Server.Configuration.SettingValues;

namespace Clew.Server.Configuration;

/// <summary>The cluster that the server watches by itself, if any.</summary>
public sealed record KubernetesOptions
{
    /// <summary>What kubelet mounts into every pod with a service account.</summary>
    private const string ServiceAccount = "/var/run/secrets/kubernetes.io/serviceaccount/";

    /// <summary>The word for the API server of the cluster that the server runs in.</summary>
    private const string InCluster = "in-cluster";

    private static readonly string[] UsualKinds =
    [
        "events", "pods", "deployments", "replicasets", "statefulsets", "daemonsets", "jobs", "cronjobs", "horizontalpodautoscalers", "services", "ingresses", "networkpolicies",
        "configmaps", "persistentvolumeclaims", "nodes",
    ];

    /// <summary>Which API server; null watches none.</summary>
    public KubernetesApiAddress? Api { get; init; }

    /// <summary>Empty watches all namespaces, which takes a ClusterRole.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>Plural names.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = UsualKinds;

    /// <summary>Read anew for every request: tokens expire and are replaced in place. A file that is not there means no token.</summary>
    public string TokenFile { get; init; } = ServiceAccount + "token";

    /// <summary>The authority that signed the API server's certificate. A file that is not there means the system's authorities.</summary>
    public string CertificateFile { get; init; } = ServiceAccount + "ca.crt";

    /// <summary>How often all objects are listed anew; those that have looked the same for so long are stored again, so that retention does not forget them.</summary>
    public TimeSpan Refresh { get; init; } = TimeSpan.FromHours(6);

    public KubernetesWatchLimits Watch { get; init; } = new();

    internal static IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Of("kubernetes.api", ApiKind, o => o.Kubernetes.Api, (o, v) => o with { Kubernetes = o.Kubernetes with { Api = v } },
            "Which cluster to watch; in-cluster is the one that the server runs in."),
        Setting.Of("kubernetes.namespaces", Names, o => o.Kubernetes.Namespaces, (o, v) => o with { Kubernetes = o.Kubernetes with { Namespaces = v } },
            "Namespaces to watch; none named means all of them."),
        Setting.Of("kubernetes.kinds", KindNames, o => o.Kubernetes.Kinds, (o, v) => v.SequenceEqual(o.Kubernetes.Kinds) ? o : o with { Kubernetes = o.Kubernetes with { Kinds = v } },
            "Kinds of objects to watch. The service account must be allowed to list and watch each."),
        Setting.Of("kubernetes.token_file", SettingValues.Path, o => o.Kubernetes.TokenFile, (o, v) => o with { Kubernetes = o.Kubernetes with { TokenFile = v } },
            "File with the bearer token for the API server."),
        Setting.Of("kubernetes.certificate_file", SettingValues.Path, o => o.Kubernetes.CertificateFile, (o, v) => o with { Kubernetes = o.Kubernetes with { CertificateFile = v } },
            "File with the certificate of the authority that the API server's own certificate is signed by."),
        Setting.Of("kubernetes.refresh", Duration(TimeSpan.FromMinutes(1), TimeSpan.FromDays(7)), o => o.Kubernetes.Refresh, (o, v) => o with { Kubernetes = o.Kubernetes with { Refresh = v } },
            "How often everything is listed anew and stored again, so that retention does not forget what never changes."),
    ];

    private static SettingValue<KubernetesApiAddress?> ApiKind => new(
        "in-cluster, a URL such as http://127.0.0.1:8001 (kubectl proxy), or off",
        static (string text, out KubernetesApiAddress? value) =>
        {
            value = text == InCluster ? new KubernetesApiAddress(null)
                : Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? new KubernetesApiAddress(url) : null;
            return value is not null || text == "off";
        },
        static api => api is null ? "off" : api.Url?.OriginalString ?? InCluster);

    private static SettingValue<IReadOnlyList<string>> KindNames => new(
        "names of kinds separated by commas, of: " + string.Join(", ", KubernetesKind.All.Select(kind => kind.Plural)),
        static (string text, out IReadOnlyList<string> value) =>
        {
            Names.TryRead(text, out value);
            var kinds = value.Select(KubernetesKind.Find).ToList();
            value = [.. kinds.Where(kind => kind is not null).Select(kind => kind!.Plural).Distinct()];
            return kinds.Count > 0 && kinds.TrueForAll(kind => kind is not null);
        },
        Names.Print);
}

/// <param name="Url">Null is the API server of the cluster the server runs in, as kubelet tells it: KUBERNETES_SERVICE_HOST and _PORT.</param>
public sealed record KubernetesApiAddress(Uri? Url);
