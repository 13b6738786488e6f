namespace Clew.Query.LogQL.Templates;

/// <summary>What a template of <c>line_format</c> and <c>label_format</c> may consist of and what running it once may cost.</summary>
public sealed record LogQlTemplateLimits
{
    /// <summary>Characters of what a template writes, and of every text computed on the way. Beyond it the line has a <c>TemplateFormatErr</c>.</summary>
    public const int OutputLength = 1 << 20;

    /// <summary>Steps of one run: nodes met and functions called, loops and all. Beyond it the line has a <c>TemplateFormatErr</c>.</summary>
    public const int Steps = 100_000;

    /// <summary>Blocks and parentheses within each other. Deeper ones are a parse error.</summary>
    public const int Nesting = 100;

    /// <summary>Templates called within each other at a run; a template may call itself. Beyond it the line has a <c>TemplateFormatErr</c>.</summary>
    public const int CallDepth = 100;

    /// <summary>Regular expressions that a template keeps read. With more it reads them anew each time.</summary>
    public const int Patterns = 32;
}
