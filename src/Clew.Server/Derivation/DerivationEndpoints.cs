using System.Globalization;
using Clew.Server.Api;
using Clew.Server.Api.Parameters;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Derivation;

/// <summary><c>GET /api/errors</c> and <c>GET /api/logs/templates</c>: what was derived from records, counted. docs/derivation.md describes both.</summary>
internal sealed class DerivationEndpoints : IEndpointModule
{
    private const int DefaultEntries = 50;

    /// <summary>Nanoseconds by which times that were aggregated may be wrong, and more.</summary>
    private const long Blur = 1_000;

    private const string First = "first";
    private const string Last = "last";
    private const string Example = "example";

    private static readonly IReadOnlyList<ApiParameter> ErrorParameters =
        [KnownParameters.Service, KnownParameters.Signature, KnownParameters.Start, KnownParameters.End, KnownParameters.Since, KnownParameters.Limit];

    private static readonly IReadOnlyList<ApiParameter> TemplateParameters =
        [KnownParameters.Service, KnownParameters.Severity, KnownParameters.Text, KnownParameters.Template, KnownParameters.Start, KnownParameters.End, KnownParameters.Since, KnownParameters.Limit];

    private static readonly Field Service = Field.Intrinsic(Intrinsics.Service);
    private static readonly Field Time = Field.Intrinsic(Intrinsics.Time);
    private static readonly Field Severity = Field.Intrinsic(Intrinsics.Severity);
    private static readonly Field Signature = Field.Intrinsic(Intrinsics.ErrorSignature);
    private static readonly Field Template = Field.Intrinsic(Intrinsics.Template);

    public void AddServices(IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton<RollupService>();
        services.AddHostedService(provider => provider.GetRequiredService<RollupService>());
    }

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapQuestion<ErrorList>("/api/errors", "listErrors", "Failures by signature: type, message without values, top frames", ErrorParameters, ListErrorsAsync);
        endpoints.MapQuestion<LogTemplateList>("/api/logs/templates", "listLogTemplates", "Log records by template: their text without values", TemplateParameters, ListTemplatesAsync);
    }

    private static async Task<IResult?> ListErrorsAsync(Asking asking)
    {
        var query = asking.Query;
        var range = query.Range(asking.Clock) ?? TimeRange.All;
        var where = Predicate.AllOf(query.AnyOf(KnownParameters.Service, Intrinsics.Service), query.Id(KnownParameters.Signature, Intrinsics.ErrorSignature) ?? HasAny(Signature));
        var limit = query.Int(KnownParameters.Limit, 1, asking.Limits.Traces, DefaultEntries);
        if (query.Errors.Count > 0)
        {
            return null;
        }

        var groups = new Groups();
        foreach (var dataset in (ReadOnlySpan<Dataset>)[Dataset.Spans, Dataset.Logs])
        {
            groups.Add(dataset, Signature, asking.Store.ReadAsync(
                new ReadPlan(asking.Tenant, dataset, range)
                {
                    Where = where,
                    GroupBy = [Signature, Service],
                    Aggregates = [Aggregate.Count(), new(AggregateFunction.Min, First, Time), new(AggregateFunction.Max, Last, Time), new(AggregateFunction.Any, Example, Field.Intrinsic(Intrinsics.TraceId))],
                    Limit = asking.Limits.Names,
                },
                asking.Cancellation));
        }

        var top = await groups.TopAsync(limit);
        var known = (await asking.Store.GetErrorSignaturesAsync(asking.Tenant, [.. top.Select(group => group.Id)], asking.Cancellation)).ToDictionary(signature => signature.Id);
        return Results.Json(new ErrorList { Errors = [.. top.Select(group => Entry(group, known.GetValueOrDefault(group.Id)))], Limit = limit }, DerivationJson.Readable.ErrorList);
    }

    private static async Task<IResult?> ListTemplatesAsync(Asking asking)
    {
        var query = asking.Query;
        var range = query.Range(asking.Clock) ?? TimeRange.All;
        var where = Predicate.AllOf(
            query.AnyOf(KnownParameters.Service, Intrinsics.Service),
            LogEndpoints.Severity(query),
            LogEndpoints.BodyText(query),
            query.Id(KnownParameters.Template, Intrinsics.Template) ?? HasAny(Template));
        var limit = query.Int(KnownParameters.Limit, 1, asking.Limits.Traces, DefaultEntries);
        if (query.Errors.Count > 0)
        {
            return null;
        }

        var groups = new Groups();
        groups.Add(Dataset.Logs, Template, asking.Store.ReadAsync(
            new ReadPlan(asking.Tenant, Dataset.Logs, range)
            {
                Where = where,
                GroupBy = [Template, Service],
                Aggregates =
                [
                    Aggregate.Count(), new(AggregateFunction.Min, First, Time), new(AggregateFunction.Max, Last, Time), new(AggregateFunction.Any, Example, Field.Intrinsic(Intrinsics.Body)),
                    new(AggregateFunction.Max, "severity", Severity), new(AggregateFunction.CountIf, "errors", If: Predicate.Compare(Severity, ComparisonOperator.GreaterOrEqual, Literal.Int(17))),
                ],
                Limit = asking.Limits.Names,
            },
            asking.Cancellation));
        var found = (await groups.TopAsync(TemplateRefinement.MostTemplates)).ToDictionary(group => group.Id);
        var times = found.Count == 0 ? range : new TimeRange(new Timestamp(found.Values.Min(group => group.First) - Blur), new Timestamp(found.Values.Max(group => group.Last) + Blur));
        var refined = await TemplateRefinement.RefineAsync(asking.Store, asking.Tenant, [.. found.Values.Select(group => (group.Id, group.Logs))], where, times, asking.Cancellation);
        return Results.Json(
            new LogTemplateList { Templates = [.. refined.Take(limit).Select(one => Entry(one, [.. one.Template.Members.Select(member => found[member.Id])]))], Limit = limit }, DerivationJson.Readable.LogTemplateList);
    }

    private static NotPredicate HasAny(Field field) => new(Predicate.Equal(field, Literal.String("0")));

    private static ErrorEntry Entry(Group group, ErrorSignature? signature) => new()
    {
        Signature = group.Id.ToString("x16", CultureInfo.InvariantCulture),
        Type = signature?.Type ?? string.Empty,
        Message = signature?.Message ?? string.Empty,
        Frames = signature?.Frames ?? [],
        SpanCount = group.Spans,
        LogCount = group.Logs,
        Services = [.. group.Services],
        FirstTime = new Timestamp(group.First),
        LastTime = new Timestamp(group.Last),
        FirstSeen = signature?.FirstSeen,
        TraceId = TraceId.TryParse(group.Example, out var trace) && !trace.IsEmpty ? trace : null,
    };

    private static LogTemplateEntry Entry(TemplateRefinement.Refined refined, IReadOnlyList<Group> groups) => new()
    {
        Template = groups[0].Id.ToString("x16", CultureInfo.InvariantCulture),
        Text = refined.Template.Text,
        Count = groups.Sum(group => group.Logs),
        ErrorCount = groups.Sum(group => group.Errors),
        Severity = groups.Max(group => group.Severity),
        SeverityText = SeverityWords.NameOf(groups.Max(group => group.Severity)),
        Services = [.. groups.SelectMany(group => group.Services).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        FirstTime = new Timestamp(groups.Min(group => group.First)),
        LastTime = new Timestamp(groups.Max(group => group.Last)),
        FirstSeen = refined.FirstSeen,
        Example = groups[0].Example,
        Members = groups.Count == 1 ? null : [.. refined.Template.Members.Select(member => new LogTemplateMember { Template = member.Id.ToString("x16", CultureInfo.InvariantCulture), Text = member.Text, Count = member.Count })],
    };

    /// <summary>Sums by id over services and kinds of records.</summary>
    private sealed class Groups
    {
        private readonly List<(Dataset Dataset, Field Key, Task<ResultTable> Table)> _tables = [];

        public void Add(Dataset dataset, Field key, Task<ResultTable> table) => _tables.Add((dataset, key, table));

        /// <summary>The most frequent ones.</summary>
        public async Task<IReadOnlyList<Group>> TopAsync(int limit)
        {
            var groups = new Dictionary<ulong, Group>();
            foreach (var (dataset, key, answer) in _tables)
            {
                var table = await answer;
                for (var row = 0; row < table.RowCount; row++)
                {
                    var id = ulong.Parse(table.Texts(key.Name)[row], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                    if (!groups.TryGetValue(id, out var group))
                    {
                        groups.Add(id, group = new Group(id));
                    }

                    group.Add(dataset, table, row);
                }
            }

            return [.. groups.Values.OrderByDescending(group => group.Spans + group.Logs).ThenBy(group => group.Id).Take(limit)];
        }
    }

    private sealed class Group(ulong id)
    {
        public ulong Id { get; } = id;

        public long Spans { get; private set; }

        public long Logs { get; private set; }

        public long Errors { get; private set; }

        public int Severity { get; private set; }

        public long First { get; private set; } = long.MaxValue;

        public long Last { get; private set; } = long.MinValue;

        public SortedSet<string> Services { get; } = new(StringComparer.Ordinal);

        public string Example { get; private set; } = string.Empty;

        public void Add(Dataset dataset, ResultTable table, int row)
        {
            var count = table.Longs("count")[row];
            Spans += dataset == Dataset.Spans ? count : 0;
            Logs += dataset == Dataset.Logs ? count : 0;
            First = Math.Min(First, (long)table.Doubles(DerivationEndpoints.First)[row]);
            Last = Math.Max(Last, (long)table.Doubles(DerivationEndpoints.Last)[row]);
            Services.Add(table.Texts(Intrinsics.Service)[row]);
            Example = Example.Trim('0').Length == 0 ? table.Texts(DerivationEndpoints.Example)[row] : Example;
            if (table.Columns.Any(column => column.Name == "errors"))
            {
                Errors += table.Longs("errors")[row];
                Severity = Math.Max(Severity, (int)table.Doubles("severity")[row]);
            }
        }
    }
}
