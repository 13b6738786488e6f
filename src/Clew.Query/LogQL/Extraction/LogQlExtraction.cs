namespace Clew.Query.LogQL.Extraction;

/// <summary>How a parser fared with a line. The default value: all well.</summary>
/// <param name="Error">The value of <c>__error__</c>.</param>
/// <param name="Details">The value of <c>__error_details__</c>; null when there is no error.</param>
public readonly record struct LogQlExtraction(LogQlErrorKind Error, string? Details)
{
    public bool Failed => Error != LogQlErrorKind.None;
}
