using Clew.Load.Model;

namespace Clew.Load.Encoding;

/// <summary><c>opentelemetry.proto.trace.v1.Span</c> with six to ten attributes of the semantic conventions.</summary>
internal static class SpanWriting
{
    private const int Attributes = 9;

    /// <summary>W3C flags: sampled, and "the parent's remoteness is known" (bit 8), remote in bit 9.</summary>
    private const uint SampledLocal = 0x101;

    private const uint SampledRemote = 0x301;

    /// <summary>Name and version of the library that records such a span.</summary>
    public static (string Name, string Version) ScopeOf(Span span)
    {
        var runtime = Catalogue.Services[span.Service].Runtime;
        var library = span.Work switch
        {
            Work.HttpServer => "http.server",
            Work.HttpClient => "http.client",
            Work.RpcServer or Work.RpcClient => "grpc",
            Work.Database => "sql",
            Work.Cache => "redis",
            Work.Publish or Work.Process => "kafka",
            _ => "shop." + Catalogue.Services[span.Service].Name,
        };
        return (span.Work == Work.Function ? library : $"opentelemetry.instrumentation.{runtime.Language}.{library}", runtime.SdkVersion);
    }

    /// <param name="writer">The request being written.</param>
    /// <param name="field">The repeated field that holds spans.</param>
    /// <param name="span">The span.</param>
    /// <param name="trace">Number of its trace within the request.</param>
    public static void Span(this TemplateWriter writer, int field, Span span, int trace)
    {
        writer.Begin(field);
        writer.BytesGap(1, SlotKind.TraceId, 16, trace, 0);
        writer.BytesGap(2, SlotKind.SpanId, 8, trace, span.Number);
        if (span.Parent is { } parent)
            writer.BytesGap(4, SlotKind.SpanId, 8, trace, parent.Number);
        writer.Text(5, NameOf(span));
        writer.Varint(6, KindOf(span.Work));
        writer.Fixed64Gap(7, SlotKind.Time, trace, span.Start);
        writer.Fixed64Gap(8, SlotKind.Time, trace, span.End);
        WorkAttributes(writer, span, trace);
        writer.Attribute(Attributes, "user.id", "u-<user>", trace);
        if (span.RecordsException)
            ExceptionEvent(writer, span, trace);
        if (span.Linked)
            Link(writer, trace);
        if (span.Fault is { } fault)
        {
            writer.Begin(15);
            if (span.RecordsException)
                writer.Text(2, fault.Message, trace);
            writer.Varint(3, 2);
            writer.End();
        }

        writer.Fixed32(16, span.Parent is { } caller && caller.Service != span.Service ? SampledRemote : SampledLocal);
        writer.End();
    }

    public static string NameOf(Span span) => span.Work switch
    {
        Work.HttpServer => span.Operation,
        Work.HttpClient => span.Operation[..span.Operation.IndexOf(' ')],
        Work.Publish => "publish " + span.Operation,
        Work.Process => "process " + span.Operation,
        _ => span.Operation,
    };

    private static ulong KindOf(Work work) => work switch
    {
        Work.Function => 1,
        Work.HttpServer or Work.RpcServer => 2,
        Work.HttpClient or Work.RpcClient or Work.Database or Work.Cache => 3,
        Work.Publish => 4,
        _ => 5,
    };

    private static void WorkAttributes(TemplateWriter writer, Span span, int trace)
    {
        switch (span.Work)
        {
            case Work.HttpServer:
                HttpServer(writer, span, trace);
                break;
            case Work.HttpClient:
                HttpClient(writer, span, trace);
                break;
            case Work.RpcServer or Work.RpcClient:
                Rpc(writer, span, trace);
                break;
            case Work.Database:
                Database(writer, span, trace);
                break;
            case Work.Cache:
                Cache(writer, span, trace);
                break;
            case Work.Publish or Work.Process:
                Messaging(writer, span, trace);
                break;
            default:
                Function(writer, span, trace);
                break;
        }

        if (span.Fault is { } fault)
            writer.Attribute(Attributes, "error.type", fault.Type);
    }

    // Nine with user.id, ten with error.type.
    private static void HttpServer(TemplateWriter writer, Span span, int trace)
    {
        var (method, route) = Split(span.Operation);
        writer.Attribute(Attributes, "http.request.method", method);
        writer.Attribute(Attributes, "http.route", route);
        writer.Attribute(Attributes, "url.path", Path(route), trace);
        writer.Attribute(Attributes, "url.scheme", "https");
        writer.Attribute(Attributes, "http.response.status_code", Status(span, method));
        writer.Attribute(Attributes, "server.address", Catalogue.Services[span.Service].Name + ".shop.svc.cluster.local");
        writer.Attribute(Attributes, "network.protocol.version", "1.1");
        var agent = span.Parent is null ? Catalogue.UserAgents[span.Start % 5 == 0 ? span.Pod % 5 : 0] : Catalogue.Services[span.Parent.Service].Name + "/" + Catalogue.Services[span.Parent.Service].Version;
        writer.Attribute(Attributes, "user_agent.original", agent);
    }

    private static void HttpClient(TemplateWriter writer, Span span, int trace)
    {
        var (method, route) = Split(span.Operation);
        writer.Attribute(Attributes, "http.request.method", method);
        writer.Attribute(Attributes, "url.full", $"http://{span.Peer}.shop.svc.cluster.local:8080{Path(route)}", trace);
        writer.Attribute(Attributes, "http.response.status_code", Status(span, method));
        writer.Attribute(Attributes, "server.address", span.Peer + ".shop.svc.cluster.local");
        writer.Attribute(Attributes, "server.port", 8080L);
        writer.RandomInteger(Attributes, "http.response.body.size", trace, span.Number);
    }

    private static void Rpc(TemplateWriter writer, Span span, int trace)
    {
        writer.Attribute(Attributes, "rpc.system.name", "grpc");
        writer.Attribute(Attributes, "rpc.method", span.Operation);
        writer.Attribute(Attributes, "rpc.status_code", span.Fault is null ? "OK" : "UNAVAILABLE");
        writer.Attribute(Attributes, "server.address", (span.Peer ?? Catalogue.Services[span.Service].Name) + ".shop.svc.cluster.local");
        writer.Attribute(Attributes, "server.port", 9090L);
        writer.RandomInteger(Attributes, "network.peer.port", trace, span.Number);
    }

    private static void Database(TemplateWriter writer, Span span, int trace)
    {
        var (verb, table) = Split(span.Operation);
        var service = Catalogue.Services[span.Service].Name;
        writer.Attribute(Attributes, "db.system.name", "postgresql");
        writer.Attribute(Attributes, "db.namespace", service);
        writer.Attribute(Attributes, "db.collection.name", table);
        writer.Attribute(Attributes, "db.operation.name", verb);
        writer.Attribute(Attributes, "db.query.text", verb switch
        {
            "SELECT" => $"SELECT id, state, updated_at, payload FROM {table} WHERE id = $1 AND tenant = $2",
            "INSERT" => $"INSERT INTO {table} (id, state, payload) VALUES ($1, $2, $3) RETURNING id",
            "UPDATE" => $"UPDATE {table} SET state = $2, updated_at = now() WHERE id = $1",
            _ => $"DELETE FROM {table} WHERE id = $1",
        });
        writer.Attribute(Attributes, "server.address", $"pg-{service}.db.internal");
        writer.Attribute(Attributes, "server.port", 5432L);
        writer.Attribute(Attributes, "db.response.returned_rows", verb == "SELECT" ? (span.Duration / 1000 % 40) : 1);
    }

    private static void Cache(TemplateWriter writer, Span span, int trace)
    {
        writer.Attribute(Attributes, "db.system.name", "redis");
        writer.Attribute(Attributes, "db.operation.name", span.Operation);
        writer.Attribute(Attributes, "db.query.text", $"{span.Operation} {Catalogue.Services[span.Service].Name}:<id>", trace);
        writer.Attribute(Attributes, "server.address", "redis-main.db.internal");
        writer.Attribute(Attributes, "cache.hit", span.Duration % 10 != 0);
    }

    private static void Messaging(TemplateWriter writer, Span span, int trace)
    {
        var publish = span.Work == Work.Publish;
        writer.Attribute(Attributes, "messaging.system", "kafka");
        writer.Attribute(Attributes, "messaging.destination.name", span.Operation);
        writer.Attribute(Attributes, "messaging.operation.type", publish ? "send" : "process");
        writer.Attribute(Attributes, "messaging.destination.partition.id", (span.Number % 12).ToString(System.Globalization.CultureInfo.InvariantCulture));
        writer.RandomInteger(Attributes, "messaging.kafka.offset", trace, span.Number);
        writer.Attribute(Attributes, "messaging.client.id", $"{Catalogue.Services[span.Service].Name}-{span.Pod}");
        if (!publish)
            writer.Attribute(Attributes, "messaging.consumer.group.name", Catalogue.Services[span.Service].Name);
    }

    private static void Function(TemplateWriter writer, Span span, int trace)
    {
        writer.Attribute(Attributes, "code.function.name", span.Operation);
        writer.Attribute(Attributes, "thread.id", 20 + (span.Start / 1000 % 16));
        writer.Attribute(Attributes, "app.items.count", 1 + (span.Duration % 9));
        writer.RandomAmount(Attributes, "app.basket.total", trace, span.Number);
        writer.Attribute(Attributes, "app.customer.premium", span.Number % 4 == 0);
    }

    private static void ExceptionEvent(TemplateWriter writer, Span span, int trace)
    {
        var fault = span.Fault!;
        writer.Begin(11);
        writer.Fixed64Gap(1, SlotKind.Time, trace, span.End - (span.Duration / 50));
        writer.Text(2, "exception");
        writer.Attribute(3, "exception.type", fault.Type);
        writer.Attribute(3, "exception.message", fault.Message, trace);
        writer.Attribute(3, "exception.stacktrace", StackTrace(span, fault), trace);
        writer.End();
    }

    private static void Link(TemplateWriter writer, int trace)
    {
        writer.Begin(13);
        writer.BytesGap(1, SlotKind.LinkedTraceId, 16, trace, 0);
        writer.BytesGap(2, SlotKind.LinkedSpanId, 8, trace, 0);
        writer.Attribute(4, "link.reason", "retry");
        writer.End();
    }

    private static string StackTrace(Span span, Fault fault)
    {
        var service = Catalogue.Services[span.Service];
        var text = new System.Text.StringBuilder(fault.Type).Append(": ").Append(fault.Message);
        var depth = 9 + (int)(span.Duration % 8);
        for (var i = 0; i < depth; i++)
        {
            var function = i < service.Functions.Length ? service.Functions[i] : $"Pipeline.Step{i}";
            var file = $"{service.Name}/{function.Split('.')[0]}.{service.Runtime.File}";
            text.Append('\n').AppendFormat(System.Globalization.CultureInfo.InvariantCulture, service.Runtime.Frame, function, file, 20 + (i * 37 % 400));
        }

        return text.ToString();
    }

    private static long Status(Span span, string method) => span.Fault?.StatusCode ?? (method == "POST" ? 201 : 200);

    private static string Path(string route) => route.Replace("{id}", "<id>", StringComparison.Ordinal);

    private static (string First, string Second) Split(string operation)
    {
        var space = operation.IndexOf(' ', StringComparison.Ordinal);
        return (operation[..space], operation[(space + 1)..]);
    }
}
