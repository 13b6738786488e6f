using System.Collections.Frozen;

namespace Clew.Telemetry;

/// <summary>
/// The attributes that OpenTelemetry renamed, from the table <c>renamed-attributes.txt</c> beside this file. Attributes are kept under the name they came with;
/// a question by either name finds both.
/// </summary>
public static class RenamedAttributes
{
    private static readonly FrozenDictionary<string, RenamedAttribute> ByOldName = Read().ToFrozenDictionary(renamed => renamed.OldName, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string[]> OldNamesOf =
        ByOldName.Values.GroupBy(renamed => renamed.NewName).ToFrozenDictionary(group => group.Key, group => group.Select(renamed => renamed.OldName).Order(StringComparer.Ordinal).ToArray(), StringComparer.Ordinal);

    /// <summary>Every rename.</summary>
    public static IReadOnlyCollection<RenamedAttribute> All => ByOldName.Values;

    /// <summary>Today's name of an attribute: the name itself unless it was renamed.</summary>
    public static string Today(string name) => ByOldName.TryGetValue(name, out var renamed) ? renamed.NewName : name;

    /// <summary>The rename of an old name; null for names that are not old.</summary>
    public static RenamedAttribute? Find(string oldName) => ByOldName.GetValueOrDefault(oldName);

    /// <summary>
    /// All names that mean the same as one: the name itself first, then today's name, then the others. A single one for names that were never renamed. Of names
    /// that became one and the same, each still only finds itself and today's name: a peer's and a host's name are not the same thing.
    /// </summary>
    public static IReadOnlyList<string> Names(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return ByOldName.TryGetValue(name, out var renamed) ? [name, renamed.NewName] : OldNamesOf.TryGetValue(name, out var old) ? [name, .. old] : [name];
    }

    private static IEnumerable<RenamedAttribute> Read()
    {
        using var stream = typeof(RenamedAttributes).Assembly.GetManifestResourceStream("renamed-attributes.txt")!;
        using var text = new StreamReader(stream);
        while (text.ReadLine() is { } line)
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var old, var today, var version] && old != "#")
            {
                yield return new RenamedAttribute(old, today, version);
            }
        }
    }
}

/// <param name="Since">The version of the semantic conventions that renamed it.</param>
public sealed record RenamedAttribute(string OldName, string NewName, string Since);
