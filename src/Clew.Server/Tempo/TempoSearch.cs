using System.Globalization;
using System.Text.Json;
using Clew.Query.Language;
using Clew.Query.TraceQL;
using Clew.Server.Api;
using Clew.Telemetry;

namespace Clew.Server.Tempo;

/// <summary>
/// <c>/api/search</c>: traces by a TraceQL query (<c>q</c>) or by tags (<c>tags</c>, logfmt), each with a few of the spans that matched. Grafana decodes the answer strictly: no field
/// may be there that Tempo does not have.
/// </summary>
internal static class TempoSearch
{
    /// <summary>Traces, when a search does not say how many.</summary>
    public const int DefaultLimit = 20;

    /// <summary>Spans of each set, when a search does not say how many.</summary>
    public const int DefaultSpans = 3;

    /// <summary>What Tempo shows in place of a root's service and name while no root has arrived.</summary>
    private const string NoRoot = "<root span not yet received>";

    public static async Task FindAsync(TempoAsking asking)
    {
        var text = asking.Text("q");
        var query = TempoAsking.Parse(text ?? TempoTagQuery.ToTraceQl(asking.Text("tags"), asking.Limits));
        var limit = asking.Whole("limit", 1, asking.Limits.Traces) ?? Math.Min(DefaultLimit, asking.Limits.Traces);
        var spans = asking.Whole("spss", 0, int.MaxValue) ?? DefaultSpans;
        var (least, most) = (asking.Duration("minDuration"), asking.Duration("maxDuration"));
        var found = await asking.Engine.SearchAsync(
            query, asking.Range(), limit, asking.Budget(),
            least is null && most is null ? null : trace => trace.EndNanoseconds - trace.StartNanoseconds is var length && length >= (least ?? 0) && length <= (most ?? long.MaxValue));
        var shown = text is null ? null : query.ShownFields();
        await TempoAnswer.WriteAsync(asking.Http, async (writer, sendAsync) =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("traces"u8);
            foreach (var match in found.Traces.OrderByDescending(match => match.Trace.StartNanoseconds))
            {
                WriteTrace(writer, match, shown, spans == 0 ? int.MaxValue : spans);
                await sendAsync();
            }

            writer.WriteEndArray();
            TempoJson.WriteMetrics(writer, found.TracesInspected, found.IsComplete);
            writer.WriteEndObject();
        });
    }

    private static void WriteTrace(Utf8JsonWriter writer, TraceMatch match, IReadOnlyList<FieldExpression>? shown, int spans)
    {
        var trace = match.Trace;
        writer.WriteStartObject();
        writer.WriteString("traceID"u8, trace.Id.ToString());
        writer.WriteString("rootServiceName"u8, trace.Root?.View.Service ?? NoRoot);
        writer.WriteString("rootTraceName"u8, trace.Root?.View.Name ?? NoRoot);
        TempoJson.WriteLong(writer, "startTimeUnixNano"u8, trace.StartNanoseconds);
        if ((trace.EndNanoseconds - trace.StartNanoseconds) / 1_000_000 is var duration and > 0)
        {
            writer.WriteNumber("durationMs"u8, Math.Min(duration, uint.MaxValue));
        }

        if (shown is not null)
        {
            writer.WritePropertyName("spanSet"u8);
            WriteSet(writer, match.Spansets[0], shown, spans);
            writer.WriteStartArray("spanSets"u8);
            foreach (var set in match.Spansets)
            {
                WriteSet(writer, set, shown, spans);
            }

            writer.WriteEndArray();
        }

        WriteServices(writer, trace);
        writer.WriteEndObject();
    }

    private static void WriteSet(Utf8JsonWriter writer, Spanset set, IReadOnlyList<FieldExpression> shown, int spans)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("spans"u8);
        foreach (var index in set.Spans.Take(spans))
        {
            WriteSpan(writer, set.Trace[index], shown);
        }

        writer.WriteEndArray();
        writer.WriteNumber("matched"u8, set.Spans.Count);
        WriteAttributes(writer, set.Attributes);
        writer.WriteEndObject();
    }

    private static void WriteSpan(Utf8JsonWriter writer, TraceSpan span, IReadOnlyList<FieldExpression> shown)
    {
        var view = span.View;
        writer.WriteStartObject();
        writer.WriteString("spanID"u8, view.SpanId.ToString());
        if (shown.Any(IsName))
        {
            writer.WriteString("name"u8, view.Name);
        }

        TempoJson.WriteLong(writer, "startTimeUnixNano"u8, view.Start.UnixNanoseconds);
        TempoJson.WriteLong(writer, "durationNanos"u8, Math.Max(0, view.DurationNanoseconds));
        WriteAttributes(writer, [.. shown.Where(part => !IsName(part)).Select(part => KeyValuePair.Create(KeyOf(part), First(part.Evaluate(span)))).Where(part => !part.Value.IsNil).DistinctBy(part => part.Key)]);
        writer.WriteEndObject();
    }

    private static void WriteAttributes(Utf8JsonWriter writer, IReadOnlyList<KeyValuePair<string, TraceValue>> attributes)
    {
        if (attributes.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("attributes"u8);
        foreach (var (key, value) in attributes)
        {
            TempoJson.WriteKeyValue(writer, key, value);
        }

        writer.WriteEndArray();
    }

    private static void WriteServices(Utf8JsonWriter writer, TraceSpans trace)
    {
        writer.WriteStartObject("serviceStats"u8);
        foreach (var service in Enumerable.Range(0, trace.Count).Select(index => trace[index].View).GroupBy(view => view.Service).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            writer.WriteStartObject(service.Key);
            writer.WriteNumber("spanCount"u8, service.Count());
            if (service.Count(view => view.Status == SpanStatus.Error) is var errors and > 0)
            {
                writer.WriteNumber("errorCount"u8, errors);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static bool IsName(FieldExpression part) => part is IntrinsicReference { OfParent: false, Intrinsic: var intrinsic } && intrinsic == Intrinsic.SpanName;

    /// <summary>An attribute goes by its name, without the scope it was asked for in; everything else by its text.</summary>
    private static string KeyOf(FieldExpression part) => part is AttributeReference { OfParent: false } attribute ? attribute.Name : part.ToString();

    private static TraceValue First(TraceValue value) => value.Type == TraceValueType.Many ? value.Items[0] : value;
}

/// <summary>The older way to search: tags as logfmt, <c>service.name=shop http.status_code=500 error=true</c>.</summary>
internal static class TempoTagQuery
{
    /// <summary>The query that means the same: every tag on the same span, values without a type.</summary>
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
        var text = QuotedText.Quote(value);
        switch (key)
        {
            case "name":
                return $"name = {text}";
            case "root.name":
                return $"rootName = {text}";
            case "root.service.name":
                return $"rootServiceName = {text}";
            case "status" or "status.code" when value is "error" or "ok" or "unset":
                return $"status = {value}";
        }

        var attribute = new AttributeReference(AttributeScope.Any, key, ofParent: false, default).ToString();
        var alternatives = new List<string> { $"{attribute} = {text}" };
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
