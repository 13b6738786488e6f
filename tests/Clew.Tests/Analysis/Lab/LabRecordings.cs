using System.Reflection;
using System.Text.Json;
using Clew.Analysis.Worlds;
using Shop.Demo.Lab;

namespace Clew.Tests.Analysis.Lab;

/// <summary>The scenarios of the lab and what was recorded of them. Recordings are made with <c>make lab-record</c>.</summary>
internal static class LabRecordings
{
    private const string Folder = "recordings/";
    private const string Ending = ".world.br";

    private static readonly Assembly Here = typeof(LabRecordings).Assembly;

    /// <summary>Names of the scenarios that were recorded, in order.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. Here.GetManifestResourceNames().Where(n => n.StartsWith(Folder, StringComparison.Ordinal) && n.EndsWith(Ending, StringComparison.Ordinal))
            .Select(n => n[Folder.Length..^Ending.Length]).Order(StringComparer.Ordinal),
    ];

    /// <summary>Scenarios that are not answered rightly yet, by name.</summary>
    public static IReadOnlySet<string> KnownFailures { get; } = Listed("known-failures.txt");

    /// <summary>Scenarios that were not recorded yet.</summary>
    public static IReadOnlySet<string> NotRecorded { get; } = Listed("not-recorded.txt");

    public static Scenario Scenario(string name) => Shop.Demo.Lab.Scenario.Parse(name, Text($"lab/{name}.txt"));

    /// <summary>What an investigation of the scenario looked at.</summary>
    public static World World(string name)
    {
        using var stream = Here.GetManifestResourceStream(Folder + name + Ending)!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return JsonSerializer.Deserialize(WorldFile.Decompress(bytes.ToArray()), WorldJson.Default.World)!;
    }

    // A name a line; what stands behind it is for people.
    private static HashSet<string> Listed(string file) => Text(Folder + file).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Where(l => !l.StartsWith('#')).Select(l => l.Split(' ', 2)[0]).ToHashSet(StringComparer.Ordinal);

    private static string Text(string resource)
    {
        using var reader = new StreamReader(Here.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
