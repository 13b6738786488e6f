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

        services.AddSingleton<OrderDesk>();
    }

    public static void Map(WebApplication app, Faults faults) =>
        app.MapPost("/orders", (OrderRequest order, OrderDesk desk, CancellationToken ct) => desk.PlaceAsync(order, ct));

    internal sealed class OrderDesk(
        ILogger<OrderDesk> logger, [FromKeyedServices("inventory")] ServiceClient inventory,
        [FromKeyedServices("payments")] ServiceClient payments,
        [FromKeyedServices("notifications")] ServiceClient notifications, TimeProvider time)
    {
        private static readonly TimeSpan ConfirmationPause = TimeSpan.FromMilliseconds(500);

        public async Task<IResult> PlaceAsync(OrderRequest order, CancellationToken ct)
        {
            var id = "ord_" + RandomNumberGenerator.GetHexString(12, lowercase: true);
            Activity.Current?.SetTag("order.id", id);
            Activity.Current?.SetTag("user.id", order.User);

            var reservation = await inventory.PostAsync(
                "/reservations", new ReservationRequest(id, order.Sku, order.Quantity),
                ShopJson.Default.ReservationRequest, ShopJson.Default.ReservationResponse, ct);
            if (!reservation.IsSuccess)
            {
                ReservationFailed(logger, id, order.Sku, (int)reservation.Status);
                return Results.StatusCode((int)reservation.Status is var s and < 500 ? (int)reservation.Status : 500);
            }

            var amount = reservation.Value!.AmountCents;
            var charge = await payments.PostAsync(
                "/charges", new ChargeRequest(id, amount, "EUR", order.Card), ShopJson.Default.ChargeRequest, ShopJson.Default.ChargeResponse, ct);
            if (!charge.IsSuccess)
            {
                await inventory.DeleteAsync($"/reservations/{id}", ct);
                return ChargeFailed(id, charge.Status);
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
