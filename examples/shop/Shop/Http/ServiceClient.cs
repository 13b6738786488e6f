using System.Net;
using System.Text.Json.Serialization.Metadata;
using Shop.Dns;

namespace Shop.Http;

/// <summary>The answer of another service: its status, and its body when the status is a success.</summary>
internal readonly record struct Reply<T>(HttpStatusCode Status, T? Value)
{
    public bool IsSuccess => (int)Status is >= 200 and < 300;
}

/// <summary>Calls another service of the shop with JSON. An unreachable or late service is an answer too: 503 or 504.</summary>
internal sealed class ServiceClient(Workload target, ClientLimits limits, ClusterResolver resolver) : IDisposable
{
    private readonly HttpClient _http = ClusterHttp.Create(target.Address, limits, resolver);

    public string Service => target.Service;

    public Task<Reply<TAnswer>> PostAsync<TQuestion, TAnswer>(
        string path, TQuestion question, JsonTypeInfo<TQuestion> questionType, JsonTypeInfo<TAnswer> answerType, CancellationToken cancellationToken) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(question, questionType) }, answerType, cancellationToken);

    public Task<Reply<TAnswer>> GetAsync<TAnswer>(string path, JsonTypeInfo<TAnswer> answerType, CancellationToken cancellationToken) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, path), answerType, cancellationToken);

    public async Task<HttpStatusCode> DeleteAsync(string path, CancellationToken cancellationToken) =>
        (await SendAsync<object>(new HttpRequestMessage(HttpMethod.Delete, path), answerType: null, cancellationToken)).Status;

    public void Dispose() => _http.Dispose();

    private async Task<Reply<TAnswer>> SendAsync<TAnswer>(
        HttpRequestMessage request, JsonTypeInfo<TAnswer>? answerType, CancellationToken cancellationToken)
    {
        using (request)
        {
            try
            {
                using var response = await _http.SendAsync(request, cancellationToken);
                var hasValue = response.IsSuccessStatusCode && answerType is not null && response.StatusCode != HttpStatusCode.NoContent;
                return new(response.StatusCode, hasValue ? await response.Content.ReadFromJsonAsync(answerType!, cancellationToken) : default);
            }
            catch (HttpRequestException)
            {
                return new(HttpStatusCode.ServiceUnavailable, default);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return new(HttpStatusCode.GatewayTimeout, default);
            }
        }
    }
}
