using System.Globalization;
using System.Text.Json;
using Clew.Protocols.Values;
using Clew.Server.Api;
using Clew.Server.Api.Contracts;
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

namespace Clew.Server.Changes;

/// <summary><c>POST /api/changes</c> takes one change or a list of them; <c>GET /api/changes</c> lists them.</summary>
internal sealed class ChangeEndpoints : IEndpointModule
{
    /// <summary>Changes in one request. More are refused with 400; send them in parts.</summary>
    private const int MaxChanges = 1_000;

    /// <summary>Characters of one member. A longer one is refused with 400: a change is a pointer, not an archive.</summary>
    private const int MaxLength = 64 << 10;

    private const string Source = "api";

    public static IReadOnlyList<ApiParameter> ListParameters { get; } = [KnownParameters.Start, KnownParameters.End, KnownParameters.Since];

    public void AddServices(IServiceCollection services, ServerOptions options)
    {
    }

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapIntake("/api/changes", "addChanges", "Record what was changed", [], AddAsync)
            .Accepts<ChangeDocument>(isOptional: true, "application/json", "*/*")
            .Produces<ChangesAccepted>(StatusCodes.Status201Created)
            .Refuses(StatusCodes.Status413PayloadTooLarge);
        endpoints.MapQuestion<ChangeList>("/api/changes", "listChanges", "What was changed, oldest first", ListParameters, ListAsync);
    }

    private static async Task<IResult?> ListAsync(Asking asking)
    {
        var range = asking.Query.Range(asking.Clock) ?? TimeRange.All;
        if (asking.Query.Errors.Count > 0)
        {
            return null;
        }

        var changes = await asking.Store.GetChangesAsync(asking.Tenant, range, asking.Cancellation);
        return Results.Json(
            new ChangeList([.. changes.Select(c => new ChangeEntry(c.Id, c.Time, c.Kind, c.Service, c.Summary, c.Version, c.Author, c.Link, c.Attributes))]),
            ChangeJson.Default.ChangeList);
    }

    private static Task<IResult?> AddAsync(Asking asking) =>
        RecordIngest.ReceiveAsync(asking, Source, RecordLimits.ChangeBytes, "change_bytes", async body =>
            JsonBody.ParseList(asking, body, ChangeJson.Default.ChangeDocumentArray) is { } documents ? await StoreAsync(asking, documents) : null);

    private static async Task<IResult?> StoreAsync(Asking asking, ChangeDocument[] documents)
    {
        if (documents.Length is 0 or > MaxChanges)
        {
            asking.Query.Refuse("body", null, string.Create(CultureInfo.InvariantCulture, $"1 to {MaxChanges} changes"));
            return null;
        }

        var records = new List<ChangeRecord>(documents.Length);
        for (var i = 0; i < documents.Length; i++)
        {
            if (Read(asking, documents[i], documents.Length == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"[{i}].")) is { } record)
            {
                records.Add(record);
            }
        }

        if (asking.Query.Errors.Count > 0)
        {
            return null;
        }

        // The answer names them as they are stored.
        var services = asking.Http.RequestServices;
        var redactor = services.GetRequiredService<TextRedactor>();
        await services.GetRequiredService<ITelemetryWriter>().WriteAsync(asking.Tenant, records, asking.Cancellation);
        services.GetRequiredService<ServerTelemetry>().Report(new RecordsStored(Source, "change", records.Count));
        return Results.Json(new ChangesAccepted([.. records.Select(change => redactor.Redact(change.Id))]), ChangeJson.Default.ChangesAccepted, statusCode: StatusCodes.Status201Created);
    }

    private static ChangeRecord? Read(Asking asking, ChangeDocument change, string path)
    {
        var errors = asking.Query.Errors.Count;
        var other = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in change.Other ?? [])
        {
            if (key == "attributes" && value.ValueKind == JsonValueKind.Object)
            {
                foreach (var member in value.EnumerateObject())
                {
                    other[member.Name] = Text(member.Value);
                }
            }
            else
            {
                other[key] = Text(value);
            }
        }

        if (!string.IsNullOrEmpty(change.Diff))
        {
            other["diff"] = asking.Http.RequestServices.GetRequiredService<TextCut>().Cut("diff", change.Diff, MaxLength);
        }

        var summary = change.Summary ?? Take(other, "title");
        var service = change.Service ?? Take(other, "target") ?? string.Empty;
        if (string.IsNullOrWhiteSpace(change.Kind))
        {
            asking.Query.Refuse(path + "kind", change.Kind, "what kind of change it is: deploy, config, flag, migration, infrastructure, …");
        }

        if (string.IsNullOrWhiteSpace(summary))
        {
            asking.Query.Refuse(path + "summary", summary, "what was changed, in one line");
        }

        var time = asking.Now;
        if (change.Time is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } sent && !TimestampText.TryParse(Text(sent), out time))
        {
            asking.Query.Refuse(path + "time", Text(sent), TimestampText.Expected);
        }

        foreach (var (name, text) in other.Concat([new("id", change.Id ?? ""), new("summary", summary ?? ""), new("service", service), new("version", change.Version ?? ""), new("author", change.Author ?? ""), new("link", change.Link ?? "")]))
        {
            if (text.Length > MaxLength && name != "diff")
            {
                asking.Query.Refuse(path + name, null, string.Create(CultureInfo.InvariantCulture, $"at most {MaxLength} characters"));
            }
        }

        return asking.Query.Errors.Count > errors ? null : new ChangeRecord(
            string.IsNullOrEmpty(change.Id) ? Guid.CreateVersion7(asking.Clock.GetUtcNow()).ToString("N") : change.Id,
            time, change.Kind!, service, summary!, change.Version ?? "", change.Author ?? "", change.Link ?? "", other);
    }

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static string? Take(Dictionary<string, string> other, string key) => other.Remove(key, out var text) ? text : null;
}
