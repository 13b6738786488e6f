using System.Collections.Concurrent;
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
        var similar = faults.Add("similar-products", "the flag is on that shows similar products: each product page asks for so many others", null, ("products", 12));
        var stale = faults.Add("stale-cache", "product pages come from a cache that nothing invalidates any more");
        var version = faults.Add("strict-clients", "checkouts of the app's version 7.2 cannot be read");
        var kept = new ConcurrentDictionary<string, StockLevel>(StringComparer.Ordinal);
        app.Use((context, next) =>
        {
            // Who asks, from which part of the world and with which app, as the edge proxy knows it.
            var span = Activity.Current;
            foreach (var (header, attribute) in Callers)
            {
                if (context.Request.Headers[header].ToString() is { Length: > 0 } value)
                {
                    span?.SetTag(attribute, value);
                }
            }

            if (context.Request.QueryString.HasValue)
            {
                span?.SetTag("url.query", context.Request.QueryString.Value![1..]);
            }

            return next(context);
        });
        app.MapGet("/api/search", async (string q, [FromKeyedServices("inventory")] ServiceClient inventory, CancellationToken ct) =>
        {
            var reply = await inventory.GetAsync($"/search?q={Uri.EscapeDataString(q)}", ShopJson.Default.SearchResult, ct);
            return reply.IsSuccess ? Results.Ok(reply.Value) : Results.StatusCode((int)reply.Status);
        });
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
            if (stale.IsOn && kept.TryGetValue(sku, out var old))
            {
                return Results.Ok(old);
            }

            var reply = await inventory.GetAsync($"/products/{sku}/stock", ShopJson.Default.StockLevel, ct);
            if (reply.Value is { } fresh)
            {
                kept[sku] = fresh;
            }

            for (var i = 0; similar.IsOn && i < (int)similar["products"]; i++)
            {
                await inventory.GetAsync($"/products/sku-{i:D3}/stock", ShopJson.Default.StockLevel, ct);
            }

            return reply.IsSuccess ? Results.Ok(reply.Value) : Results.StatusCode((int)reply.Status);
        });
        app.MapPost("/api/checkout", (CheckoutRequest checkout, HttpRequest request, ILogger<Program> logger,
            [FromKeyedServices("auth")] ServiceClient auth, [FromKeyedServices("orders")] ServiceClient orders, CancellationToken ct) =>
            version.IsOn && request.Headers["X-App-Version"] == "7.2"
                ? throw new FormatException("Field 'quantity' is a string where a number is expected")
                : CheckoutAsync(checkout, request, logger, auth, orders, ct));
    }

    private static readonly (string Header, string Attribute)[] Callers =
        [("X-Tenant", "tenant.id"), ("X-Region", "client.geo.region"), ("X-App-Version", "app.version"), ("X-Forwarded-For", "client.address")];

    private static async Task<IResult> CheckoutAsync(
        CheckoutRequest checkout, HttpRequest request, ILogger<Program> logger, ServiceClient auth, ServiceClient orders, CancellationToken ct)
    {
        var token = request.Headers.Authorization.ToString() is ['B', 'e', 'a', 'r', 'e', 'r', ' ', .. var rest] ? rest : "";
        var check = await auth.PostAsync("/tokens/check", new TokenResponse(token), ShopJson.Default.TokenResponse, ShopJson.Default.TokenCheck, ct);
        if (!check.IsSuccess)
        {
            return Results.StatusCode((int)check.Status);
        }

        var user = check.Value!.User;
        Activity.Current?.SetTag("user.id", user);
        var order = new OrderRequest(
            user, checkout.Sku, checkout.Quantity, checkout.Card, request.Headers["X-Tenant"].ToString(), request.Headers["X-Region"].ToString());
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
