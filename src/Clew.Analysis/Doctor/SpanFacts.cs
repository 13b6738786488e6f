using Clew.Telemetry;

namespace Clew.Analysis.Doctor;

/// <summary>The attributes of a span that the doctor asks for, under their old and new names, read in one pass.</summary>
internal sealed class SpanFacts
{
    public string Method { get; private set; } = string.Empty;

    public string Route { get; private set; } = string.Empty;

    public string Url { get; private set; } = string.Empty;

    public string Path { get; private set; } = string.Empty;

    public string Peer { get; private set; } = string.Empty;

    public string Database { get; private set; } = string.Empty;

    public string Messaging { get; private set; } = string.Empty;

    public string Destination { get; private set; } = string.Empty;

    public string RpcService { get; private set; } = string.Empty;

    /// <summary>0 when none.</summary>
    public int HttpStatus { get; private set; }

    /// <summary>-1 when none.</summary>
    public int GrpcStatus { get; private set; }

    /// <summary>Share of requests that Jaeger's sampler kept, 0 when it does not say.</summary>
    public double SamplerParameter { get; private set; }

    /// <summary>What the span is a request to, without the port; empty when nothing says.</summary>
    public string PeerHost => Peer.Length > 0 ? Peer
        : Uri.TryCreate(Url, UriKind.Absolute, out var url) ? url.Host
        : RpcService;

    /// <summary>A request of an OTLP exporter.</summary>
    public bool IsExport =>
        RpcService.StartsWith("opentelemetry.proto.collector.", StringComparison.Ordinal)
        || EndsWithSignal(Url) || EndsWithSignal(Path);

    public void Read(in SpanView span)
    {
        Method = Route = Url = Path = Peer = Database = Messaging = Destination = RpcService = string.Empty;
        HttpStatus = 0;
        GrpcStatus = -1;
        SamplerParameter = 0;
        var isProbabilistic = false;
        foreach (var attribute in span.Attributes)
        {
            var text = attribute.Value.Text;
            switch (attribute.Key)
            {
                case "http.request.method" or "http.method":
                    Method = text;
                    break;
                case "http.route":
                    Route = text;
                    break;
                case "url.full" or "http.url":
                    Url = text;
                    break;
                case "url.path" or "http.target":
                    Path = text;
                    break;
                case "peer.service":
                    Peer = text;
                    break;
                case "server.address" or "net.peer.name" when Peer.Length == 0:
                    Peer = text;
                    break;
                case "db.system" or "db.system.name":
                    Database = text;
                    break;
                case "messaging.system":
                    Messaging = text;
                    break;
                case "messaging.destination.name" or "messaging.destination":
                    Destination = text;
                    break;
                case "rpc.service":
                    RpcService = text;
                    break;
                case "http.response.status_code" or "http.status_code":
                    HttpStatus = int.TryParse(text, out var http) ? http : 0;
                    break;
                case "rpc.grpc.status_code":
                    GrpcStatus = int.TryParse(text, out var grpc) ? grpc : -1;
                    break;
                case "sampler.type":
                    isProbabilistic = text == "probabilistic";
                    break;
                case "sampler.param":
                    SamplerParameter = double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var share) && share is > 0 and <= 1 ? share : 0;
                    break;
            }
        }

        SamplerParameter = isProbabilistic ? SamplerParameter : 0;
    }

    private static bool EndsWithSignal(string url) =>
        url.EndsWith("/v1/traces", StringComparison.Ordinal) || url.EndsWith("/v1/metrics", StringComparison.Ordinal) || url.EndsWith("/v1/logs", StringComparison.Ordinal);
}
