using System.Text.Json;
using Clew.Telemetry;

namespace Clew.Analysis.Changes;

/// <summary>A change as recorded, with what its content says and when it came to run where.</summary>
internal sealed class RecordedChange
{
    /// <summary>Files looked at.</summary>
    private const int MaxFiles = 200;

    private RecordedChange(ChangeRecord record, IReadOnlyList<string> files, IReadOnlyList<ChangeEffect> effects, IReadOnlyList<ChangeRecord> rollouts) =>
        (Record, Files, Effects, Rollouts) = (record, files, effects, rollouts);

    public ChangeRecord Record { get; }

    public IReadOnlyList<string> Files { get; }

    /// <summary>What its content does; empty when the content is not known.</summary>
    public IReadOnlyList<ChangeEffect> Effects { get; }

    /// <summary>Deploys that say they brought this commit, oldest first.</summary>
    public IReadOnlyList<ChangeRecord> Rollouts { get; }

    public bool IsCommit => Record.Kind is "commit" or "merge" or "push";

    /// <summary>Nothing of it runs in production: tests, documentation, build pipelines, looks.</summary>
    public bool IsInert => Files.Count > 0 && Files.All(f => ChangedFile.RoleOf(f) is FileRole.Inert or FileRole.Appearance);

    /// <summary>The commit, if it is one, or the version it names.</summary>
    public string Revision => IsCommit ? Record.Id : CommitOf(Record) is { Length: > 0 } commit ? commit : Record.Version;

    /// <summary>All that may have set something off. A deploy whose commit is recorded with its files is spoken for by the commit.</summary>
    public static IReadOnlyList<RecordedChange> Of(IReadOnlyList<ChangeRecord> records)
    {
        var rollouts = records.Where(r => r.Kind is "deploy" or "rollout" or "release").ToArray();
        var commits = records.Where(r => r.Kind is "commit" or "merge" or "push").ToArray();
        var spokenFor = new HashSet<ChangeRecord>();
        var changes = new List<RecordedChange>();
        foreach (var record in records.Where(r => r.Kind is not ("status" or "deploy" or "rollout" or "release")))
        {
            var files = FilesOf(record);
            var brought = commits.Contains(record) ? rollouts.Where(d => IsSame(CommitOf(d), record.Id) || IsSame(d.Version, record.Id)).OrderBy(d => d.Time).ToArray() : [];
            if (files.Count > 0)
            {
                spokenFor.UnionWith(brought);
            }

            changes.Add(new RecordedChange(record, files, EffectsOf(record, files), brought));
        }

        changes.AddRange(rollouts.Where(d => !spokenFor.Contains(d)).Select(d => new RecordedChange(d, FilesOf(d), EffectsOf(d, FilesOf(d)), [])));
        return [.. changes.OrderBy(c => c.Record.Time)];
    }

    private static IReadOnlyList<ChangeEffect> EffectsOf(ChangeRecord record, IReadOnlyList<string> files)
    {
        if (record.Kind == "flag")
        {
            return [new ChangeEffect(EffectKind.FlagTurned, Words.Of($"{record.Id} {record.Summary}").ToHashSet(StringComparer.Ordinal), record.Summary)];
        }

        return record.Attributes.TryGetValue("diff", out var diff) && diff.Length > 0 ? EffectReader.Read(DiffReader.Read(diff, files)) : [];
    }

    private static string CommitOf(ChangeRecord record)
    {
        foreach (var name in (string[])["commit", "revision", "sha", "git.commit", "vcs.ref.head.revision"])
        {
            if (record.Attributes.TryGetValue(name, out var commit) && commit.Length > 0)
            {
                return commit;
            }
        }

        return "";
    }

    /// <summary>Equal, or one is the beginning of the other, seven digits long or more, as short forms of commits are.</summary>
    private static bool IsSame(string a, string b) => a.Length >= 7 && b.Length >= 7 && (a.StartsWith(b, StringComparison.OrdinalIgnoreCase) || b.StartsWith(a, StringComparison.OrdinalIgnoreCase));

    private static IReadOnlyList<string> FilesOf(ChangeRecord record)
    {
        var named = new List<string>();
        foreach (var name in (string[])["files_changed", "files", "paths", "modified"])
        {
            if (record.Attributes.TryGetValue(name, out var text) && text.Length > 0)
            {
                named.AddRange(List(text));
            }
        }

        if (named.Count == 0 && record.Attributes.TryGetValue("diff", out var diff))
        {
            named.AddRange(DiffReader.Read(diff, []).Select(p => p.File).Where(f => f.Length > 0));
        }

        return [.. named.Distinct(StringComparer.Ordinal).Take(MaxFiles)];
    }

    private static string[] List(string text)
    {
        if (text.TrimStart().StartsWith('['))
        {
            try
            {
                using var document = JsonDocument.Parse(text);
                return [.. document.RootElement.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.String).Select(e => e.GetString()!)];
            }
            catch (JsonException)
            {
                return [];
            }
        }

        return text.Split([',', '\n', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
