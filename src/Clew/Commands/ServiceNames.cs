using System.CommandLine.Completions;
using System.Text.Json;
using Clew.Server.Api.Contracts;

namespace Clew.Cli.Commands;

/// <summary>Offers the names of the services the server knows when a shell completes one; nothing when it does not answer quickly.</summary>
internal static class ServiceNames
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(700);

    public static IEnumerable<CompletionItem> Complete(CompletionContext context)
    {
        try
        {
            using var http = new HttpClient { Timeout = Patience };
            var url = context.ParseResult.GetValue(ClientOptions.Url)?.ToString().TrimEnd('/') ?? ClientOptions.DefaultUrl;
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{url}/api/services");
            using var response = http.Send(request);
            using var body = response.Content.ReadAsStream();
            return JsonSerializer.Deserialize(body, ApiJson.Default.ServiceList)?.Services.Select(service => new CompletionItem(service.Name)).ToList() ?? [];
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or JsonException or IOException or InvalidOperationException)
        {
            // A shell that completes has no place for an error.
            return [];
        }
    }
}
