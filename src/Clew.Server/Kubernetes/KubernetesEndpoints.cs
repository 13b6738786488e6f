using Clew.Protocols;
using Clew.Protocols.Kubernetes;
using Clew.Protocols.Values;
using Clew.Server.Api;
using Clew.Server.Api.Parameters;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Server.Records;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Kubernetes;

/// <summary><c>POST /api/kubernetes</c> takes what kubectl prints; <c>GET /api/kubernetes/objects</c> and <c>/events</c> list it.</summary>
internal sealed class KubernetesEndpoints : IEndpointModule
{
    private const string Source = "kubernetes_api";

    public static IReadOnlyList<ApiParameter> ObjectParameters { get; } =
    [
        RecordParameters.Kind, RecordParameters.Namespace, RecordParameters.Name, KnownParameters.Service, RecordParameters.Workload, RecordParameters.Node, RecordParameters.States,
        KnownParameters.Start, KnownParameters.End, KnownParameters.Since, KnownParameters.Limit,
    ];

    public static IReadOnlyList<ApiParameter> EventParameters { get; } =
    [
        RecordParameters.EventType, RecordParameters.Reason, RecordParameters.Kind, RecordParameters.Namespace, RecordParameters.Name, KnownParameters.Service, RecordParameters.Workload,
        RecordParameters.EventText, KnownParameters.Start, KnownParameters.End, KnownParameters.Since, KnownParameters.Limit,
    ];

    public void AddServices(IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton(provider => new KubernetesDecoder(KubernetesLimits.Default, provider.GetRequiredService<TextCut>()));
        services.AddSingleton<KubernetesRecorder>();
        services.AddHostedService<KubernetesWatcher>();
    }

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapIntake("/api/kubernetes", "addKubernetesObjects", "Store what kubectl get -o json or -o yaml prints", [], AddAsync)
            .Accepts<object>(isOptional: true, "application/json", "application/yaml", "*/*")
            .Produces<KubernetesAccepted>()
            .Refuses(StatusCodes.Status413PayloadTooLarge, StatusCodes.Status429TooManyRequests);
        endpoints.MapQuestion<KubernetesObjectList>("/api/kubernetes/objects", "listKubernetesObjects", "Objects of clusters as they were", ObjectParameters, ListObjectsAsync);
        endpoints.MapQuestion<KubernetesEventList>("/api/kubernetes/events", "listKubernetesEvents", "Events of clusters, newest first", EventParameters, ListEventsAsync);
    }

    private static Task<IResult?> AddAsync(Asking asking)
    {
        var services = asking.Http.RequestServices;
        var limit = services.GetRequiredService<ServerOptions>().Limits.RequestBytes;
        return RecordIngest.ReceiveAsync(asking, Source, limit, "limits.request_bytes", async body =>
        {
            var json = body;
            try
            {
                json = KubernetesYaml.Begins(body.Span) ? KubernetesYaml.ToJson(body, KubernetesLimits.Default) : body;
            }
            catch (FormatException wrong)
            {
                RecordIngest.Refused(asking.Http, Source, "malformed", wrong.Message);
                return Problems.Malformed(asking.Http, $"The YAML cannot be read: {wrong.Message}. Expected what kubectl get -o yaml prints; -o json is read faster.");
            }

            var batch = new KubernetesBatch();
            var result = services.GetRequiredService<KubernetesDecoder>().Decode(json.Span, new KubernetesObservation(asking.Now), batch);
            if (result.Status != DecodeStatus.Ok)
            {
                RecordIngest.Refused(asking.Http, Source, "malformed", result.Error!);
                return Problems.Malformed(asking.Http, $"{result.Error} (byte {result.ErrorOffset}). Expected what kubectl get -o json prints.");
            }

            if (batch.Failure is { } failure && result.Accepted == 0)
            {
                RecordIngest.Refused(asking.Http, Source, "failure", failure.Message);
                return Problems.Malformed(asking.Http, $"The API server said {failure.Code} {failure.Reason}: {failure.Message}");
            }

            var recorded = await services.GetRequiredService<KubernetesRecorder>().RecordAsync(asking.Tenant, batch, Source, null, asking.Cancellation);
            return Results.Json(recorded, KubernetesJson.Default.KubernetesAccepted);
        });
    }

    /// <summary>The question for objects that parameters ask.</summary>
    public static KubernetesObjectQuery ObjectQuery(QueryReader query, Tenant tenant, TimeProvider clock) =>
        new(tenant, query.Range(clock) ?? TimeRange.All, query.Int(KnownParameters.Limit, 1, RecordLimits.Answer, RecordLimits.DefaultAnswer))
        {
            Kinds = Kinds(query),
            Namespaces = query.Values(RecordParameters.Namespace),
            Names = query.Values(RecordParameters.Name),
            Services = query.Values(KnownParameters.Service),
            Workloads = query.Values(RecordParameters.Workload),
            Nodes = query.Values(RecordParameters.Node),
            IsHistory = query.Word(RecordParameters.States) == "all",
        };

    /// <summary>The question for events that parameters ask.</summary>
    public static KubernetesEventQuery EventQuery(QueryReader query, Tenant tenant, TimeProvider clock) =>
        new(tenant, query.Range(clock) ?? TimeRange.All, query.Int(KnownParameters.Limit, 1, RecordLimits.Answer, RecordLimits.DefaultAnswer))
        {
            Types = query.Word(RecordParameters.EventType) is var type && type == "any" ? [] : [type],
            Reasons = query.Values(RecordParameters.Reason),
            Kinds = Kinds(query),
            Namespaces = query.Values(RecordParameters.Namespace),
            Names = query.Values(RecordParameters.Name),
            Services = query.Values(KnownParameters.Service),
            Workloads = query.Values(RecordParameters.Workload),
            Text = query.Text(RecordParameters.EventText),
        };

    private static async Task<IResult?> ListObjectsAsync(Asking asking)
    {
        var query = asking.Query;
        var wanted = ObjectQuery(query, asking.Tenant, asking.Clock);
        if (query.Errors.Count > 0)
        {
            return null;
        }

        var objects = await asking.Store.FindKubernetesObjectsAsync(wanted, asking.Cancellation);
        var pods = objects.Where(state => state.Kind == "Pod").Select(state => state.Name).Distinct().ToList();
        var services = await asking.Store.GetServicesOfPodsAsync(asking.Tenant, pods, asking.Cancellation);
        return Results.Json(new KubernetesObjectList([.. objects.Select(state => Entry(state, services))], wanted.Limit), KubernetesJson.Readable.KubernetesObjectList);
    }

    private static async Task<IResult?> ListEventsAsync(Asking asking)
    {
        var query = asking.Query;
        var wanted = EventQuery(query, asking.Tenant, asking.Clock);
        if (query.Errors.Count > 0)
        {
            return null;
        }

        var events = await asking.Store.FindKubernetesEventsAsync(wanted, asking.Cancellation);
        return Results.Json(new KubernetesEventList([.. events.Select(Entry)], wanted.Limit), KubernetesJson.Readable.KubernetesEventList);
    }

    /// <summary>Kinds by any of their names; one that is not known is taken as it is: clusters have kinds of their own.</summary>
    private static IReadOnlyList<string> Kinds(QueryReader query) => [.. query.Values(RecordParameters.Kind).Select(name => KubernetesKind.Find(name)?.Name ?? name)];

    private static KubernetesObjectEntry Entry(KubernetesObject state, ILookup<string, string> services) => new()
    {
        Time = state.Time,
        Kind = state.Kind,
        Namespace = ContentMapping.Known(state.Namespace),
        Name = state.Name,
        Uid = state.Uid,
        WorkloadKind = ContentMapping.Known(state.WorkloadKind),
        Workload = ContentMapping.Known(state.Workload),
        Service = ContentMapping.Known(state.Service),
        TelemetryServices = state.Kind == "Pod" && services.Contains(state.Name) ? [.. services[state.Name]] : null,
        Node = ContentMapping.Known(state.Node),
        Phase = ContentMapping.Known(state.Phase),
        Deleted = state.IsDeleted,
        Fields = state.Fields,
    };

    private static KubernetesEventEntry Entry(KubernetesEvent happened) => new()
    {
        Time = happened.Time,
        FirstTime = happened.FirstTime,
        Count = happened.Count,
        Type = ContentMapping.Known(happened.Type),
        Reason = happened.Reason,
        Message = happened.Message,
        Kind = ContentMapping.Known(happened.Kind),
        Namespace = ContentMapping.Known(happened.Namespace),
        Name = ContentMapping.Known(happened.Name),
        FieldPath = ContentMapping.Known(happened.FieldPath),
        Workload = ContentMapping.Known(happened.Workload),
        Service = ContentMapping.Known(happened.Service),
        Component = ContentMapping.Known(happened.Component),
        Node = ContentMapping.Known(happened.Node),
        Uid = happened.Uid,
    };
}
