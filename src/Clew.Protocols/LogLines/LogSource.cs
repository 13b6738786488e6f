namespace Clew.Protocols.LogLines;

/// <summary>
/// What the name of a file says about the lines in it. Kubernetes' own paths name namespace, pod and container:
/// <c>/var/log/pods/NAMESPACE_POD_UID/CONTAINER/0.log</c> and <c>/var/log/containers/POD_NAMESPACE_CONTAINER-ID.log</c>.
/// </summary>
public sealed record LogSource
{
    /// <summary>Lines from nowhere in particular.</summary>
    public static readonly LogSource Unknown = new();

    /// <summary>File name without its folders; empty when there is none.</summary>
    public string FileName { get; private init; } = string.Empty;

    /// <summary>The service when nothing else names one: the pod's workload, else the file's name without extensions. Empty when neither is known.</summary>
    public string Service { get; private init; } = string.Empty;

    public string Namespace { get; private init; } = string.Empty;

    public string Pod { get; private init; } = string.Empty;

    public string Container { get; private init; } = string.Empty;

    /// <summary>64 hex digits, when the path names it.</summary>
    public string ContainerId { get; private init; } = string.Empty;

    /// <param name="path">As it was given; need not exist.</param>
    public static LogSource OfFile(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var parts = path.Replace('\\', '/').Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0)
        {
            return Unknown;
        }

        var source = new LogSource { FileName = parts[^1] };
        if (parts.Length >= 3 && parts[^3].Split('_') is [var space, var pod, { Length: > 0 }] && StemOf(parts[^1]).All(char.IsAsciiDigit))
        {
            return source with { Namespace = space, Pod = pod, Container = parts[^2], Service = WorkloadOf(pod) };
        }

        var stem = StemOf(parts[^1]);
        if (stem.Split('_') is [var podName, var podSpace, var last] && last.LastIndexOf('-') is > 0 and var dash && last.Length - dash - 1 == 64)
        {
            return source with { Namespace = podSpace, Pod = podName, Container = last[..dash], ContainerId = last[(dash + 1)..], Service = WorkloadOf(podName) };
        }

        return source with { Service = stem };
    }

    /// <summary>
    /// The workload a pod belongs to, from its name: without the five-letter suffix of a pod and the hash of a replica set before it, or the number
    /// of a stateful set. Kubernetes makes those suffixes from the letters <c>bcdfghjklmnpqrstvwxz2456789</c>.
    /// </summary>
    public static string WorkloadOf(string pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        var parts = pod.Split('-');
        var kept = parts.Length;
        if (kept > 1 && parts[^1].Length > 0 && parts[^1].Length <= 3 && parts[^1].All(char.IsAsciiDigit))
        {
            kept--;
        }
        else if (kept > 1 && parts[^1].Length == 5 && parts[^1].All(IsSafeLetter))
        {
            kept--;
            if (kept > 1 && parts[kept - 1].Length is >= 7 and <= 10 && parts[kept - 1].All(IsSafeLetter) && parts[kept - 1].Any(char.IsAsciiDigit))
            {
                kept--;
            }
        }

        return string.Join('-', parts[..kept]);
    }

    /// <summary>The container of <c>docker compose</c> without its number: <c>web-1</c> and <c>web_1</c> are of <c>web</c>.</summary>
    internal static string ComposeServiceOf(string container)
    {
        var end = container.Length;
        while (end > 0 && char.IsAsciiDigit(container[end - 1]))
        {
            end--;
        }

        return end > 1 && end < container.Length && container[end - 1] is '-' or '_' ? container[..(end - 1)] : container;
    }

    private static bool IsSafeLetter(char c) => "bcdfghjklmnpqrstvwxz2456789".Contains(c, StringComparison.Ordinal) || char.IsAsciiDigit(c) && c is '0' or '1' or '3';

    /// <summary>The name without <c>.gz</c>, without rotation numbers and dates, without <c>.log</c>, <c>.json</c> and the like.</summary>
    private static string StemOf(string file)
    {
        while (file.LastIndexOf('.') is > 0 and var dot && IsExtension(file.AsSpan(dot + 1)))
        {
            file = file[..dot];
        }

        return file;
    }

    private static bool IsExtension(ReadOnlySpan<char> extension)
    {
        if (extension.Length > 0 && extension.IndexOfAnyExceptInRange('0', '9') < 0)
        {
            return true;
        }

        return extension is "gz" or "log" or "txt" or "json" or "jsonl" or "ndjson" or "out" or "err";
    }
}
