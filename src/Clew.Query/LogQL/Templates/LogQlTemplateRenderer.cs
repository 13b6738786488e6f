using System.Diagnostics.CodeAnalysis;

namespace Clew.Query.LogQL.Templates;

/// <summary>Runs a template on line after line. One thread at a time: it has buffers.</summary>
public sealed class LogQlTemplateRenderer
{
    private readonly IReadOnlyList<TemplateNode> _root;
    private readonly TemplateRun _run;
    private readonly System.Text.StringBuilder _output = new();

    internal LogQlTemplateRenderer(IReadOnlyList<TemplateNode> root, IReadOnlyDictionary<string, IReadOnlyList<TemplateNode>> definitions, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        _root = root;
        _run = new TemplateRun(root, definitions, clock);
    }

    /// <summary>What the template writes for a line.</summary>
    /// <param name="timestamp">The line's, in nanoseconds since 1970 UTC.</param>
    /// <exception cref="LogQlTemplateException">It fails on this line.</exception>
    public string Render(ILogQlTemplateFields fields, string line, long timestamp)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ArgumentNullException.ThrowIfNull(line);
        return TryRenderFields(fields, out var text) ? text : _run.Render(fields, line, timestamp);
    }

    /// <summary>Templates of nothing but texts and labels, which most are, need no run. False when there is more in it.</summary>
    private bool TryRenderFields(ILogQlTemplateFields fields, [NotNullWhen(true)] out string? text)
    {
        text = null;
        _output.Clear();
        foreach (var node in _root)
        {
            switch (node)
            {
                case TextNode literal:
                    _output.Append(literal.Text);
                    break;
                case ActionNode { Pipeline: { Variables.Count: 0, Commands: [{ Operands: [FieldsNode { Of: DotNode, Names: [var name] }], Function: null }] } }:
                    _output.Append(fields.TryGet(name, out var label) ? label : string.Empty);
                    break;
                default:
                    return false;
            }

            if (_output.Length > LogQlTemplateLimits.OutputLength)
            {
                throw TemplateTexts.TooLong();
            }
        }

        text = _output.ToString();
        return true;
    }
}
