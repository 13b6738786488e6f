namespace Clew.Query.LogQL.Extraction;

/// <summary>
/// <c>| json</c>: all fields of an object, those of objects in it under both names joined by an underscore. Arrays and nulls are left out; numbers are
/// as they are written (grafana.com/docs/loki, log queries, JSON).
/// </summary>
public sealed class JsonExtractor : LogQlExtractor
{
    private readonly FieldName _name = new();
    private readonly JsonText _key = new();
    private readonly JsonText _value = new();
    private int _fields;
    private bool _enough;

    public override LogQlExtraction Extract(ReadOnlySpan<char> line, ILogQlFieldSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        _fields = 0;
        _enough = false;
        _name.CutTo(0);
        var scanner = new JsonScanner(line);
        if (scanner.Peek() != '{')
        {
            return new(LogQlErrorKind.JSONParserErr, "the line is not a JSON object");
        }

        return ReadObject(ref scanner, sink, 1) is { } problem
            ? new(LogQlErrorKind.JSONParserErr, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{problem}, at character {scanner.Position + 1}"))
            : default;
    }

    private string? ReadObject(ref JsonScanner scanner, ILogQlFieldSink sink, int depth)
    {
        scanner.TryTake('{');
        if (scanner.TryTake('}'))
        {
            return null;
        }

        var prefix = _name.Length;
        do
        {
            if (!scanner.TryTakeText(out var key, out var escaped))
            {
                return "the name of a field is expected";
            }

            if (!scanner.TryTake(':'))
            {
                return "a colon is expected";
            }

            var named = _name.TryAppend(_key.Resolve(key, escaped));
            var problem = ReadValue(ref scanner, sink, depth, named);
            _name.CutTo(prefix);
            if (problem is not null || _enough)
            {
                return problem;
            }
        }
        while (scanner.TryTake(','));
        return scanner.TryTake('}') ? null : "a comma or the end of the object is expected";
    }

    private string? ReadValue(ref JsonScanner scanner, ILogQlFieldSink sink, int depth, bool named)
    {
        switch (scanner.Peek())
        {
            case '{' when named && depth >= ExtractionLimits.JsonDepth:
                return $"objects lie more than {ExtractionLimits.JsonDepth} deep";
            case '{' when named:
                return ReadObject(ref scanner, sink, depth + 1);
            case '{' or '[':
                return scanner.TrySkipValue(depth) ? null : "a value is malformed or lies too deep";
            case '"':
                if (!scanner.TryTakeText(out var raw, out var escaped))
                {
                    return "a text is not closed";
                }

                return named ? Add(sink, _value.Resolve(raw, escaped)) : null;
            default:
                if (!scanner.TryTakeWord(out var word))
                {
                    return "a value is expected";
                }

                return named && word is not "null" ? Add(sink, word) : null;
        }
    }

    private string? Add(ILogQlFieldSink sink, ReadOnlySpan<char> value)
    {
        if (++_fields > ExtractionLimits.Fields)
        {
            return $"there are more than {ExtractionLimits.Fields} fields";
        }

        _enough = !sink.Add(_name.Text, value);
        return null;
    }
}
