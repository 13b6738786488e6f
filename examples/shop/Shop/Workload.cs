using System.Globalization;

namespace Shop;

/// <summary>One deployed service, with what Kubernetes would say about the pod it runs in.</summary>
/// <param name="Service">The short name; <c>service.name</c> and the first label of its DNS name.</param>
/// <param name="Namespace">The Kubernetes namespace.</param>
/// <param name="Version">The deployed version; SHOP_VERSION overrides it when a new one is rolled out.</param>
/// <param name="PodHash">The replica set's hash and the pod's own suffix.</param>
/// <param name="Node">The node the pod is scheduled on.</param>
/// <param name="PortOffset">Its port on loopback, counted from <see cref="PortBase"/>.</param>
internal sealed record Workload(string Service, string Namespace, string Version, string PodHash, string Node, int PortOffset)
{
    /// <summary>The host name of the payment provider, as the internet knows it.</summary>
    public const string ProviderHost = "api.cardpay.example";

    /// <summary>The domain of every name that the cluster's own resolver answers from memory.</summary>
    public const string ClusterDomain = "svc.cluster.local";

    /// <summary>Offset of the upstream resolver that is close and well.</summary>
    public const int NearUpstreamOffset = 10;

    /// <summary>Offset of the upstream resolver that is far away and overloaded.</summary>
    public const int FarUpstreamOffset = 11;

    public static readonly IReadOnlyList<Workload> All =
    [
        new("gateway", "shop", "2.14.0", "6c9f7d4b8d-q7x2m", "node-1", 0),
        new("orders", "shop", "5.3.2", "7b5d9c6f44-t9k4z", "node-2", 1),
        new("payments", "shop", "4.8.1", "58f6b7c9dd-xk2lp", "node-3", 2),
        new("inventory", "shop", "3.0.7", "84c7f5b6c9-m5v8d", "node-2", 3),
        new("auth", "shop", "1.22.0", "5d8b4f7c6b-w2j6n", "node-1", 4),
        new("notifications", "shop", "3.1.9", "66d5c8b9f7-r4h9s", "node-3", 5),
        new("payment-api", "cardpay", "2026.11.2", "79b8d6f5c4-p8c3f", "eu-west-4", 6),
        new("dns", "kube-system", "1.12.0", "5f9b9c7b8-abcd1", "node-1", 7),
        new("stock-db", "shop", "15.4.0", "0", "node-2", 8) { IsInstrumented = false },
    ];

    /// <summary>The first of the twenty-four consecutive ports the shop lives on.</summary>
    public static int PortBase { get; } =
        int.Parse(Environment.GetEnvironmentVariable("SHOP_PORT_BASE") ?? "26000", CultureInfo.InvariantCulture);

    /// <summary>How far the port of a second process of a service, a canary or a replica, lies behind that of the first.</summary>
    public const int SecondOffset = 12;

    /// <summary>Whether the process sends telemetry.</summary>
    public bool IsInstrumented { get; init; } = true;

    public int Port => PortBase + PortOffset;

    /// <summary>The second process of this service, if one runs.</summary>
    public Workload Second => this with { PortOffset = PortOffset + SecondOffset };

    public string Pod => $"{Service}-{PodHash}";

    /// <summary>The name callers use; only the resolver knows that all of them are this machine.</summary>
    public string HostName => Service == "payment-api" ? ProviderHost : $"{Service}.{Namespace}.{ClusterDomain}";

    public Uri Address => new($"http://{HostName}:{Port}");

    /// <summary>The workload of that name, or null.</summary>
    public static Workload? Find(string service) => All.FirstOrDefault(w => w.Service == service);

    /// <summary>The workload of that name, with the version and pod of a newer rollout when the environment names them.</summary>
    public static Workload Deployed(string service)
    {
        var workload = All.Single(w => w.Service == service);
        return workload with
        {
            Version = Environment.GetEnvironmentVariable("SHOP_VERSION") ?? workload.Version,
            PodHash = Environment.GetEnvironmentVariable("SHOP_POD_HASH") ?? workload.PodHash,
            PortOffset = Environment.GetEnvironmentVariable("SHOP_SECOND") == "1" ? workload.Second.PortOffset : workload.PortOffset,
        };
    }
}
