using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using Shop.Dns;
using Shop.Http;

namespace Shop.Services;

/// <summary>Takes an order through its steps: reserve the goods, charge the card, tell the customer; gives the goods back when charging fails.</summary>
internal static partial class Orders
{
    private static readonly ClientLimits Limits = new(Timeout: TimeSpan.FromSeconds(8), ConnectTimeout: TimeSpan.FromSeconds(2), MaxConnections: 256);

    public static void AddServices(IServiceCollection services)
    {
        foreach (var target in (string[])["inventory", "payments", "notifications"])
        {
            services.AddKeyedSingleton(target, (provider, _) =>
                new ServiceClient(Workload.Find(target)!, Limits, provider.GetRequiredService<ClusterResolver>()));
        }

        services.AddKeyedSingleton("payments-second", (provider, _) =>
            new ServiceClient(Workload.Find("payments")!.Second, Limits, provider.GetRequiredService<ClusterResolver>()));
        services.AddSingleton<Journal>();
        services.AddSingleton<OrderDesk>();
    }

    public static void Map(WebApplication app, Faults faults)
    {
        var desk = app.Services.GetRequiredService<OrderDesk>();
        var journal = app.Services.GetRequiredService<Journal>();
        faults.Add("second-payments", "a share of the charges goes to the second process of payments", fault => desk.ShareOfSecond = fault.IsOn ? fault["share"] : 0, ("share", 0.3));
        faults.Add("short-timeout", "calls of payments may take so long only", fault => desk.PaymentTimeout = fault.IsOn ? TimeSpan.FromMilliseconds(fault["ms"]) : null, ("ms", 12));
        faults.Add("eager-retries", "a failed reservation is tried again at once, so many times", fault => desk.Retries = fault.IsOn ? (int)fault["times"] : 0, ("times", 6));
        faults.Add("breaker", "a circuit breaker stands before payments: five failures in a row open it for five seconds", fault => desk.Breaker = fault.IsOn ? new CircuitBreaker(TimeProvider.System) : null);
        faults.Add("disk-full", "the journal's volume is filled up", fault => journal.Fill(fault.IsOn));
        app.MapPost("/orders", (OrderRequest order, OrderDesk desk, CancellationToken ct) => desk.PlaceAsync(order, ct));
    }

    internal sealed class OrderDesk(
        ILogger<OrderDesk> logger, [FromKeyedServices("inventory")] ServiceClient inventory,
        [FromKeyedServices("payments")] ServiceClient payments,
        [FromKeyedServices("payments-second")] ServiceClient secondPayments,
        [FromKeyedServices("notifications")] ServiceClient notifications, Journal journal, TimeProvider time)
    {
        /// <summary>Share of charges that go to the second process of payments.</summary>
        public double ShareOfSecond { get; set; }

        /// <summary>How long a charge may take; null for the client's own limit.</summary>
        public TimeSpan? PaymentTimeout { get; set; }

        /// <summary>How often a failed reservation is tried again.</summary>
        public int Retries { get; set; }

        /// <summary>What stands before payments; null for nothing.</summary>
        public CircuitBreaker? Breaker { get; set; }

        private static readonly TimeSpan ConfirmationPause = TimeSpan.FromMilliseconds(500);

        public async Task<IResult> PlaceAsync(OrderRequest order, CancellationToken ct)
        {
            var id = "ord_" + RandomNumberGenerator.GetHexString(12, lowercase: true);
            Activity.Current?.SetTag("order.id", id);
            Activity.Current?.SetTag("user.id", order.User);

            Activity.Current?.SetTag("tenant.id", order.Tenant);
            var reservation = await ReserveAsync(id, order, ct);
            for (var retry = 1; retry <= Retries && (int)reservation.Status >= 500; retry++)
            {
                Activity.Current?.SetCustomProperty(Telemetry.ResendCount, retry);
                reservation = await ReserveAsync(id, order, ct);
            }

            Activity.Current?.SetCustomProperty(Telemetry.ResendCount, null);
            if (!reservation.IsSuccess)
            {
                ReservationFailed(logger, id, order.Sku, (int)reservation.Status);
                return Results.StatusCode((int)reservation.Status is var s and < 500 ? (int)reservation.Status : 500);
            }

            var amount = reservation.Value!.AmountCents;
            var charge = await ChargeAsync(new ChargeRequest(id, amount, "EUR", order.Card, order.Region), ct);
            if (!charge.IsSuccess)
            {
                await inventory.DeleteAsync($"/reservations/{id}", ct);
                return ChargeFailed(id, charge.Status);
            }

            try
            {
                await journal.AppendAsync($"{id} {order.User} {order.Sku} {amount}", ct);
            }
            catch (IOException e)
            {
                JournalFailed(logger, id, Journal.Path, e.Message);
                throw;
            }

            var told = await ConfirmAsync(id, order.User, ct);
            if (told == HttpStatusCode.ServiceUnavailable)
            {
                // A rollout closes the door for a moment.
                await Task.Delay(ConfirmationPause, time, ct);
                told = await ConfirmAsync(id, order.User, ct);
            }

            if ((int)told >= 300)
            {
                // The customer has paid; a confirmation that did not go out is no reason to fail the order.
                ConfirmationFailed(logger, id, (int)told);
            }

            Placed(logger, id, amount);
            return Results.Ok(new OrderResponse(id, "placed", amount));
        }

        private Task<Reply<ReservationResponse>> ReserveAsync(string id, OrderRequest order, CancellationToken ct) => inventory.PostAsync(
            "/reservations", new ReservationRequest(id, order.Sku, order.Quantity, order.Tenant),
            ShopJson.Default.ReservationRequest, ShopJson.Default.ReservationResponse, ct);

        private async Task<Reply<ChargeResponse>> ChargeAsync(ChargeRequest charge, CancellationToken ct)
        {
            if (Breaker is { } breaker && !breaker.Allows())
            {
                Activity.Current?.AddEvent(new ActivityEvent("circuit_breaker.rejected", tags: new() { ["circuit_breaker.state"] = "open" }));
                BreakerIsOpen(logger, charge.OrderId);
                return new(HttpStatusCode.ServiceUnavailable, default);
            }

            var target = ShareOfSecond > 0 && RandomNumberGenerator.GetInt32(1000) < ShareOfSecond * 1000 ? secondPayments : payments;
            using var limit = new CancellationTokenSource(PaymentTimeout ?? Timeout.InfiniteTimeSpan, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
            Reply<ChargeResponse> reply;
            try
            {
                reply = await target.PostAsync("/charges", charge, ShopJson.Default.ChargeRequest, ShopJson.Default.ChargeResponse, both.Token);
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested)
            {
                TimedOut(logger, charge.OrderId, (int)PaymentTimeout!.Value.TotalMilliseconds);
                reply = new(HttpStatusCode.GatewayTimeout, default);
            }

            if (Breaker?.Record((int)reply.Status < 500) is { } change)
            {
                BreakerChanged(logger, change.From, change.To);
                Activity.Current?.AddEvent(new ActivityEvent("circuit_breaker.state_change", tags: new() { ["circuit_breaker.from"] = change.From, ["circuit_breaker.to"] = change.To }));
            }

            return reply;
        }

        private async Task<HttpStatusCode> ConfirmAsync(string id, string user, CancellationToken ct) => (await notifications.PostAsync(
            "/notifications", new NotificationRequest(id, user, "order-confirmed"), ShopJson.Default.NotificationRequest,
            ShopJson.Default.OrderResponse, ct)).Status;

        private IResult ChargeFailed(string id, HttpStatusCode status)
        {
            switch (status)
            {
                case HttpStatusCode.PaymentRequired:
                    Declined(logger, id);
                    return Results.StatusCode(StatusCodes.Status402PaymentRequired);
                case HttpStatusCode.ServiceUnavailable:
                    PaymentsUnavailable(logger, id);
                    return Results.Problem(statusCode: StatusCodes.Status503ServiceUnavailable, title: "Payments are unavailable");
                default:
                    ChargeLost(logger, id, (int)status);
                    return Results.Problem(statusCode: StatusCodes.Status500InternalServerError, title: "The charge failed");
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "Order {OrderId}: writing {Path} failed: {Error}")]
    private static partial void JournalFailed(ILogger logger, string orderId, string path, string error);

    [LoggerMessage(LogLevel.Warning, "Circuit breaker of payments went from {From} to {To}")]
    private static partial void BreakerChanged(ILogger logger, string from, string to);

    [LoggerMessage(LogLevel.Warning, "Order {OrderId}: circuit breaker of payments is open, not called")]
    private static partial void BreakerIsOpen(ILogger logger, string orderId);

    [LoggerMessage(LogLevel.Error, "Order {OrderId}: payments did not answer within {TimeoutMs} ms")]
    private static partial void TimedOut(ILogger logger, string orderId, int timeoutMs);

    [LoggerMessage(LogLevel.Information, "Order {OrderId} placed for {AmountCents} cents")]
    private static partial void Placed(ILogger logger, string orderId, int amountCents);

    [LoggerMessage(LogLevel.Warning, "Order {OrderId}: reserving {Sku} failed with status {Status}")]
    private static partial void ReservationFailed(ILogger logger, string orderId, string sku, int status);

    [LoggerMessage(LogLevel.Information, "Order {OrderId}: card declined")]
    private static partial void Declined(ILogger logger, string orderId);

    [LoggerMessage(LogLevel.Error, "Order {OrderId}: payments unavailable, checkout refused")]
    private static partial void PaymentsUnavailable(ILogger logger, string orderId);

    [LoggerMessage(LogLevel.Error, "Order {OrderId}: charge failed with status {Status}")]
    private static partial void ChargeLost(ILogger logger, string orderId, int status);

    [LoggerMessage(LogLevel.Warning, "Order {OrderId}: confirmation not sent, notifications answered {Status}")]
    private static partial void ConfirmationFailed(ILogger logger, string orderId, int status);
}
