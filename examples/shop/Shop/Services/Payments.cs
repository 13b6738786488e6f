using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Shop.Dns;
using Shop.Http;

namespace Shop.Services;

/// <summary>
/// Charges cards at an external provider. The provider closes each connection after its answer, as acquirers' gateways often do, and its name
/// has a time to live of zero: every attempt resolves the name and connects anew.
/// </summary>
internal static partial class Payments
{
    private const int MaxConnections = 24;

    // Some fifty times what they usually take.
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(1.5);

    private static readonly TimeSpan LeasePatience = TimeSpan.FromMilliseconds(250);

    public static void AddServices(IServiceCollection services)
    {
        services.AddSingleton(provider => new ConnectionLeases(
            "cardpay", MaxConnections, LeasePatience, provider.GetRequiredService<TimeProvider>(), Telemetry.Meter));
        services.AddSingleton(new RetryPolicy(MaxRetries: 3, FirstPause: TimeSpan.FromMilliseconds(100)));
        services.AddSingleton<Cashier>();
    }

    public static void Map(WebApplication app, Faults faults)
    {
        var connections = app.Services.GetRequiredService<ConnectionLeases>();
        faults.Add("connection-leak", "connections to the provider are taken and never given back", fault => connections.Leaks = fault.IsOn);
        var cashier = app.Services.GetRequiredService<Cashier>();
        faults.Add("wrong-host", "the configuration names a provider's host that does not exist", fault => cashier.ProviderHost = fault.IsOn ? "api.cardpay.exampel" : Workload.ProviderHost);
        faults.Add("egress-denied", "a network policy refuses connections to the outside", fault => cashier.EgressIsDenied = fault.IsOn);
        faults.Add("region-route", "charges of one region go to an acquirer that refuses them", fault => cashier.RefusedRegion = fault.IsOn ? "eu-south" : "");
        faults.Add("skip-capture", "charges are answered as paid and the provider is never asked", fault => cashier.SkipsProvider = fault.IsOn);
        app.MapPost("/charges", (ChargeRequest charge, Cashier cashier, CancellationToken ct) => cashier.ChargeAsync(charge, ct));
    }

    internal sealed class Cashier : IDisposable
    {
        private readonly ILogger<Cashier> _logger;
        private readonly ConnectionLeases _connections;
        private readonly RetryPolicy _retry;
        private readonly TimeProvider _time;
        private readonly HttpClient _provider;

        /// <summary>The host that charges are sent to.</summary>
        public string ProviderHost { get; set; } = Workload.ProviderHost;

        /// <summary>Whether no connection to the outside is made.</summary>
        public bool EgressIsDenied { get; set; }

        /// <summary>The region whose charges are refused; empty for none.</summary>
        public string RefusedRegion { get; set; } = "";

        /// <summary>Whether charges are answered without asking the provider.</summary>
        public bool SkipsProvider { get; set; }

        public Cashier(ILogger<Cashier> logger, ConnectionLeases connections, RetryPolicy retry, ClusterResolver resolver, TimeProvider time)
        {
            _logger = logger;
            _connections = connections;
            _retry = retry;
            _time = time;
            _provider = ClusterHttp.Create(
                Workload.Find("payment-api")!.Address, new ClientLimits(Timeout.InfiniteTimeSpan, ConnectTimeout, connections.Limit), resolver);
        }

        public async Task<IResult> ChargeAsync(ChargeRequest charge, CancellationToken ct)
        {
            var span = Activity.Current;
            span?.SetTag("order.id", charge.OrderId);
            span?.SetTag("payment.amount_cents", charge.AmountCents);
            span?.SetTag("client.geo.region", charge.Region);
            if (SkipsProvider)
            {
                return Results.Ok(new ChargeResponse("ch_" + charge.OrderId, "succeeded"));
            }

            if (RefusedRegion.Length > 0 && charge.Region == RefusedRegion)
            {
                NoAcquirer(_logger, charge.OrderId, charge.Region);
                span?.SetTag("error.type", "no_acquirer");
                return Results.Problem(statusCode: StatusCodes.Status502BadGateway, title: "The acquirer of the region refuses charges");
            }

            using var connection = await _connections.TakeAsync(ct);
            if (connection is null)
            {
                PoolExhausted(_logger, charge.OrderId, _connections.Used, _connections.Limit, LeasePatience.TotalMilliseconds);
                return Results.Problem(statusCode: StatusCodes.Status503ServiceUnavailable, title: "No connection to the payment provider is free");
            }

            Charging(_logger, charge.OrderId, charge.AmountCents);
            for (var retry = 1; ; retry++)
            {
                var (status, value, error) = await AttemptAsync(charge, ct);
                if (!RetryPolicy.IsTransient(status))
                {
                    return value is not null ? Results.Ok(value) : Results.StatusCode((int)status!);
                }

                if (_retry.PauseBefore(retry) is not { } pause)
                {
                    GaveUp(_logger, charge.OrderId, _retry.MaxRetries, error);
                    span?.SetTag("error.type", "retries_exhausted");
                    return Results.Problem(statusCode: StatusCodes.Status504GatewayTimeout, title: "The payment provider could not be reached");
                }

                Retrying(_logger, charge.OrderId, retry, _retry.MaxRetries, pause.TotalMilliseconds, error);
                span?.SetCustomProperty(Telemetry.ResendCount, retry);
                await Task.Delay(pause, _time, ct);
            }
        }

        public void Dispose() => _provider.Dispose();

        // Status null: no answer, and the error says why.
        private async Task<(HttpStatusCode? Status, ChargeResponse? Value, string Error)> AttemptAsync(ChargeRequest charge, CancellationToken ct)
        {
            using var limit = new CancellationTokenSource(AttemptTimeout, _time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://{ProviderHost}:{(EgressIsDenied ? Workload.PortBase + Workload.NearUpstreamOffset : Workload.Find("payment-api")!.Port)}/v1/charges")) { Content = JsonContent.Create(charge, ShopJson.Default.ChargeRequest) };
            request.Headers.Add("Idempotency-Key", charge.OrderId + "_charge");
            try
            {
                using var response = await _provider.SendAsync(request, both.Token);
                var value = response.IsSuccessStatusCode
                    ? await response.Content.ReadFromJsonAsync(ShopJson.Default.ChargeResponse, both.Token)
                    : null;
                return (response.StatusCode, value, $"status {(int)response.StatusCode}");
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested)
            {
                return (null, null, $"no answer within {AttemptTimeout.TotalMilliseconds:0} ms");
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !ct.IsCancellationRequested)
            {
                // Whether the time ran out or the name's server failed first: either way there was no connection.
                return (null, null, e.GetBaseException() is SocketException socket
                    ? $"connection failed: {socket.SocketErrorCode}"
                    : $"connection timeout after {ConnectTimeout.TotalMilliseconds:0} ms");
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "Charge of order {OrderId} refused: acquirer of region {Region} does not accept the merchant id")]
    private static partial void NoAcquirer(ILogger logger, string orderId, string region);

    [LoggerMessage(LogLevel.Information, "Charging {AmountCents} cents for order {OrderId}")]
    private static partial void Charging(ILogger logger, string orderId, int amountCents);

    [LoggerMessage(LogLevel.Warning, "Charge of order {OrderId} failed, retry {Attempt} of {MaxAttempts} in {PauseMs} ms: {Error}")]
    private static partial void Retrying(ILogger logger, string orderId, int attempt, int maxAttempts, double pauseMs, string error);

    [LoggerMessage(LogLevel.Error, "Charge of order {OrderId} failed after {MaxAttempts} retries: {Error}")]
    private static partial void GaveUp(ILogger logger, string orderId, int maxAttempts, string error);

    [LoggerMessage(LogLevel.Error, "Connection pool exhausted, charge of order {OrderId} refused: {Used} of {Limit} connections in use, waited {WaitMs} ms")]
    private static partial void PoolExhausted(ILogger logger, string orderId, int used, int limit, double waitMs);
}
