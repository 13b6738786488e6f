namespace Clew.Analysis.Observations;

/// <summary>What a suspect can be: most are services, but much that fails sends no telemetry of its own.</summary>
internal enum EntityKind
{
    /// <summary>A service that sent telemetry, or one of the inventory.</summary>
    Service,

    /// <summary>A database, cache or queue that is seen only from its clients.</summary>
    DataStore,

    /// <summary>Another party's API or a host outside, seen only from its callers.</summary>
    External,

    /// <summary>What resolves names.</summary>
    Resolver,

    /// <summary>The network between others: a policy, a link, a zone.</summary>
    Network,

    /// <summary>What a cluster runs that sends no telemetry of its own.</summary>
    Workload,

    /// <summary>A machine.</summary>
    Node,

    /// <summary>The scheduler or control plane, and what no single node or service answers for.</summary>
    Cluster,

    /// <summary>Somebody outside who acts: an attacker, one tenant, one client.</summary>
    Actor,
}
