using System.Globalization;

namespace Clew.Query.LogQL.Extraction;

/// <summary>
/// <c>| logfmt</c>: all pairs of a line. What is no pair is passed over, or ends the line with an error when strict; keys without a value are left out
/// unless empty ones are kept (grafana.com/docs/loki, log queries, logfmt).
/// </summary>
public sealed class LogfmtExtractor(bool strict, bool keepEmpty) : LogQlExtractor
{
    private readonly FieldName _name = new();
    private readonly JsonText _text = new();

    public override LogQlExtraction Extract(ReadOnlySpan<char> line, ILogQlFieldSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        var scanner = new LogfmtScanner(line);
        for (var fields = 0; scanner.MoveNext(); fields++)
        {
            if (fields == ExtractionLimits.Fields)
            {
                return new(LogQlErrorKind.LogfmtParserErr, $"there are more than {ExtractionLimits.Fields} fields");
            }

            if (scanner.Problem is { } problem)
            {
                if (strict)
                {
                    return Error(problem, scanner.Start);
                }

                continue;
            }

            if ((keepEmpty || !scanner.Value.IsEmpty) && _name.TrySet(scanner.Key) && !sink.Add(_name.Text, _text.Resolve(scanner.Value, scanner.Escaped)))
            {
                break;
            }
        }

        return default;
    }

    internal static LogQlExtraction Error(string problem, int position) =>
        new(LogQlErrorKind.LogfmtParserErr, string.Create(CultureInfo.InvariantCulture, $"logfmt syntax error at character {position + 1}: {problem}"));
}
