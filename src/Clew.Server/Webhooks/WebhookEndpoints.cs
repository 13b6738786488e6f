using System.Text.Json;
using System.Text.Json.Serialization;
using Clew.Protocols.Values;
using Clew.Protocols.Webhooks;
using Clew.Server.Api;
using Clew.Server.Api.Parameters;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Server.Records;
using Clew.Server.Redaction;
using Clew.Server.SelfTelemetry;
using Clew.Server.SelfTelemetry.Events;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Webhooks;

/// <summary>
/// <c>POST /api/webhooks/…</c>: changes and alerts from the systems that make them. In order: the body is read within its limit, the proof is checked
/// on its bytes, only then it is parsed, and what was stored before is not stored again.
/// </summary>
internal sealed class WebhookEndpoints : IEndpointModule
{
    private static readonly ApiParameter Mapping = new("mapping", "Name of the mapping in the file webhooks.mappings.", "spinnaker");

    public void AddServices(IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton<WebhookSettings>();
        services.AddSingleton(new RememberedDeliveries(RecordLimits.Deliveries));
    }

    public void Map(IEndpointRouteBuilder endpoints)
    {
        foreach (var source in WebhookSource.Known)
        {
            Map(endpoints, source.Name, [], asking => TakeAsync(asking, source));
        }

        Map(endpoints, WebhookSource.Generic, [Mapping], TakeMappedAsync);
    }

    private static void Map(IEndpointRouteBuilder endpoints, string name, IReadOnlyList<ApiParameter> parameters, Func<Asking, Task<IResult?>> take) =>
        endpoints.MapIntake($"/api/webhooks/{name}", $"{name}Webhook", $"Webhook of {name}", parameters, take)
            .Accepts<object>(isOptional: true, "application/json", "*/*")
            .Produces<WebhookAccepted>()
            .Refuses(StatusCodes.Status401Unauthorized, StatusCodes.Status413PayloadTooLarge);

    private static async Task<IResult?> TakeMappedAsync(Asking asking)
    {
        var mappings = asking.Http.RequestServices.GetRequiredService<WebhookSettings>().Mappings;
        var name = asking.Query.Text(Mapping) ?? "";
        if (!mappings.TryGetValue(name, out var mapping))
        {
            asking.Query.Refuse(Mapping.Name, name.Length == 0 ? null : name, mappings.Count == 0 ? "a mapping in the file webhooks.mappings; there is none" : string.Join(" or ", mappings.Keys));
        }

        if (asking.Query.Errors.Count > 0)
        {
            RecordIngest.Refused(asking.Http, WebhookSource.Generic, "unknown_mapping", name);
            return null;
        }

        return await TakeAsync(asking, new WebhookSource(
            WebhookSource.Generic, WebhookProof.SignatureOrBearer, (request, _) => WebhookSource.Header(request, "Idempotency-Key"), (_, root, batch) => mapping!.Read(root, batch)));
    }

    private static Task<IResult?> TakeAsync(Asking asking, WebhookSource source) =>
        RecordIngest.ReceiveAsync(asking, source.Name, RecordLimits.WebhookBytes, "webhook_bytes", async body =>
        {
            var http = asking.Http;
            if (await RefusalAsync(http, source, body, asking.Cancellation) is { } refusal)
            {
                return refusal;
            }

            JsonDocument document;
            try
            {
                document = JsonDocument.Parse(PayloadOf(http.Request, body), new JsonDocumentOptions { MaxDepth = WebhookLimits.Default.MaxDepth });
            }
            catch (JsonException wrong)
            {
                RecordIngest.Refused(http, source.Name, "malformed", wrong.Message);
                return Problems.Malformed(http, $"The body is not JSON: {wrong.Message} Set the webhook's content type to application/json.");
            }

            using (document)
            {
                return await StoreAsync(asking, source, document.RootElement);
            }
        });

    /// <summary>The JSON of a body: the body itself, or the field <c>payload</c> of a form, GitHub's default content type. What is signed is the form.</summary>
    private static ReadOnlyMemory<byte> PayloadOf(HttpRequest request, ReadOnlyMemory<byte> body)
    {
        if (!request.HasFormContentType || !"payload="u8.SequenceEqual(body.Span[..Math.Min(body.Length, "payload=".Length)]))
        {
            return body;
        }

        var field = body.Span["payload=".Length..];
        var end = field.IndexOf((byte)'&');
        return System.Net.WebUtility.UrlDecodeToBytes((end < 0 ? field : field[..end]).ToArray(), 0, end < 0 ? field.Length : end);
    }

    /// <summary>Null when the delivery may be read.</summary>
    private static async Task<IResult?> RefusalAsync(HttpContext http, WebhookSource source, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        var settings = http.RequestServices.GetRequiredService<WebhookSettings>();
        if (await settings.SecretAsync(source.Name, cancellation) is not { } secret)
        {
            if (settings.TakesUnsigned(source.Name))
            {
                return null;
            }

            RecordIngest.Refused(http, source.Name, "no_secret", "no secret is configured");
            return Problems.Unauthorized(
                http, $"No secret is configured for {source.Name}. Put it into the file {source.Name} in the folder webhooks.secrets, or name {source.Name} in webhooks.unsigned to take everything.");
        }

        if (source.Verify.Holds(http.Request, body.Span, secret))
        {
            return null;
        }

        RecordIngest.Refused(http, source.Name, "not_proved", source.Verify.Expected);
        return Problems.Unauthorized(http, $"The delivery does not prove that it comes from {source.Name}; expected {source.Verify.Expected}.");
    }

    private static async Task<IResult?> StoreAsync(Asking asking, WebhookSource source, JsonElement root)
    {
        var http = asking.Http;
        var services = http.RequestServices;
        var telemetry = services.GetRequiredService<ServerTelemetry>();
        var deliveries = services.GetRequiredService<RememberedDeliveries>();
        var batch = new WebhookBatch(WebhookLimits.Default, asking.Now, services.GetRequiredService<TextCut>());
        string delivery;
        try
        {
            delivery = source.DeliveryOf(http.Request, root);
            if (delivery.Length > 0 && deliveries.Contains(source.Name, delivery))
            {
                telemetry.Report(new RecordsDropped(source.Name, "replayed", 1));
                return Results.Json(new WebhookAccepted(0, 0, 0, true, null), WebhookJson.Default.WebhookAccepted);
            }

            source.Read(http.Request, root, batch);
        }
        catch (InvalidOperationException)
        {
            RecordIngest.Refused(http, source.Name, "malformed", "a text that is no Unicode");
            return Problems.Malformed(http, "A text of the body is no Unicode.");
        }

        await RecordStore.WriteAsync(asking, source.Name, batch);
        if (delivery is { Length: > 0 and <= RecordLimits.ValueLength })
        {
            deliveries.Remember(source.Name, delivery);
        }

        return Results.Json(WebhookAccepted.Of(batch, services.GetRequiredService<TextRedactor>()), WebhookJson.Default.WebhookAccepted);
    }
}

/// <summary>Stores what was read of a delivery, and counts it.</summary>
internal static class RecordStore
{
    public static async Task WriteAsync(Asking asking, string source, WebhookBatch batch)
    {
        var services = asking.Http.RequestServices;
        var writer = services.GetRequiredService<ITelemetryWriter>();
        var telemetry = services.GetRequiredService<ServerTelemetry>();
        await writer.WriteAsync(asking.Tenant, batch.Changes, asking.Cancellation);
        await writer.WriteAsync(asking.Tenant, batch.Alerts, asking.Cancellation);
        telemetry.Report(new RecordsStored(source, "change", batch.Changes.Count));
        telemetry.Report(new RecordsStored(source, "alert", batch.Alerts.Count));
        foreach (var (reason, count) in batch.Issues)
        {
            telemetry.Report(new RecordsDropped(source, Word(reason), count));
        }
    }

    /// <summary>The reason without what a sender wrote into it: a label has few values.</summary>
    private static string Word(string reason) => reason.IndexOf(": ", StringComparison.Ordinal) is > 0 and var end ? reason[..end] : reason;
}

/// <summary>Answer to a webhook and to <c>POST /api/alerts</c>.</summary>
/// <param name="Changes">Changes stored.</param>
/// <param name="Alerts">Alerts stored.</param>
/// <param name="Rejected">Parts of the delivery that were left out.</param>
/// <param name="Replayed">The same delivery was stored before; nothing was stored now.</param>
/// <param name="Problems">Why something was left out; counts in brackets. Absent when nothing was.</param>
public sealed record WebhookAccepted(int Changes, int Alerts, int Rejected, bool Replayed, IReadOnlyList<string>? Problems)
{
    internal static WebhookAccepted Of(WebhookBatch batch, TextRedactor redactor) => new(
        batch.Changes.Count, batch.Alerts.Count, batch.Issues.Values.Sum(), false, batch.Issues.Count == 0 ? null : [.. batch.Issues.Select(issue => $"{redactor.Redact(issue.Key)} ({issue.Value})")]);
}

/// <summary>JSON of webhooks.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WebhookAccepted))]
public sealed partial class WebhookJson : JsonSerializerContext;
