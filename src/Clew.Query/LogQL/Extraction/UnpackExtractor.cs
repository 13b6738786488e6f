namespace Clew.Query.LogQL.Extraction;

/// <summary>
/// <c>| unpack</c>: undoes the <c>pack</c> stage of Promtail and Alloy: the text fields of the object are labels, and <c>_entry</c> is the line
/// (grafana.com/docs/loki, log queries, unpack). An object without <c>_entry</c> was not packed and stays as it is.
/// </summary>
public sealed class UnpackExtractor : LogQlExtractor
{
    private const string Entry = "_entry";

    private readonly FieldName _name = new();
    private readonly JsonText _key = new();
    private readonly JsonText _value = new();

    public override LogQlExtraction Extract(ReadOnlySpan<char> line, ILogQlFieldSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        var whole = new JsonScanner(line);
        if (whole.Peek() != '{')
        {
            return new(LogQlErrorKind.JSONParserErr, "expecting a JSON object");
        }

        if (!whole.TrySkipValue(0))
        {
            return new(LogQlErrorKind.JSONParserErr, "the line is not a JSON object");
        }

        if (HasEntry(line))
        {
            Unpack(line, sink);
        }

        return default;
    }

    private bool HasEntry(ReadOnlySpan<char> line)
    {
        var scanner = new JsonScanner(line);
        scanner.TryTake('{');
        while (scanner.TryTakeText(out var key, out var escaped) && scanner.TryTake(':'))
        {
            if (_key.Resolve(key, escaped) is Entry && scanner.Peek() == '"')
            {
                return true;
            }

            scanner.TrySkipValue(1);
            scanner.TryTake(',');
        }

        return false;
    }

    private void Unpack(ReadOnlySpan<char> line, ILogQlFieldSink sink)
    {
        var scanner = new JsonScanner(line);
        scanner.TryTake('{');
        var wanted = true;
        for (var fields = 0; scanner.TryTakeText(out var rawKey, out var escaped) && scanner.TryTake(':') && fields < ExtractionLimits.Fields; fields++)
        {
            var key = _key.Resolve(rawKey, escaped);
            if (scanner.Peek() != '"')
            {
                scanner.TrySkipValue(1);
            }
            else if (scanner.TryTakeText(out var raw, out var valueEscaped))
            {
                var value = _value.Resolve(raw, valueEscaped);
                if (key is Entry)
                {
                    sink.ReplaceLine(value);
                }
                else if (wanted && _name.TrySet(key))
                {
                    wanted = sink.Add(_name.Text, value);
                }
            }

            scanner.TryTake(',');
        }
    }
}
