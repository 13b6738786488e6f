using System.Globalization;
using System.Text;
using Clew.Telemetry;
using Clew.Testing;

namespace Clew.Server.Tests.Sampling;

/// <summary>Spans as the case files write them: <c>TRACE START DURATION [STATUS] SERVICE NAME [key=value ...]</c>.</summary>
internal static class TraceLines
{
    public static SpanBatch Read(Tenant tenant, IEnumerable<string> lines, Timestamp? origin = null)
    {
        var builder = new SpanBatchBuilder();
        builder.Batch.Tenant = tenant;
        var id = 0;
        var roots = new Dictionary<int, int>();
        foreach (var line in lines)
        {
            var words = Words(line);
            var trace = int.Parse(words[0], CultureInfo.InvariantCulture);
            var isStatus = Enum.TryParse<SpanStatus>(words[3], ignoreCase: true, out var status);
            var rest = words[(isStatus ? 4 : 3)..];
            id++;
            roots.TryAdd(trace, id);
            Add(builder, trace, id, roots[trace] == id ? 0 : roots[trace], Number(words[1]), Number(words[2]), isStatus ? status : SpanStatus.Unset, rest, origin);
        }

        return builder.Batch;
    }

    private static void Add(
        SpanBatchBuilder builder, int trace, int id, int parent, double start, double duration, SpanStatus status, List<string> rest, Timestamp? origin)
    {
        var attributes = new List<(string, object?)>();
        var resource = new List<(string, object?)>();
        var eventAttributes = new List<(string, object?)>();
        string? eventName = null;
        var (state, kind, flags) = (string.Empty, SpanKind.Internal, 257u);
        foreach (var word in rest.Skip(2))
        {
            var (key, text) = (word[..word.IndexOf('=', StringComparison.Ordinal)], word[(word.IndexOf('=', StringComparison.Ordinal) + 1)..]);
            switch (key)
            {
                case "state": state = text; break;
                case "kind": kind = Enum.Parse<SpanKind>(text, ignoreCase: true); break;
                case "flags": flags = uint.Parse(text, CultureInfo.InvariantCulture); break;
                case "event": eventName = text; break;
                default:
                    var (to, name) = key.StartsWith("resource.", StringComparison.Ordinal) ? (resource, key[9..])
                        : key.StartsWith("event.", StringComparison.Ordinal) ? (eventAttributes, key[6..]) : (attributes, key);
                    to.Add((name, Value(text)));
                    break;
            }
        }

        builder.Span(
            trace, id, parent, rest[0], rest[1], start, duration, kind, status,
            attributes: [.. attributes],
            events: eventName is null ? [] : [(eventName, [.. eventAttributes])],
            resource: builder.Resource(rest[0], [.. resource]),
            start: origin);
        var row = builder.Batch.Count - 1;
        builder.Batch.Flags[row] = flags;
        builder.Batch.TraceStates[row] = builder.Batch.Arena.Add(state);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static object Value(string text) => text switch
    {
        "true" => true,
        "false" => false,
        ['\'', .., '\''] => text[1..^1],
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
        _ when double.TryParse(text, CultureInfo.InvariantCulture, out var number) => number,
        _ => text,
    };

    /// <summary>Words between spaces; double quotes hold a word together.</summary>
    private static List<string> Words(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var quoted = false;
        foreach (var c in line + " ")
        {
            if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c == ' ' && !quoted)
            {
                if (word.Length > 0)
                {
                    words.Add(word.ToString());
                }

                word.Clear();
            }
            else
            {
                word.Append(c);
            }
        }

        return words;
    }
}
