using Clew.Server.Webhooks;
using static Clew.Server.Configuration.SettingValues;

namespace Clew.Server.Configuration;

/// <summary>What comes in by webhook, and how it is proved.</summary>
public sealed record WebhookOptions
{
    /// <summary>A folder with a file for each source, named like it, that holds its secret: what a Kubernetes secret looks like when it is mounted. Empty for none.</summary>
    public string Secrets { get; init; } = "";

    /// <summary>Sources that are taken without proof.</summary>
    public IReadOnlyList<string> Unsigned { get; init; } = [];

    /// <summary>The file that says how the JSON of other systems becomes changes and alerts; empty for none.</summary>
    public string Mappings { get; init; } = "";

    internal static IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Of("webhooks.secrets", PathOrNone, o => o.Webhooks.Secrets, (o, v) => o with { Webhooks = o.Webhooks with { Secrets = v } },
            "Folder with a file per webhook source (github, gitlab, …) that holds its secret."),
        Setting.Of("webhooks.unsigned", Sources, o => o.Webhooks.Unsigned, (o, v) => o with { Webhooks = o.Webhooks with { Unsigned = v } },
            "Webhook sources that are taken without a secret. Anybody who reaches the server can then write in their name."),
        Setting.Of("webhooks.mappings", PathOrNone, o => o.Webhooks.Mappings, (o, v) => o with { Webhooks = o.Webhooks with { Mappings = v } },
            "File that says how the JSON of other systems becomes changes and alerts, as docs/changes.md describes."),
    ];

    /// <summary>The file of mappings is read when the configuration is checked, so that a mistake in it is told before the server starts.</summary>
    internal static string? CheckMappings(ServerOptions options)
    {
        var problems = WebhookSettings.ReadMappings(options.Webhooks.Mappings).Problems;
        return problems.Count == 0 ? null : string.Join("; ", problems);
    }

    private static SettingValue<IReadOnlyList<string>> Sources => new(
        "names separated by commas, of: " + string.Join(", ", WebhookSource.Known.Select(source => source.Name).Append(WebhookSource.Generic)),
        static (string text, out IReadOnlyList<string> value) =>
            Names.TryRead(text, out value) && value.All(name => name == WebhookSource.Generic || WebhookSource.Known.Any(source => source.Name == name)),
        Names.Print);
}
