using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Clew.Server.Queries;

/// <summary>What an editor of queries offers: words, names and values. What was not asked for is absent.</summary>
public sealed record QueryCompletion
{
    /// <summary>With their parentheses and what stands in them.</summary>
    public IReadOnlyList<string>? Functions { get; init; }

    /// <summary>Words that stand for themselves.</summary>
    public IReadOnlyList<string>? Keywords { get; init; }

    public IReadOnlyList<string>? Operators { get; init; }

    /// <summary>Names that conditions can be about, of the newest data.</summary>
    public IReadOnlyList<QueryKeyList>? Keys { get; init; }

    /// <summary>Values of the name that was asked for, as they are written in a query.</summary>
    public IReadOnlyList<string>? Values { get; init; }
}

/// <summary>Names of one place.</summary>
public sealed record QueryKeyList
{
    /// <summary>Such as <c>span</c>, <c>resource</c>, <c>intrinsic</c>.</summary>
    public required string Scope { get; init; }

    /// <summary>As they are written in a query.</summary>
    public required IReadOnlyList<string> Names { get; init; }
}

/// <summary>One line of <c>/api/query</c>'s answer. Rows have further members, by their type: see docs/api.md.</summary>
public sealed record QueryLine
{
    /// <summary><c>trace</c>, <c>series</c>, <c>progress</c>, <c>end</c> or <c>error</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Of a row: it is what is known so far, and comes again when more is known.</summary>
    public bool? Partial { get; init; }

    /// <summary>Of progress and the end: how many spans were evaluated.</summary>
    public long? Inspected { get; init; }

    /// <summary>Of the end: whether the rows are all there are.</summary>
    public bool? Complete { get; init; }

    /// <summary>Of an error: what went wrong.</summary>
    public string? Detail { get; init; }

    /// <summary>Of an error: the limit that was met.</summary>
    public string? Limit { get; init; }
}

/// <summary>JSON of the query endpoints, as <see cref="Api.Contracts.ApiJson"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(QueryCompletion))]
[JsonSerializable(typeof(QueryLine))]
public sealed partial class QueryJson : JsonSerializerContext
{
    /// <summary>With letters as letters.</summary>
    public static QueryJson Readable => Holder.Readable;

    private static class Holder
    {
        public static readonly QueryJson Readable = new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
