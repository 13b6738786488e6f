using Clew.Server.Ingest.Grpc;
using Clew.Server.Ingest.Otlp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Hosting;

/// <summary>Tells a request which door it came through, and lets each door see only what belongs to it.</summary>
internal static class DoorRouting
{
    /// <summary>Marks every connection of this port.</summary>
    public static void Mark(ListenOptions listen, Door door) => listen.Use(next => connection =>
    {
        connection.Features.Set(door);
        return next(connection);
    });

    /// <summary>Runs before routing.</summary>
    public static void UseDoors(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var door = context.Features.Get<Door>() ?? Door.Native;
        switch (door.Kind)
        {
            case DoorKind.Grpc:
            case DoorKind.Native or DoorKind.DropIn when HttpProtocol.IsHttp2(context.Request.Protocol) && GrpcHeaders.IsGrpc(context.Request.ContentType):
                return context.RequestServices.GetRequiredService<GrpcServer>().InvokeAsync(context);
            case DoorKind.OtlpHttp when !OtlpHttpEndpoints.IsOwn(context.Request.Path):
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return context.Response.WriteAsync($"This port takes {string.Join(", ", OtlpHttpEndpoints.Paths)} and nothing else.\n");
            case DoorKind.DropIn:
                context.Request.Path = door.PathPrefix + context.Request.Path;
                return next(context);
            default:
                return next(context);
        }
    });
}
