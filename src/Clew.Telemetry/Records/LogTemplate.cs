namespace Clew.Telemetry;

/// <summary>What log records of one statement have in common.</summary>
/// <param name="Id">The same for the same text on any day and server.</param>
/// <param name="Text">Values are <c>&lt;*&gt;</c>.</param>
/// <param name="FirstSeen">The time of the earliest record in the batch that brought it first.</param>
public sealed record LogTemplate(ulong Id, string Text, Timestamp FirstSeen);
