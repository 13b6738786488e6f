using Clew.Protocols.Jaeger;
using Clew.Protocols.Thrift;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Server.Ingest.Grpc;
using Clew.Server.Pipeline;
using Clew.Server.SelfTelemetry;
using Clew.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Ingest.Jaeger;

/// <summary>
/// What Jaeger's clients send spans to: the collector's <c>POST /api/traces</c> (14268) and gRPC (14250), and the agent's UDP ports (6831, 6832). On the
/// native port the first is <c>/jaeger/api/traces</c>.
/// </summary>
/// <remarks>The ports for sending answer nothing that is stored: they are often open to more than the ports for asking.</remarks>
internal sealed class JaegerCollector : IEndpointModule
{
    public void AddServices(IServiceCollection services, ServerOptions options)
    {
        var decoder = new JaegerDecoder(options.Limits.Records);
        services.AddSingleton(decoder);
        services.AddSingleton<IGrpcService, JaegerGrpcService>();
        AddAgent(Door.JaegerAgentCompact, JaegerProtocols.AgentCompact, ThriftEncoding.Compact);
        AddAgent(Door.JaegerAgentBinary, JaegerProtocols.AgentBinary, ThriftEncoding.Binary);

        void AddAgent(Door door, IngestProtocol protocol, ThriftEncoding encoding) => services.AddSingleton<IDatagramReceiver>(provider =>
        {
            var time = provider.GetRequiredService<TimeProvider>();
            return new DatagramIngest<SpanBatch>(
                door,
                protocol,
                (packet, batch) => decoder.DecodeAgentMessage(packet, encoding, Timestamp.FromDateTimeOffset(time.GetUtcNow()), batch),
                provider.GetRequiredService<IngestPipeline>(),
                provider.GetRequiredService<InFlight>(),
                options,
                provider.GetRequiredService<ServerTelemetry>());
        });
    }

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/jaeger/api/traces", JaegerThriftEndpoint.ReceiveAsync).ExcludeFromDescription();
        endpoints.Map(Door.JaegerCollector.PathPrefix + "/api/traces", JaegerThriftEndpoint.ReceiveAsync).ExcludeFromDescription();
    }
}
