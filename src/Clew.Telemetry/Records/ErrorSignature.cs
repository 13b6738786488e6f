namespace Clew.Telemetry;

/// <summary>What failures of one kind have in common.</summary>
/// <param name="Id">The same for the same content on any day and server.</param>
/// <param name="Type">Of the exception; empty when it is not known.</param>
/// <param name="Message">First line; values are <c>&lt;*&gt;</c>.</param>
/// <param name="Frames">The innermost first, without line numbers.</param>
/// <param name="FirstSeen">The time of the earliest record in the batch that brought it first.</param>
public sealed record ErrorSignature(ulong Id, string Type, string Message, IReadOnlyList<string> Frames, Timestamp FirstSeen);
