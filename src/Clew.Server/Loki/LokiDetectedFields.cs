using Clew.Query.LogQL;
using Clew.Query.LogQL.Extraction;
using Clew.Query.LogQL.Source;
using Clew.Query.LogQL.Syntax;
using Clew.Server.Api;
using Microsoft.AspNetCore.Routing;

namespace Clew.Server.Loki;

/// <summary>
/// <c>detected_fields</c> and <c>detected_field/{name}/values</c>: which fields the newest lines of a query have. Lines that the query does not parse itself are read as JSON,
/// then as logfmt.
/// </summary>
internal static class LokiDetectedFields
{
    private const int UsualFields = 1_000;
    private const int UsualLines = 100;
    private const string Json = "json";
    private const string Logfmt = "logfmt";

    private static readonly TimeSpan UsualRange = TimeSpan.FromHours(1);

    public static async Task ListAsync(LokiAsking asking)
    {
        var limit = asking.Whole("limit") ?? asking.Whole("field_limit") ?? UsualFields;
        var fields = await FindAsync(asking, limit);
        await LokiAnswer.WriteAsync(asking.Http, writer =>
        {
            writer.WriteStartArray("fields"u8);
            foreach (var field in fields.Values.OrderBy(field => field.Label, StringComparer.Ordinal))
            {
                field.Write(writer);
            }

            writer.WriteEndArray();
            writer.WriteNumber("limit"u8, limit);
        });
    }

    public static async Task ValuesAsync(LokiAsking asking)
    {
        var limit = asking.Whole("limit") ?? asking.Whole("field_limit") ?? UsualFields;
        var fields = await FindAsync(asking, int.MaxValue);
        await LokiAnswer.WriteAsync(asking.Http, writer =>
        {
            writer.WriteStartArray("values"u8);
            foreach (var value in fields.TryGetValue((string)asking.Http.GetRouteValue("name")!, out var field) ? field.Values.Order(StringComparer.Ordinal).Take(limit) : [])
            {
                writer.WriteStringValue(value);
            }

            writer.WriteEndArray();
            writer.WriteNumber("limit"u8, limit);
        });
    }

    private static async Task<Dictionary<string, DetectedField>> FindAsync(LokiAsking asking, int limit)
    {
        var query = asking.Query();
        if (query.Logs is not { } logs)
        {
            throw PeerRefusal.BadRequest("only log selector is supported");
        }

        var range = asking.Range(UsualRange);
        var request = new LogQlRequest(range.Start.UnixNanoseconds, range.End.UnixNanoseconds, 1)
        {
            Limit = Math.Min(asking.Whole("line_limit") ?? UsualLines, asking.Limits.Logs),
            Direction = LogDirection.Backward,
        };
        var answer = await new LogQlEngine(asking.Source(withLevel: true).Lines, asking.Clock).RangeAsync(query, request, asking.Budget());
        var own = logs.Stages.Select(ParserOf).OfType<string>().ToArray();
        var found = new Fields(limit);
        foreach (var line in answer.Lines)
        {
            found.AddMetadata(line.Labels);
            if (own.Length > 0)
            {
                found.AddParsed(line, own);
            }
            else
            {
                found.Parse(line);
            }
        }

        return found.ByLabel;
    }

    private static string? ParserOf(LogQlStage stage) => stage switch
    {
        LogQlJson => Json,
        LogQlLogfmt => Logfmt,
        LogQlPattern => "pattern",
        LogQlRegexp => "regexp",
        LogQlUnpack => "unpack",
        _ => null,
    };

    private sealed class Fields(int limit) : ILogQlFieldSink
    {
        private readonly JsonExtractor _json = new();
        private readonly LogfmtExtractor _logfmt = new(strict: false, keepEmpty: false);
        private LogQlResultLine _line;
        private string _parser = string.Empty;

        public Dictionary<string, DetectedField> ByLabel { get; } = new(StringComparer.Ordinal);

        public void AddMetadata(LogQlLabels labels)
        {
            foreach (var (name, value) in labels.Metadata.Pairs)
            {
                Field(name)?.Add(value);
            }
        }

        public void AddParsed(in LogQlResultLine line, IReadOnlyList<string> parsers)
        {
            foreach (var (name, value) in line.Labels.Parsed.Pairs)
            {
                if (name.StartsWith("__", StringComparison.Ordinal) || Field(name) is not { } field)
                {
                    continue;
                }

                field.Add(value);
                field.Parsers.UnionWith(parsers);
                if (parsers.Contains(Json))
                {
                    field.JsonPath ??= JsonNames.PathOf(line.Line, name);
                }
            }
        }

        /// <summary>A line that is no JSON object is taken for logfmt.</summary>
        public void Parse(in LogQlResultLine line)
        {
            _line = line;
            _parser = line.Line.AsSpan().TrimStart().StartsWith("{", StringComparison.Ordinal) ? Json : Logfmt;
            LogQlExtractor parser = _parser == Json ? _json : _logfmt;
            parser.Extract(line.Line, this);
        }

        public bool Add(ReadOnlySpan<char> name, ReadOnlySpan<char> value)
        {
            var label = name.ToString();
            var isTaken = _line.Labels.Stream[label].Length > 0 || _line.Labels.Metadata[label].Length > 0;
            if (!value.IsEmpty && Field(isTaken ? label + "_extracted" : label) is { } field)
            {
                field.Add(value.ToString());
                field.Parsers.Add(_parser);
                if (_parser == Json)
                {
                    field.JsonPath ??= JsonNames.PathOf(_line.Line, label);
                }
            }

            return true;
        }

        public void ReplaceLine(ReadOnlySpan<char> line) => throw new InvalidOperationException("neither JSON nor logfmt replaces a line");

        private DetectedField? Field(string label)
        {
            if (!ByLabel.TryGetValue(label, out var field) && ByLabel.Count < limit)
            {
                ByLabel.Add(label, field = new DetectedField(label));
            }

            return field;
        }
    }
}
