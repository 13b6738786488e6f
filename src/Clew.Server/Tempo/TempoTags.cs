using Clew.Query.Language;
using Clew.Query.TraceQL;
using Clew.Server.Api;
using Clew.Telemetry;

namespace Clew.Server.Tempo;

/// <summary>
/// <c>/api/search/tags</c> and its version 2: names of attributes by scope, for editors to offer: all that spans of the time have which fulfil the filter. Where the store cannot test
/// the filter exactly, those of the newest spans, <see cref="Spans"/> of them, that do.
/// </summary>
internal static class TempoTags
{
    /// <summary>How many of the newest spans are looked at, where the store cannot tell of all.</summary>
    public const int Spans = 5_000;

    private const string IntrinsicScope = "intrinsic";

    public static async Task ListAsync(TempoAsking asking)
    {
        var names = await NamesAsync(asking);
        await TempoAnswer.WriteAsync(asking.Http, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("tagNames"u8);
            foreach (var name in names)
            {
                writer.WriteStringValue(name);
            }

            writer.WriteEndArray();
            TempoJson.WriteNoWork(writer);
            writer.WriteEndObject();
        });
    }

    public static async Task ListV2Async(TempoAsking asking)
    {
        var scopes = await ScopesAsync(asking);
        await TempoAnswer.WriteAsync(asking.Http, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("scopes"u8);
            foreach (var (scope, names) in scopes)
            {
                writer.WriteStartObject();
                writer.WriteString("name"u8, scope);
                writer.WriteStartArray("tags"u8);
                foreach (var name in names)
                {
                    writer.WriteStringValue(name);
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            TempoJson.WriteNoWork(writer);
            writer.WriteEndObject();
        });
    }

    /// <summary>Names of all scopes, each once, by name.</summary>
    public static async Task<IEnumerable<string>> NamesAsync(TempoAsking asking) => asking.Text("scope") == IntrinsicScope
        ? Intrinsics
        : (await ReadAsync(asking)).SelectMany(scope => scope.Names).Distinct().Order(StringComparer.Ordinal);

    /// <summary>Scopes that have names, and those names; of each as many as were asked for.</summary>
    public static async Task<IEnumerable<(string Scope, IEnumerable<string> Names)>> ScopesAsync(TempoAsking asking)
    {
        var limit = asking.Whole("limit", 0, int.MaxValue) is > 0 and var most ? most : int.MaxValue;
        var scopes = (await ReadAsync(asking)).ToList();
        if (asking.Text("scope") is null or "none" or "all" or IntrinsicScope)
        {
            scopes.Add((IntrinsicScope, Intrinsics));
        }

        return scopes.Where(scope => scope.Names.Count > 0).Select(scope => (scope.Scope, scope.Names.Take(limit)));
    }

    /// <summary>Every intrinsic by each of its names.</summary>
    public static IReadOnlyList<string> Intrinsics { get; } =
        [.. Intrinsic.All.SelectMany(intrinsic => new[] { intrinsic.Name, intrinsic.ScopedName }).Where(name => name.Length > 0).Order(StringComparer.Ordinal)];

    /// <summary>Names of spans that fulfil the filter, by scope.</summary>
    /// <param name="filter">Null for all spans.</param>
    /// <param name="wanted">Only of this scope; null for all.</param>
    /// <param name="limit">At most this many of a scope.</param>
    public static async Task<IReadOnlyList<(AttributeScope Scope, IReadOnlyList<string> Names)>> ReadAsync(
        ITelemetryReader store, Tenant tenant, TimeRange range, SpansetFilter? filter, AttributeScope? wanted, int limit, CancellationToken cancellation)
    {
        var scopes = Scopes.Where(scope => wanted is null || scope == wanted).ToArray();
        if (filter is null || Candidates.AreExactly(filter))
        {
            var query = new AttributeQuery(tenant, Dataset.Spans, range, filter is null ? null : Candidates.Of(filter), limit);
            var found = (await store.GetAttributeNamesAsync(query, [.. scopes.Select(StoreFields.Place)], cancellation)).ToLookup(field => field.Source, field => field.Name);
            return [.. scopes.Select(scope => (scope, (IReadOnlyList<string>)[.. found[StoreFields.Place(scope)].Order(StringComparer.Ordinal)]))];
        }

        var sampled = await SampleAsync(store, tenant, range, filter, cancellation);
        return [.. sampled.Where(scope => scopes.Contains(scope.Scope))];
    }

    private static readonly AttributeScope[] Scopes = [.. Enum.GetValues<AttributeScope>().Where(scope => scope != AttributeScope.Any)];

    private static async Task<IReadOnlyList<(AttributeScope Scope, IReadOnlyList<string> Names)>> SampleAsync(
        ITelemetryReader store, Tenant tenant, TimeRange range, SpansetFilter filter, CancellationToken cancellation)
    {
        var names = Scopes.ToDictionary(scope => scope, _ => new SortedSet<string>(StringComparer.Ordinal));
        foreach (var span in await TempoSample.ReadAsync(store, tenant, range, filter, further: null, cancellation))
        {
            var view = span.View;
            Add(AttributeScope.Span, view.Attributes);
            Add(AttributeScope.Resource, view.Resource.Attributes);
            Add(AttributeScope.Instrumentation, view.Scope.Attributes);
            for (var i = 0; i < view.EventCount; i++)
            {
                Add(AttributeScope.Event, view.Event(i).Attributes);
            }

            for (var i = 0; i < view.LinkCount; i++)
            {
                Add(AttributeScope.Link, view.Link(i).Attributes);
            }
        }

        return [.. names.Select(scope => (scope.Key, (IReadOnlyList<string>)[.. scope.Value]))];

        void Add(AttributeScope scope, AttributeListView attributes)
        {
            foreach (var (key, _) in attributes)
            {
                names[scope].Add(key);
            }
        }
    }

    private static async Task<IEnumerable<(string Scope, IReadOnlyList<string> Names)>> ReadAsync(TempoAsking asking)
    {
        var word = asking.Text("scope");
        if (word == IntrinsicScope)
        {
            return [];
        }

        AttributeScope? wanted = word is null or "none" or "all" ? null
            : Scopes.Select(scope => (AttributeScope?)scope).FirstOrDefault(scope => AttributeReference.ScopeWord(scope!.Value) == word) ?? throw PeerRefusal.BadRequest($"invalid scope: {word}");
        var found = await ReadAsync(asking.Store, asking.Tenant, asking.Range(), TempoSample.Filter(asking), wanted, asking.Limits.Names, asking.Cancellation);
        return found.Select(scope => (AttributeReference.ScopeWord(scope.Scope), scope.Names));
    }
}

/// <summary>The newest spans that fulfil a filter, to learn from them what there is.</summary>
internal static class TempoSample
{
    /// <param name="filter">Null for all spans.</param>
    /// <param name="further">A condition beside the filter; null for none.</param>
    public static async Task<IReadOnlyList<TraceSpan>> ReadAsync(ITelemetryReader store, Tenant tenant, TimeRange range, SpansetFilter? filter, Predicate? further, CancellationToken cancellation)
    {
        var where = Predicate.AllOf(further, filter is null ? null : Candidates.Of(filter));
        var batch = await store.FindSpansAsync(new RecordQuery(tenant, range, where, TempoTags.Spans), cancellation);
        return [.. TraceSpans.Of(batch).SelectMany(trace => Enumerable.Range(0, trace.Count).Select(index => trace[index])).Where(span => filter is null || filter.Holds(span))];
    }

    /// <summary>
    /// The filter of a request (<c>q</c>). One that editors send while it is being written may not be one yet: then what of it is joined by <c>&amp;&amp;</c> and can be read counts, and the
    /// rest is not looked at (grafana.com/docs/tempo, API, "Filtered tag values").
    /// </summary>
    public static SpansetFilter? Filter(TempoAsking asking)
    {
        if (asking.Text("q") is not { } text)
        {
            return null;
        }

        if (Read(text) is { } whole)
        {
            return whole.Search is { Stages: [SpansetFilter filter] } ? filter : null;
        }

        var inner = text.Trim().TrimStart('{').TrimEnd('}');
        var parts = Joined(inner).Select(part => Read($"{{{part}}}")?.Search is { Stages: [SpansetFilter { Condition: not null }] } ? part : null).OfType<string>().ToArray();
        return parts.Length > 0 && Read($"{{{string.Join("&&", parts.Select(part => $"({part})"))}}}")?.Search is { Stages: [SpansetFilter readable] } ? readable : null;
    }

    private static TraceQlQuery? Read(string text)
    {
        try
        {
            return TraceQlQuery.Parse(text);
        }
        catch (QuerySyntaxException)
        {
            return null;
        }
    }

    /// <summary>What stands between <c>&amp;&amp;</c> outside of quotes.</summary>
    private static IEnumerable<string> Joined(string text)
    {
        var (start, quote) = (0, '\0');
        for (var i = 0; i < text.Length; i++)
        {
            if (quote != '\0')
            {
                i += text[i] == '\\' && quote == '"' ? 1 : 0;
                quote = i < text.Length && text[i] == quote ? '\0' : quote;
            }
            else if (text[i] is '"' or '`')
            {
                quote = text[i];
            }
            else if (text[i] == '&' && i + 1 < text.Length && text[i + 1] == '&')
            {
                yield return text[start..i];
                start = ++i + 1;
            }
        }

        yield return text[Math.Min(start, text.Length)..];
    }
}
