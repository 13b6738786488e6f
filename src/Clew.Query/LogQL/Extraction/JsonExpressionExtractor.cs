using System.Diagnostics.CodeAnalysis;

namespace Clew.Query.LogQL.Extraction;

/// <summary>
/// <c>| json label="expression", …</c>: the values at the ends of the expressions. Objects and arrays are given as their JSON; what is not there, and
/// null, as empty text (grafana.com/docs/loki, log queries, JSON).
/// </summary>
public sealed class JsonExpressionExtractor : LogQlExtractor
{
    private readonly (string Label, JsonPath Path)[] _fields;
    private readonly JsonText _text = new();

    private JsonExpressionExtractor((string Label, JsonPath Path)[] fields)
    {
        _fields = fields;
    }

    /// <param name="problem">What is wrong, and with which expression, when false is returned.</param>
    public static bool TryCreate(
        IReadOnlyList<LogQlFieldExpression> expressions, [NotNullWhen(true)] out JsonExpressionExtractor? extractor, out string problem)
    {
        ArgumentNullException.ThrowIfNull(expressions);
        extractor = null;
        problem = expressions.Count > ExtractionLimits.Expressions ? $"more than {ExtractionLimits.Expressions} expressions" : string.Empty;
        var fields = new List<(string Label, JsonPath Path)>();
        for (var i = 0; i < expressions.Count && problem.Length == 0; i++)
        {
            if (JsonPath.TryParse(expressions[i].Expression, out var path, out var wrong))
            {
                fields.Add((expressions[i].Label, path));
            }
            else
            {
                problem = $"cannot read the expression of {expressions[i].Label}: {wrong}";
            }
        }

        if (problem.Length > 0)
        {
            return false;
        }

        extractor = new JsonExpressionExtractor([.. fields]);
        return true;
    }

    public override LogQlExtraction Extract(ReadOnlySpan<char> line, ILogQlFieldSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        var whole = new JsonScanner(line);
        if (whole.Peek() is not ('{' or '[') || !whole.TrySkipValue(0))
        {
            return new(LogQlErrorKind.JSONParserErr, "the line is not JSON");
        }

        foreach (var (label, path) in _fields)
        {
            var scanner = new JsonScanner(line);
            if (!sink.Add(label, path.TryGoTo(ref scanner, _text) ? ValueAt(ref scanner) : default))
            {
                break;
            }
        }

        return default;
    }

    private ReadOnlySpan<char> ValueAt(ref JsonScanner scanner)
    {
        switch (scanner.Peek())
        {
            case '"':
                return scanner.TryTakeText(out var raw, out var escaped) ? _text.Resolve(raw, escaped) : default;
            case '{' or '[':
                var start = scanner.Position;
                return scanner.TrySkipValue(0) ? scanner.Since(start) : default;
            default:
                return scanner.TryTakeWord(out var word) && word is not "null" ? word : default;
        }
    }
}
