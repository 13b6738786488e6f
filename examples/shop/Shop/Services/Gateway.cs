using System.Diagnostics;
using System.Net;
using Shop.Dns;
using Shop.Http;

namespace Shop.Services;

/// <summary>The shop's front door: who is asking, and which service answers.</summary>
internal static partial class Gateway
{
    private static readonly ClientLimits Limits = new(Timeout: TimeSpan.FromSeconds(10), ConnectTimeout: TimeSpan.FromSeconds(2), MaxConnections: 256);

    public static void AddServices(IServiceCollection services)
    {
        foreach (var target in (string[])["auth", "orders", "inventory"])
        {
            services.AddKeyedSingleton(target, (provider, _) =>
                new ServiceClient(Workload.Find(target)!, Limits, provider.GetRequiredService<ClusterResolver>()));
        }
    }

    public static void Map(WebApplication app, Faults faults)
    {
        app.MapPost("/api/login", async (LoginRequest login, [FromKeyedServices("auth")] ServiceClient auth, CancellationToken ct) =>
        {
            var reply = await auth.PostAsync("/tokens", login, ShopJson.Default.LoginRequest, ShopJson.Default.TokenResponse, ct);
            return reply.IsSuccess ? Results.Ok(reply.Value) : Results.StatusCode((int)reply.Status);
        });
        app.MapGet("/api/products", async ([FromKeyedServices("inventory")] ServiceClient inventory, CancellationToken ct) =>
        {
            var reply = await inventory.GetAsync("/products", ShopJson.Default.ProductArray, ct);
            return reply.IsSuccess ? Results.Ok(reply.Value) : Results.StatusCode((int)reply.Status);
        });
        app.MapGet("/api/products/{sku}", async (string sku, [FromKeyedServices("inventory")] ServiceClient inventory, CancellationToken ct) =>
        {
            var reply = await inventory.GetAsync($"/products/{sku}/stock", ShopJson.Default.StockLevel, ct);
            return reply.IsSuccess ? Results.Ok(reply.Value) : Results.StatusCode((int)reply.Status);
        });
        app.MapPost("/api/checkout", CheckoutAsync);
    }

    private static async Task<IResult> CheckoutAsync(
        CheckoutRequest checkout, HttpRequest request, ILogger<Program> logger,
        [FromKeyedServices("auth")] ServiceClient auth, [FromKeyedServices("orders")] ServiceClient orders, CancellationToken ct)
    {
        var token = request.Headers.Authorization.ToString() is ['B', 'e', 'a', 'r', 'e', 'r', ' ', .. var rest] ? rest : "";
        var check = await auth.PostAsync("/tokens/check", new TokenResponse(token), ShopJson.Default.TokenResponse, ShopJson.Default.TokenCheck, ct);
        if (!check.IsSuccess)
        {
            return Results.StatusCode((int)check.Status);
        }

        var user = check.Value!.User;
        Activity.Current?.SetTag("user.id", user);
        var order = new OrderRequest(user, checkout.Sku, checkout.Quantity, checkout.Card);
        var reply = await orders.PostAsync("/orders", order, ShopJson.Default.OrderRequest, ShopJson.Default.OrderResponse, ct);
        if ((int)reply.Status >= 500)
        {
            CheckoutFailed(logger, user, (int)reply.Status);
        }

        return reply.IsSuccess
            ? Results.Ok(reply.Value)
            : Results.Problem(statusCode: (int)reply.Status, title: reply.Status == HttpStatusCode.PaymentRequired ? "Card declined" : "Checkout failed");
    }

    [LoggerMessage(LogLevel.Error, "Checkout of {UserId} failed with status {Status}")]
    private static partial void CheckoutFailed(ILogger logger, string userId, int status);
}
