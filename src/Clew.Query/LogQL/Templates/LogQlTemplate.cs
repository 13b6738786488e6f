namespace Clew.Query.LogQL.Templates;

/// <summary>
/// A template of <c>line_format</c> and <c>label_format</c>: Go's text/template (pkg.go.dev/text/template) over the labels of a line, with the functions of
/// grafana.com/docs/loki, template functions. A label that is not there is empty text. The local time zone is UTC.
/// </summary>
public sealed class LogQlTemplate
{
    private readonly IReadOnlyList<TemplateNode> _root;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<TemplateNode>> _definitions;

    private LogQlTemplate(string source, IReadOnlyList<TemplateNode> root, IReadOnlyDictionary<string, IReadOnlyList<TemplateNode>> definitions)
    {
        Source = source;
        _root = root;
        _definitions = definitions;
    }

    public string Source { get; }

    /// <summary>Reads a template.</summary>
    /// <exception cref="LogQlTemplateSyntaxException">It is none.</exception>
    public static LogQlTemplate Parse(string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var (root, definitions) = TemplateParser.Parse(source);
        return new LogQlTemplate(source, root, definitions);
    }

    /// <summary>Something that runs the template on line after line, for one thread.</summary>
    public LogQlTemplateRenderer CreateRenderer(TimeProvider clock) => new(_root, _definitions, clock);

    public override string ToString() => Source;
}
