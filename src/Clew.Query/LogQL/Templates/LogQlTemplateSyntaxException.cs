using System.Globalization;

namespace Clew.Query.LogQL.Templates;

/// <summary>A template that is not one. The policy: a parse error of the query, at the template's place.</summary>
/// <param name="position">The place in the template's text, in UTF-16 characters from 0.</param>
/// <param name="problem">What is wrong there.</param>
public sealed class LogQlTemplateSyntaxException(int position, string problem)
    : Exception(string.Create(CultureInfo.InvariantCulture, $"invalid template, at its character {position + 1}: {problem}"))
{
    public int Position { get; } = position;

    public string Problem { get; } = problem;
}
