using System.Diagnostics.CodeAnalysis;

namespace Clew.Query.LogQL.Extraction;

/// <summary>
/// <c>| logfmt label="key", …</c>: the values of these keys, the first of each; what is not there as empty text. A key is compared as it stands in the
/// line and as the label name it would be (grafana.com/docs/loki, log queries, logfmt).
/// </summary>
public sealed class LogfmtExpressionExtractor : LogQlExtractor
{
    private readonly LogQlFieldExpression[] _fields;
    private readonly bool[] _found;
    private readonly bool _strict;
    private readonly FieldName _name = new();
    private readonly JsonText _text = new();

    private LogfmtExpressionExtractor(LogQlFieldExpression[] fields, bool strict)
    {
        _fields = fields;
        _found = new bool[fields.Length];
        _strict = strict;
    }

    /// <param name="problem">What is wrong, and with which expression, when false is returned.</param>
    public static bool TryCreate(
        IReadOnlyList<LogQlFieldExpression> expressions, bool strict, [NotNullWhen(true)] out LogfmtExpressionExtractor? extractor, out string problem)
    {
        ArgumentNullException.ThrowIfNull(expressions);
        extractor = null;
        problem = expressions.Count > ExtractionLimits.Expressions ? $"more than {ExtractionLimits.Expressions} expressions" : string.Empty;
        foreach (var (label, key) in expressions)
        {
            if (key.Length == 0 || key.AsSpan().IndexOfAny(" =\"\t\n") >= 0)
            {
                problem = $"the expression of {label} is not a key of logfmt: it is empty or has a space, a quote or an equals sign";
            }
        }

        extractor = problem.Length == 0 ? new LogfmtExpressionExtractor([.. expressions], strict) : null;
        return extractor is not null;
    }

    public override LogQlExtraction Extract(ReadOnlySpan<char> line, ILogQlFieldSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        Array.Clear(_found);
        var left = _fields.Length;
        var scanner = new LogfmtScanner(line);
        while (left > 0 && scanner.MoveNext())
        {
            if (scanner.Problem is { } problem)
            {
                if (_strict)
                {
                    return LogfmtExtractor.Error(problem, scanner.Start);
                }

                continue;
            }

            for (var i = 0; i < _fields.Length; i++)
            {
                if (_found[i] || !IsKey(scanner.Key, _fields[i].Expression))
                {
                    continue;
                }

                _found[i] = true;
                left--;
                if (!sink.Add(_fields[i].Label, _text.Resolve(scanner.Value, scanner.Escaped)))
                {
                    return default;
                }
            }
        }

        for (var i = 0; i < _fields.Length && left > 0; i++)
        {
            if (!_found[i] && !sink.Add(_fields[i].Label, default))
            {
                break;
            }
        }

        return default;
    }

    private bool IsKey(ReadOnlySpan<char> key, string wanted) =>
        key.SequenceEqual(wanted) || (key.Length == wanted.Length && !FieldName.IsLabelName(key) && _name.TrySet(key) && _name.Text.SequenceEqual(wanted));
}
