using System.Globalization;
using Clew.Server.Configuration;
using Clew.Server.Ingest.Bodies;
using Clew.Server.Ingest.Grpc;
using Clew.Server.Pipeline;
using Clew.Server.Redaction;
using Clew.Server.SelfTelemetry;
using Clew.Server.SelfTelemetry.Events;
using Clew.Server.Tenancy;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Clew.Server.Ingest;

/// <summary>
/// What every door does with a request: finds it a place among those in flight, has its body read, hands it to the pipeline, and tells of
/// every refusal. The doors differ only in how a body is framed, how it is decoded and how the result is said.
/// </summary>
internal sealed class IngestReceiver(InFlight inFlight, IngestPipeline pipeline, ServerOptions options, TextRedactor redactor, TenantNames tenants, ServerTelemetry telemetry)
{
    public delegate Task<BodyResult> ReadBody(InFlight.Admission admission, CancellationToken cancellation);

    public long MaxRequestBytes => options.Limits.RequestBytes;

    /// <param name="read">Reads the body; called once there is a place for it.</param>
    /// <param name="decode">Decodes it into a batch.</param>
    /// <param name="sender">Cancelled when the sender went away or its deadline passed.</param>
    /// <exception cref="OperationCanceledException">The sender no longer waits. What was accepted may still be stored.</exception>
    public async Task<IngestResult> ReceiveAsync<TBatch>(IngestProtocol protocol, Tenant tenant, ReadBody read, DecodeBody<TBatch> decode, CancellationToken sender)
        where TBatch : TelemetryBatch, new()
    {
        var signal = IngestPipeline.SignalOf<TBatch>();
        var admission = inFlight.TryEnter();
        if (admission is null)
        {
            return Refuse(signal, protocol, RefusalReason.TooManyRequestsInFlight, string.Empty);
        }

        var handedOver = false;
        try
        {
            var body = await read(admission, sender);
            if (body.Refusal is { } refusal)
            {
                return Refuse(signal, protocol, refusal, body.Problem);
            }

            handedOver = true;
            return await pipeline.IngestAsync(protocol, tenant, body.Body!, admission, decode, sender);
        }
        catch (BadHttpRequestException e)
        {
            return Refuse(signal, protocol, e.StatusCode == StatusCodes.Status413PayloadTooLarge ? RefusalReason.TooLarge : RefusalReason.Malformed, e.Message);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            telemetry.Report(new RequestRefused(signal, protocol, RefusalReason.SenderGone, 0, "the sender did not wait for the answer"));
            throw;
        }
        finally
        {
            if (!handedOver)
            {
                admission.Dispose();
            }
        }
    }

    /// <summary>Receives the one message of a gRPC call.</summary>
    /// <exception cref="OperationCanceledException">As above.</exception>
    public Task<IngestResult> ReceiveAsync<TBatch>(GrpcCall call, IngestProtocol protocol, DecodeBody<TBatch> decode, CancellationToken cancellation)
        where TBatch : TelemetryBatch, new() => tenants.TryResolve(call.Metadata, out var tenant, out var problem)
            ? ReceiveAsync(protocol, tenant, (admission, sender) => call.ReadMessageAsync(MaxRequestBytes, admission, sender), decode, cancellation)
            : Task.FromResult(Refuse(IngestPipeline.SignalOf<TBatch>(), protocol, RefusalReason.TenantUnknown, problem));

    /// <summary>For a door that refuses a request without reading it.</summary>
    /// <param name="problem">What is wrong in particular; may be empty.</param>
    public IngestResult Refuse(Signal signal, IngestProtocol protocol, RefusalReason reason, string problem)
    {
        var limits = options.Limits;
        var (explanation, again) = reason switch
        {
            RefusalReason.TooLarge => (string.Create(CultureInfo.InvariantCulture, $"the request is larger than limits.request_bytes = {limits.RequestBytes}"), false),
            RefusalReason.TooManyBytesInFlight => (string.Create(CultureInfo.InvariantCulture, $"limits.in_flight_bytes = {limits.InFlightBytes} are waiting for the disk"), true),
            RefusalReason.TooManyRequestsInFlight => (string.Create(CultureInfo.InvariantCulture, $"limits.in_flight_requests = {limits.InFlightRequests} are waiting for the disk"), true),
            _ => (string.Empty, false),
        };
        explanation = explanation.Length == 0 ? problem : problem.Length == 0 ? explanation : $"{explanation}: {problem}";
        explanation = redactor.Redact(explanation);
        telemetry.Report(new RequestRefused(signal, protocol, reason, 0, explanation));
        return IngestResult.Refused(reason, explanation, again ? limits.RetryAfter : null);
    }
}
