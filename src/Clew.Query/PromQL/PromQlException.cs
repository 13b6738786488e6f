namespace Clew.Query.PromQL;

/// <summary>
/// A query that is well written but cannot be answered for these data: two series that would become one, a match that is not unique, a parameter out of
/// range. The policy: tell the asker; the message is fit for that. Prometheus' API answers 422 with error type <c>execution</c>.
/// </summary>
public sealed class PromQlException(string message) : Exception(message);
