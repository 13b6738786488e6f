using System.Text.Json;
using System.Text.Json.Serialization;

namespace Shop;

internal sealed record LoginRequest(string User, string Password = LoginRequest.CustomersPassword)
{
    /// <summary>What every customer of this shop thinks is a secret.</summary>
    public const string CustomersPassword = "ariadne";
}

internal sealed record TokenResponse(string Token);

internal sealed record TokenCheck(string User);

internal sealed record Product(string Sku, string Name, int PriceCents);

internal sealed record StockLevel(string Sku, int Available);

internal sealed record SearchResult(int Found);

internal sealed record CheckoutRequest(string Sku, int Quantity, string Card);

internal sealed record OrderRequest(string User, string Sku, int Quantity, string Card, string Tenant = "", string Region = "");

internal sealed record OrderResponse(string OrderId, string Status, int AmountCents);

internal sealed record ReservationRequest(string OrderId, string Sku, int Quantity, string Tenant = "");

internal sealed record ReservationResponse(string OrderId, int AmountCents);

internal sealed record ChargeRequest(string OrderId, int AmountCents, string Currency, string Card, string Region = "");

internal sealed record ChargeResponse(string ChargeId, string Status);

internal sealed record NotificationRequest(string OrderId, string User, string Template);

internal sealed record ProviderStatus(string Status, DateTimeOffset Time, IReadOnlyDictionary<string, string> Components);

/// <summary>What the load generator reports once a second.</summary>
internal sealed record LoadReport(
    int Second, int Checkouts, int Ok, int Declined, int Status500, int Status503, int OtherFailures, int Browsing, double P50Ms, double P95Ms);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(LoginRequest))]
[JsonSerializable(typeof(TokenResponse))]
[JsonSerializable(typeof(TokenCheck))]
[JsonSerializable(typeof(Product[]))]
[JsonSerializable(typeof(StockLevel))]
[JsonSerializable(typeof(SearchResult))]
[JsonSerializable(typeof(CheckoutRequest))]
[JsonSerializable(typeof(OrderRequest))]
[JsonSerializable(typeof(OrderResponse))]
[JsonSerializable(typeof(ReservationRequest))]
[JsonSerializable(typeof(ReservationResponse))]
[JsonSerializable(typeof(ChargeRequest))]
[JsonSerializable(typeof(ChargeResponse))]
[JsonSerializable(typeof(NotificationRequest))]
[JsonSerializable(typeof(ProviderStatus))]
[JsonSerializable(typeof(LoadReport))]
[JsonSerializable(typeof(FaultState[]))]
internal sealed partial class ShopJson : JsonSerializerContext;
