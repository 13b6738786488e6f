namespace Clew.Query.LogQL;

/// <summary>
/// A query that is well written but cannot be answered: a log query at one moment, a line that went wrong in a metric query, two series that would become
/// one. The policy: tell the asker; the message is fit for that. Loki's API answers 400 with the message as plain text.
/// </summary>
public sealed class LogQlException(string message) : Exception(message);
