using System.Diagnostics.CodeAnalysis;
using Clew.Query.LogQL.Matching;

namespace Clew.Query.LogQL.Extraction;

/// <summary>
/// <c>| pattern "&lt;ip&gt; - &lt;_&gt; \"&lt;method&gt; …"</c>: captures between literal texts. The line must begin as the pattern does; each capture goes up to the
/// next literal, or to the end of the line when that does not come, and then the pattern is over (grafana.com/docs/loki, log queries, pattern).
/// </summary>
public sealed class PatternExtractor : LogQlExtractor
{
    private readonly PatternPart[] _parts;

    private PatternExtractor(PatternPart[] parts)
    {
        _parts = parts;
    }

    /// <param name="problem">What is wrong with the pattern, when false is returned.</param>
    public static bool TryCreate(string pattern, [NotNullWhen(true)] out PatternExtractor? extractor, out string problem)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        extractor = null;
        if (!PatternPart.TryParse(pattern, named: true, out var parts, out problem))
        {
            return false;
        }

        extractor = new PatternExtractor(parts);
        return true;
    }

    public override LogQlExtraction Extract(ReadOnlySpan<char> line, ILogQlFieldSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        var rest = line;
        for (var i = 0; i < _parts.Length; i++)
        {
            if (!_parts[i].IsCapture)
            {
                if (!rest.StartsWith(_parts[i].Text, StringComparison.Ordinal))
                {
                    break;
                }

                rest = rest[_parts[i].Text.Length..];
                continue;
            }

            var end = i + 1 < _parts.Length ? rest.IndexOf(_parts[i + 1].Text, StringComparison.Ordinal) : rest.Length;
            var value = end < 0 ? rest : rest[..end];
            if (!_parts[i].IsUnnamed && !sink.Add(_parts[i].Text, value))
            {
                break;
            }

            rest = rest[value.Length..];
        }

        return default;
    }
}
