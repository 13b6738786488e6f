namespace Clew.Server.Records;

/// <summary>Limits on records that are no telemetry: changes, alerts, states and events of clusters.</summary>
internal static class RecordLimits
{
    /// <summary>Objects, events or alerts in one answer. Bounds memory. A larger <c>limit</c> is refused with 400.</summary>
    public const int Answer = 10_000;

    /// <summary>Objects, events or alerts in an answer when the question does not say.</summary>
    public const int DefaultAnswer = 200;

    /// <summary>Values of one repeated parameter: they stand in the statement to the store. More are refused with 400.</summary>
    public const int Values = 100;

    /// <summary>Characters of one such value. Longer ones are refused with 400.</summary>
    public const int ValueLength = 512;

    /// <summary>
    /// Objects whose last state is kept in memory to compare the next one with, about 3 KiB each. Beyond it the one not seen for longest is
    /// forgotten, and looked up in the store when it is needed.
    /// </summary>
    public const int KnownObjects = 10_000;

    /// <summary>Bytes of one webhook delivery or list of alerts, unpacked; GitHub sends at most 25 MiB. Larger ones are refused with 413.</summary>
    public const int WebhookBytes = 25 << 20;

    /// <summary>Bytes of one list of changes, unpacked; a change with its diff has a few KiB. Larger ones are refused with 413: send them in parts.</summary>
    public const int ChangeBytes = 8 << 20;

    /// <summary>
    /// Webhook deliveries whose names are remembered, so that one that is sent again is not stored again. Beyond it the oldest is forgotten; what is
    /// stored again then has the same id and replaces itself.
    /// </summary>
    public const int Deliveries = 10_000;

    /// <summary>Bytes of a file with a webhook's secret. A longer file is not taken to be one.</summary>
    public const int SecretBytes = 8 << 10;
}
