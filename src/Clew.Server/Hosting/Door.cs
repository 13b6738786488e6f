using Clew.Server.Configuration;

namespace Clew.Server.Hosting;

/// <summary>
/// A port the server listens on and what may come through it.
/// </summary>
/// <param name="Name">What people call it in messages.</param>
/// <param name="Setting">The setting that moves it elsewhere.</param>
/// <param name="PathPrefix">Put in front of every path, so that a drop-in port serves with bare paths what the native port serves under a prefix.</param>
public sealed record Door(string Name, string Setting, DoorKind Kind, string PathPrefix = "")
{
    public static readonly Door Native = new("the API and web pages", "listen", DoorKind.Native);
    public static readonly Door OtlpGrpc = new("OTLP/gRPC", "otlp_grpc", DoorKind.Grpc);
    public static readonly Door OtlpHttp = new("OTLP/HTTP", "otlp_http", DoorKind.OtlpHttp);
    public static readonly Door Jaeger = new("Jaeger's API", "drop_in.jaeger", DoorKind.DropIn, "/jaeger");

    /// <summary>Every door there is, in the order they are told of.</summary>
    public static IReadOnlyList<Door> All { get; } = [Native, OtlpGrpc, OtlpHttp, Jaeger];

    /// <summary>Every door these options open, with its address.</summary>
    public static IEnumerable<(Door Door, ListenAddress Address)> Open(ServerOptions options)
    {
        yield return (Native, options.Listen);
        if (options.OtlpGrpc is { } grpc)
        {
            yield return (OtlpGrpc, grpc);
        }

        if (options.OtlpHttp is { } http)
        {
            yield return (OtlpHttp, http);
        }

        if (options.DropIn is { Enabled: true, Jaeger: { } jaeger })
        {
            yield return (Jaeger, jaeger);
        }
    }
}

public enum DoorKind
{
    /// <summary>Everything that is mapped, HTTP/1.1.</summary>
    Native,

    /// <summary>gRPC only, HTTP/2 with prior knowledge.</summary>
    Grpc,

    /// <summary>OTLP paths only.</summary>
    OtlpHttp,

    /// <summary>What the native door serves under <see cref="Door.PathPrefix"/>, without it.</summary>
    DropIn,
}
