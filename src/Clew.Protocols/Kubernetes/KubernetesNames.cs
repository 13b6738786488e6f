using System.Buffers;

namespace Clew.Protocols.Kubernetes;

/// <summary>
/// What the name of an object tells of its workload. Controllers make names from the workload's and a suffix in an alphabet without vowels and
/// without 0, 1 and 3 (apimachinery's rand.String), so that such a suffix is hardly ever part of a name that somebody chose.
/// </summary>
public static class KubernetesNames
{
    private const int PodSuffix = 5;
    private const int ShortestHash = 6;
    private const int LongestHash = 10;
    private const int LongestOrdinal = 4;

    private static readonly SearchValues<char> Suffix = SearchValues.Create("bcdfghjklmnpqrstvwxz2456789");
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    /// <summary>The workload that made an object of this kind and name; empty when the name tells of none.</summary>
    public static (string Kind, string Name) WorkloadOf(string kind, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (kind is "Deployment" or "StatefulSet" or "DaemonSet" or "CronJob" or "Rollout")
        {
            return (kind, name);
        }

        if (kind == "ReplicaSet")
        {
            return Cut(name, Suffix, ShortestHash, LongestHash) is { } deployment ? ("Deployment", deployment) : ("", "");
        }

        if (kind != "Pod")
        {
            return ("", "");
        }

        if (Cut(name, Suffix, PodSuffix, PodSuffix) is { } maker)
        {
            return Cut(maker, Suffix, ShortestHash, LongestHash) is { } deployment ? ("Deployment", deployment) : ("DaemonSet", maker);
        }

        return Cut(name, Digits, 1, LongestOrdinal) is { } set ? ("StatefulSet", set) : ("", "");
    }

    /// <summary>The name without its last part, when that part is made of these characters and so long.</summary>
    private static string? Cut(string name, SearchValues<char> characters, int shortest, int longest)
    {
        var dash = name.LastIndexOf('-');
        var part = name.AsSpan(dash + 1);
        return dash > 0 && part.Length >= shortest && part.Length <= longest && part.IndexOfAnyExcept(characters) < 0 ? name[..dash] : null;
    }
}
