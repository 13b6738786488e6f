namespace Clew.Protocols.Webhooks;

/// <summary>What a system that reports changes or alerts could make large. Beyond a limit the text is cut and marked, or the record left out and counted.</summary>
public sealed record WebhookLimits
{
    public static readonly WebhookLimits Default = new();

    /// <summary>Changes and alerts of one delivery. GitHub sends at most 2,048 commits of a push. More: the rest is left out and counted.</summary>
    public int MaxRecords { get; init; } = 4_096;

    /// <summary>Characters of one text of a change or alert: they are shown in lists. Longer ones are cut and end with an ellipsis.</summary>
    public int MaxTextLength { get; init; } = 4_096;

    /// <summary>Labels, annotations or attributes of one record: a row's map is read whole. Further ones are left out.</summary>
    public int MaxLabels { get; init; } = 128;

    /// <summary>Characters of a label's name. One with a longer name is left out.</summary>
    public int MaxLabelNameLength { get; init; } = 256;

    /// <summary>Names of files that one commit changed. Further ones are counted, not named.</summary>
    public int MaxFiles { get; init; } = 200;

    /// <summary>Levels of nesting in a delivery. A deeper one is malformed.</summary>
    public int MaxDepth { get; init; } = 64;
}
