using System.Globalization;
using Clew.Telemetry;
using Clew.Testing;

namespace Clew.Tests.Query.TraceQL;

/// <summary>
/// Traces as people can read them. <c>trace N</c> begins one; then a line per span: number, parent (<c>-</c> for none), service, name, start, duration, and whatever else
/// there is, in any order: <c>server</c> (kind), <c>error</c> or <c>error="message"</c> (status), <c>key=value</c>, <c>resource.key=value</c>, <c>scope=name@version</c>,
/// <c>scope.key=value</c>, <c>event=name@2ms</c> and the <c>event.key=value</c> of it, <c>link=trace:span</c> and the <c>link.key=value</c> of it. Values: 1, 1.5, true, [1] and {} as JSON, otherwise text; quotes
/// keep spaces and make anything a text. Times count from <see cref="SpanBatchBuilder.Start"/>.
/// </summary>
internal static class TraceLines
{
    public static SpanBatch Read(IEnumerable<string> lines)
    {
        var builder = new SpanBatchBuilder();
        var trace = 0;
        foreach (var line in lines)
        {
            var words = Words(line);
            if (words is ["trace", var number])
            {
                trace = int.Parse(number, CultureInfo.InvariantCulture);
            }
            else
            {
                Add(builder, trace, words);
            }
        }

        return builder.Batch;
    }

    /// <summary>Milliseconds of <c>10ms</c>, <c>2s</c>, <c>1m</c>.</summary>
    public static double Milliseconds(string text) => Clew.Query.Language.GoDuration.TryParse(text, out var nanoseconds) ? nanoseconds / 1e6 : throw new FormatException($"{text} is no duration");

    /// <summary>Cuts at spaces outside of quotes; quotes stay.</summary>
    public static List<string> Words(string line)
    {
        var words = new List<string>();
        var (start, quoted) = (-1, false);
        for (var i = 0; i <= line.Length; i++)
        {
            quoted ^= i < line.Length && line[i] == '"';
            if (i == line.Length || (line[i] == ' ' && !quoted))
            {
                if (start >= 0)
                {
                    words.Add(line[start..i]);
                }

                start = -1;
            }
            else if (start < 0)
            {
                start = i;
            }
        }

        return words;
    }

    private static void Add(SpanBatchBuilder builder, int trace, List<string> words)
    {
        var (kind, status, message) = (SpanKind.Internal, SpanStatus.Unset, string.Empty);
        var (attributes, resource, scopeAttributes) = (new List<(string, object?)>(), new List<(string, object?)>(), new List<(string, object?)>());
        var scope = ("tests", "1.0");
        var events = new List<(string Name, double At, List<(string, object?)> Attributes)>();
        var links = new List<(int Trace, int Span, List<(string, object?)> Attributes)>();
        foreach (var word in words.Skip(6))
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            var (key, text) = equals < 0 ? (word, string.Empty) : (word[..equals], word[(equals + 1)..]);
            if (Enum.TryParse(key, ignoreCase: true, out SpanStatus named) && !char.IsAsciiDigit(key[0]))
            {
                (status, message) = (named, Plain(text));
            }
            else if (equals < 0)
            {
                kind = Enum.Parse<SpanKind>(key, ignoreCase: true);
            }
            else if (key == "scope")
            {
                scope = (text.Split('@')[0], text.Split('@')[1]);
            }
            else if (key == "event")
            {
                events.Add((Plain(text.Split('@')[0]), Milliseconds(text.Split('@')[1]), []));
            }
            else if (key == "link")
            {
                links.Add((int.Parse(text.Split(':')[0], CultureInfo.InvariantCulture), int.Parse(text.Split(':')[1], CultureInfo.InvariantCulture), []));
            }
            else
            {
                var (list, name) = key.Split('.', 2) switch
                {
                    ["resource", var rest] => (resource, rest),
                    ["scope", var rest] => (scopeAttributes, rest),
                    ["event", var rest] => (events[^1].Attributes, rest),
                    ["link", var rest] => (links[^1].Attributes, rest),
                    _ => (attributes, key),
                };
                list.Add((Plain(name), Value(text)));
            }
        }

        var batch = builder.Batch;
        var index = batch.Count;
        builder.Span(
            trace, Number(words[0]), Number(words[1]), words[2], Plain(words[3]), Milliseconds(words[4]), Milliseconds(words[5]), kind, status, message,
            [.. attributes],
            [.. events.Select(happened => (happened.Name, happened.Attributes.ToArray()))],
            [.. links.Select(link => (SpanBatchBuilder.Trace(link.Trace), link.Attributes.ToArray()))],
            builder.Resource(words[2], [.. resource]),
            builder.Scope(scope.Item1, scope.Item2, [.. scopeAttributes]));
        var (firstEvent, firstLink) = (index == 0 ? 0 : batch.EventEnds[index - 1], index == 0 ? 0 : batch.LinkEnds[index - 1]);
        for (var i = 0; i < events.Count; i++)
        {
            batch.Events.Times[firstEvent + i] = batch.StartTimes[index] + (long)(events[i].At * 1e6);
        }

        for (var i = 0; i < links.Count; i++)
        {
            batch.Links.SpanIds[firstLink + i] = SpanBatchBuilder.Id(links[i].Span);
        }
    }

    private static int Number(string text) => text == "-" ? 0 : int.Parse(text, CultureInfo.InvariantCulture);

    private static string Plain(string text) => text.Trim('"');

    private static object? Value(string text) => text switch
    {
        ['"', ..] => Plain(text),
        ['[' or '{', ..] => "json:" + text,
        "true" => true,
        "false" => false,
        "nil" => null,
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
        _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => text,
    };
}
