using System.Collections.Frozen;
using Clew.Protocols.Otlp;
using Clew.Server.Hosting;
using Clew.Server.Ingest.Bodies;
using Clew.Server.SelfTelemetry;
using Clew.Server.SelfTelemetry.Events;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Clew.Server.Ingest.Grpc;

/// <summary>
/// gRPC's calls on HTTP/2: finds the method, keeps the deadline, writes the answer or the status. What cannot be answered in gRPC's words
/// (not gRPC at all) is answered in HTTP's.
/// </summary>
internal sealed class GrpcServer(IEnumerable<IGrpcService> services, ServerTelemetry telemetry, TimeProvider time)
{
    /// <summary>For <c>grpc-accept-encoding</c>.</summary>
    private static readonly string Accepted = "identity," + BodyEncodings.Grpc.Supported.Replace(", ", ",", StringComparison.Ordinal);

    private readonly FrozenDictionary<string, (IReadOnlyList<Door> Doors, GrpcMethod Method)> _methods = services
        .SelectMany(service => service.Methods.Select(method => (service.Doors, method)))
        .ToFrozenDictionary(entry => entry.method.Path, StringComparer.Ordinal);

    public async Task InvokeAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.Headers.Allow = HttpMethods.Post;
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }

        if (!GrpcHeaders.IsGrpc(context.Request.ContentType))
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        if (!_methods.TryGetValue(context.Request.Path.Value ?? string.Empty, out var known) || (known.Doors.Count > 0 && !known.Doors.Contains(context.Features.Get<Door>() ?? Door.Native)))
        {
            await WriteAsync(context, GrpcReply.Failed(RpcCode.Unimplemented, $"there is no method {context.Request.Path}"));
            return;
        }

        var method = known.Method;
        TimeSpan? timeout = null;
        if (context.Request.Headers.TryGetValue(GrpcHeaders.Timeout, out var text))
        {
            if (!GrpcHeaders.TryReadTimeout(text.ToString(), out var asked))
            {
                await WriteAsync(context, GrpcReply.Failed(RpcCode.Internal, $"grpc-timeout {text} is not a timeout"));
                return;
            }

            timeout = asked;
        }

        context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = method.MaxMessageBytes + GrpcFrame.CompressionOverhead + GrpcFrame.HeaderLength;
        await RunAsync(context, method, timeout);
    }

    private async Task RunAsync(HttpContext context, GrpcMethod method, TimeSpan? timeout)
    {
        using var deadline = timeout is { } until ? new CancellationTokenSource(until, time) : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.RequestAborted);
        GrpcReply reply;
        try
        {
            reply = await method.Handler(new GrpcCall(context, (message, cancellation) => SendAsync(context.Response, message, cancellation)), either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            reply = GrpcReply.Failed(RpcCode.DeadlineExceeded, "the call's deadline passed");
        }
        catch (Exception e) when (context.RequestAborted.IsCancellationRequested || e is OperationCanceledException or IOException)
        {
            // The caller is gone: there is nobody to answer.
            return;
        }
        catch (Exception e)
        {
            telemetry.Report(new RequestFailed(method.Path, e));
            reply = GrpcReply.Failed(RpcCode.Internal, "the server failed on this call");
        }

        await WriteAsync(context, reply);
    }

    private static async Task WriteAsync(HttpContext context, GrpcReply reply)
    {
        var response = context.Response;
        if (reply.Message is { } message)
        {
            await SendAsync(response, message, context.RequestAborted);
        }

        if (reply.Status is not { } status)
        {
            if (!response.HasStarted)
            {
                // A stream of nothing.
                Begin(response);
                await response.StartAsync(context.RequestAborted);
            }

            response.AppendTrailer(GrpcHeaders.Status, "0");
            return;
        }

        // Trailers only, unless messages were sent before: with nothing in between, headers and trailers are one block.
        var isTrailer = response.HasStarted;
        if (!isTrailer)
        {
            Begin(response);
        }

        Write(GrpcHeaders.Status, ((int)status.Code).ToString(System.Globalization.CultureInfo.InvariantCulture));
        Write(GrpcHeaders.Message, GrpcHeaders.EscapeMessage(status.Message));
        Write(GrpcHeaders.StatusDetails, GrpcHeaders.EncodeBinary(status.ToProtobuf()));

        void Write(string name, string value)
        {
            if (isTrailer)
            {
                response.AppendTrailer(name, value);
            }
            else
            {
                response.Headers[name] = value;
            }
        }
    }

    private static async Task SendAsync(HttpResponse response, ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        if (!response.HasStarted)
        {
            Begin(response);
        }

        await response.Body.WriteAsync(GrpcFrame.Write(message.Span), cancellation);
    }

    private static void Begin(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = GrpcHeaders.ContentType;
        response.Headers[GrpcHeaders.AcceptEncoding] = Accepted;
    }
}
