namespace Clew.Query.LogQL.Templates;

/// <summary>
/// A template that failed on a line. The policy: the line stays as it was, with <c>__error__="TemplateFormatErr"</c> and the message as
/// <c>__error_details__</c>.
/// </summary>
public sealed class LogQlTemplateException(string message) : Exception(message);
