using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Clew.Protocols.Tempo;
using Clew.Query.Language;
using Clew.Query.TraceQL;
using Clew.Server.Api;
using Clew.Telemetry;

namespace Clew.Server.Tempo;

/// <summary>
/// <c>/api/search</c>, and the same as a stream over gRPC: traces by a TraceQL query (<c>q</c>) or by tags (<c>tags</c>, logfmt), each with a few of the spans that matched. Grafana decodes the answer strictly: no field
/// may be there that Tempo does not have.
/// </summary>
internal static class TempoSearch
{
    /// <summary>Traces, when a search does not say how many.</summary>
    public const int DefaultLimit = 20;

    /// <summary>Spans of each set, when a search does not say how many.</summary>
    public const int DefaultSpans = 3;

    /// <summary>Traces of one message of a stream: a few hundred with their spans stay far below what clients take.</summary>
    private const int TracesOfMessage = 100;

    /// <summary>What Tempo shows in place of a root's service and name while no root has arrived.</summary>
    private const string NoRoot = "<root span not yet received>";

    public static async Task FindAsync(TempoAsking asking)
    {
        var question = Question.Of(asking);
        var found = await asking.Engine.SearchAsync(question.Query, question.Range, question.Limit, asking.Budget(), question.Accept);
        await TempoAnswer.WriteAsync(asking.Http, async (writer, sendAsync) =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("traces"u8);
            foreach (var match in found.Traces.OrderByDescending(match => match.Trace.StartNanoseconds))
            {
                WriteTrace(writer, question.Show(match));
                await sendAsync();
            }

            writer.WriteEndArray();
            TempoJson.WriteWork(writer, new TempoWork(found.TracesInspected, found.IsComplete));
            writer.WriteEndObject();
        });
    }

    /// <summary>Sends traces as they are found, each once, and says with the last message whether that was all.</summary>
    /// <param name="send">Takes a <c>SearchResponse</c>.</param>
    public static async Task StreamAsync(TempoAsking asking, Func<byte[], Task> send)
    {
        var question = Question.Of(asking);
        await foreach (var found in asking.Engine.SearchInPortionsAsync(question.Query, question.Range, question.Limit, asking.Budget(), question.Accept))
        {
            foreach (var part in found.Traces.Chunk(TracesOfMessage).DefaultIfEmpty([]))
            {
                await send(TempoMessageWriter.Search(part.Select(question.Show), new TempoWork(found.TracesInspected, found.IsComplete)));
            }
        }
    }

    private static void WriteTrace(Utf8JsonWriter writer, TempoTrace trace)
    {
        writer.WriteStartObject();
        writer.WriteString("traceID"u8, trace.Id);
        writer.WriteString("rootServiceName"u8, trace.RootService);
        writer.WriteString("rootTraceName"u8, trace.RootName);
        TempoJson.WriteLong(writer, "startTimeUnixNano"u8, trace.StartNanoseconds);
        if (trace.DurationMilliseconds > 0)
        {
            writer.WriteNumber("durationMs"u8, trace.DurationMilliseconds);
        }

        if (trace.Sets.Count > 0)
        {
            writer.WritePropertyName("spanSet"u8);
            WriteSet(writer, trace.Sets[0]);
            writer.WriteStartArray("spanSets"u8);
            foreach (var set in trace.Sets)
            {
                WriteSet(writer, set);
            }

            writer.WriteEndArray();
        }

        writer.WriteStartObject("serviceStats"u8);
        foreach (var (name, spans, errors) in trace.Services)
        {
            writer.WriteStartObject(name);
            writer.WriteNumber("spanCount"u8, spans);
            if (errors > 0)
            {
                writer.WriteNumber("errorCount"u8, errors);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteSet(Utf8JsonWriter writer, TempoSpanSet set)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("spans"u8);
        foreach (var span in set.Spans)
        {
            writer.WriteStartObject();
            writer.WriteString("spanID"u8, span.Id);
            if (span.Name is { } name)
            {
                writer.WriteString("name"u8, name);
            }

            TempoJson.WriteLong(writer, "startTimeUnixNano"u8, span.StartNanoseconds);
            TempoJson.WriteLong(writer, "durationNanos"u8, span.DurationNanoseconds);
            WriteAttributes(writer, span.Attributes);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNumber("matched"u8, set.Matched);
        WriteAttributes(writer, set.Attributes);
        writer.WriteEndObject();
    }

    private static void WriteAttributes(Utf8JsonWriter writer, IReadOnlyList<TempoLabel> attributes)
    {
        if (attributes.Count > 0)
        {
            writer.WriteStartArray("attributes"u8);
            TempoJson.WriteLabels(writer, attributes);
            writer.WriteEndArray();
        }
    }

    /// <summary>What a search asks for.</summary>
    /// <param name="Shown">What each span shows; null when the search is by tags and shows no spans.</param>
    /// <param name="Spans">Of each set at most.</param>
    /// <param name="Accept">A further condition on whole traces; null for none.</param>
    private sealed record Question(TraceQlQuery Query, IReadOnlyList<FieldExpression>? Shown, TimeRange Range, int Limit, int Spans, Func<TraceSpans, bool>? Accept)
    {
        public static Question Of(TempoAsking asking)
        {
            var text = asking.Text("q");
            var query = TempoAsking.Parse(text ?? TempoTagQuery.ToTraceQl(asking.Text("tags"), asking.Limits));
            var limit = asking.Whole("limit", 1, asking.Limits.Traces) ?? Math.Min(DefaultLimit, asking.Limits.Traces);
            var spans = asking.Whole("spss", 0, int.MaxValue) ?? DefaultSpans;
            var (least, most) = (asking.Duration("minDuration"), asking.Duration("maxDuration"));
            if (most < least)
            {
                throw PeerRefusal.BadRequest("invalid maxDuration: it must not be less than minDuration");
            }

            return new Question(
                query,
                text is null ? null : query.ShownFields(),
                asking.Range(),
                limit,
                spans == 0 ? int.MaxValue : spans,
                least is null && most is null ? null : trace => trace.EndNanoseconds - trace.StartNanoseconds is var length && length >= (least ?? 0) && length <= (most ?? long.MaxValue));
        }

        public TempoTrace Show(TraceMatch match)
        {
            var trace = match.Trace;
            return new TempoTrace(
                ShownId(trace.Id),
                trace.Root?.View.Service ?? NoRoot,
                trace.Root?.View.Name ?? NoRoot,
                trace.StartNanoseconds,
                (uint)Math.Clamp((trace.EndNanoseconds - trace.StartNanoseconds) / 1_000_000, 0, uint.MaxValue),
                Shown is null ? [] : [.. match.Spansets.Select(set => new TempoSpanSet([.. set.Spans.Take(Spans).Select(index => Show(trace[index], Shown))], set.Spans.Count, TempoJson.ToLabels(set.Attributes)))],
                trace.Services());
        }

        /// <summary>Tempo shows trace ids without the zeros they begin with (github.com/grafana/tempo/issues/4723), and takes them so.</summary>
        private static string ShownId(TraceId id) => id.ToString().TrimStart('0') is { Length: > 0 } digits ? digits : "0";

        private static TempoSpan Show(TraceSpan span, IReadOnlyList<FieldExpression> shown) => new(
            span.View.SpanId.ToString(),
            shown.Any(IsName) ? span.View.Name : null,
            span.View.Start.UnixNanoseconds,
            Math.Max(0, span.View.DurationNanoseconds),
            TempoJson.ToLabels(shown.Where(part => !IsName(part)).Select(part => KeyValuePair.Create(KeyOf(part), First(part.Evaluate(span)))).Where(part => !part.Value.IsNil).DistinctBy(part => part.Key)));
    }

    private static bool IsName(FieldExpression part) => part is IntrinsicReference { OfParent: false, Intrinsic: var intrinsic } && intrinsic == Intrinsic.SpanName;

    /// <summary>An attribute goes by its name, without the scope it was asked for in; everything else by its text.</summary>
    private static string KeyOf(FieldExpression part) => part is AttributeReference { OfParent: false } attribute ? attribute.Name : part.ToString();

    private static TraceValue First(TraceValue value) => value.Type == TraceValueType.Many ? value.Items[0] : value;
}

/// <summary>The older way to search: tags as logfmt, <c>service.name=shop http.status_code=500 error=true</c>.</summary>
internal static class TempoTagQuery
{
    /// <summary>The query that means the same: every tag on the same span; a text has the value somewhere in it, whatever the case of its letters, numbers and bools are it (grafana.com/docs/tempo, API).</summary>
    /// <exception cref="PeerRefusal">Not logfmt, or too much of it.</exception>
    public static string ToTraceQl(string? tags, Configuration.QueryLimits limits)
    {
        var conditions = Read(tags ?? string.Empty).Select(Condition).ToArray();
        return conditions.Length <= limits.Conditions
            ? $"{{ {string.Join(" && ", conditions)} }}"
            : throw PeerRefusal.BadRequest($"invalid tags: more than {limits.Conditions} (limit query.conditions)");
    }

    private static string Condition(KeyValuePair<string, string> tag)
    {
        var (key, value) = tag;
        var part = QuotedText.Quote($"(?is).*{Regex.Escape(value).Replace("]", "\\]", StringComparison.Ordinal).Replace("}", "\\}", StringComparison.Ordinal)}.*");
        switch (key)
        {
            case "name":
                return $"name =~ {part}";
            case "root.name":
                return $"rootName =~ {part}";
            case "root.service.name":
                return $"rootServiceName =~ {part}";
            case "status" or "status.code" when value is "error" or "ok" or "unset":
                return $"status = {value}";
        }

        var attribute = new AttributeReference(AttributeScope.Any, key, ofParent: false, default).ToString();
        var alternatives = new List<string> { $"{attribute} =~ {part}" };
        if (value is "true" or "false")
        {
            alternatives.Add($"{attribute} = {value}");
        }

        if (double.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            alternatives.Add($"{attribute} = {(long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? TraceValue.Of(whole) : TraceValue.Of(number))}");
        }

        if (key == "error" && value == "true")
        {
            alternatives.Add("status = error");
        }

        return alternatives.Count == 1 ? alternatives[0] : $"({string.Join(" || ", alternatives)})";
    }

    private static IEnumerable<KeyValuePair<string, string>> Read(string tags)
    {
        for (var at = 0; at < tags.Length;)
        {
            if (char.IsWhiteSpace(tags[at]))
            {
                at++;
                continue;
            }

            var equals = tags.IndexOf('=', at);
            if (equals <= at || tags.AsSpan(at, equals - at).ContainsAny(" \t\""))
            {
                throw PeerRefusal.BadRequest($"invalid tags: can't parse tags as logfmt at {tags[at..]}; tags are key=value or key=\"a value\", with spaces between them");
            }

            var key = tags[at..equals];
            at = equals + 1;
            string value;
            if (at < tags.Length && tags[at] == '"')
            {
                var end = QuotedText.EndOf(tags, at);
                if (end < 0 || !QuotedText.TryUnquote(tags.AsSpan(at, end - at), out value, out var problem))
                {
                    throw PeerRefusal.BadRequest($"invalid tags: the quoted value of {key} cannot be read");
                }

                at = end;
            }
            else
            {
                var end = tags.AsSpan(at).IndexOfAny(' ', '\t');
                value = end < 0 ? tags[at..] : tags.Substring(at, end);
                at += value.Length;
            }

            yield return new(key, value);
        }
    }
}
