namespace Clew.Load.Model;

/// <summary>A language runtime: how its telemetry calls itself and what its stack traces look like.</summary>
internal sealed record Runtime(string Language, string SdkVersion, string RuntimeName, string RuntimeVersion, string Frame, string File);

/// <summary>An exception a service throws.</summary>
internal sealed record Fault(string Type, string Message, int StatusCode);

/// <summary>One of the shop's services, as plain data.</summary>
internal sealed record Service(string Name, string Version, Runtime Runtime)
{
    /// <summary>HTTP routes served, as "METHOD /route"; empty for services spoken to by RPC only.</summary>
    public string[] Routes { get; init; } = [];

    /// <summary>Full gRPC methods served.</summary>
    public string[] Methods { get; init; } = [];

    /// <summary>Names of the services called.</summary>
    public string[] Calls { get; init; } = [];

    /// <summary>Tables of its own database; empty when it has none.</summary>
    public string[] Tables { get; init; } = [];

    /// <summary>Topics written, as "topic&gt;consuming service".</summary>
    public string[] Publishes { get; init; } = [];

    /// <summary>Functions that are spans of their own.</summary>
    public required string[] Functions { get; init; }

    public required Fault[] Faults { get; init; }
}

/// <summary>The twenty services of the shop that the generated telemetry describes.</summary>
internal static class Catalogue
{
    private static readonly Runtime DotNet = new("dotnet", "1.15.1", ".NET", "10.0.4", "   at {0} in /src/{1}:line {2}", "cs");
    private static readonly Runtime Java = new("java", "1.58.0", "OpenJDK Runtime Environment", "25.0.2+10", "\tat com.shop.{0}({1}:{2})", "java");
    private static readonly Runtime Go = new("go", "1.41.0", "go", "go1.26.1", "main.{0}\n\t/app/{1}:{2} +0x1d4", "go");
    private static readonly Runtime Node = new("nodejs", "2.4.0", "nodejs", "24.9.0", "    at {0} (/usr/src/app/dist/{1}:{2}:17)", "js");
    private static readonly Runtime Python = new("python", "1.39.1", "CPython", "3.14.2", "  File \"/app/{1}\", line {2}, in {0}", "py");

    private static readonly Fault Timeout = new("System.TimeoutException", "The operation did not complete within 5000 ms (attempt <n>)", 504);
    private static readonly Fault PoolEmpty = new("java.sql.SQLTransientConnectionException",
        "HikariPool-1 - Connection is not available, request timed out after 30<n>ms", 503);
    private static readonly Fault Refused = new("ConnectionRefusedError", "connect ECONNREFUSED 10.4.17.23:8080 (order <id>)", 502);
    private static readonly Fault Missing = new("KeyError", "no price list for item <id>", 500);
    private static readonly Fault Deadline = new("*status.Error", "rpc error: code = DeadlineExceeded desc = context deadline exceeded", 504);
    private static readonly Fault Conflict = new("Npgsql.PostgresException", "40001: could not serialize access due to concurrent update", 500);
    private static readonly Fault Declined = new("com.shop.payments.PaymentDeclinedException", "Issuer declined authorisation <id>: insufficient funds", 402);

    public static readonly Service[] Services =
    [
        new("gateway", "3.12.0", Go)
        {
            Routes = ["GET /", "GET /products/{id}", "GET /search", "GET /cart", "POST /cart/items", "POST /checkout", "GET /orders/{id}", "POST /login", "GET /reviews/{id}"],
            Calls = ["web-frontend", "mobile-bff", "auth", "search", "checkout", "orders", "cart", "catalog", "reviews"],
            Functions = ["route", "verifyToken", "rateLimit"], Faults = [Deadline],
        },
        new("web-frontend", "8.4.1", Node)
        {
            Routes = ["GET /home", "GET /product/{id}", "GET /account", "GET /basket"],
            Calls = ["catalog", "recommendations", "cart", "users", "reviews", "media"],
            Functions = ["renderPage", "fetchLayout"], Faults = [Refused],
        },
        new("mobile-bff", "5.0.3", DotNet)
        {
            Routes = ["GET /v2/feed", "GET /v2/products/{id}", "POST /v2/orders", "GET /v2/profile"],
            Calls = ["catalog", "recommendations", "orders", "users", "loyalty", "checkout"],
            Functions = ["FeedController.Compose", "ProfileController.Get"], Faults = [Timeout],
        },
        new("auth", "2.9.7", Go)
        {
            Methods = ["shop.auth.v1.Auth/Verify", "shop.auth.v1.Auth/Login"], Calls = ["users"],
            Tables = ["sessions", "tokens"], Functions = ["parseJWT", "checkSignature"], Faults = [Deadline],
        },
        new("users", "4.1.0", Java)
        {
            Methods = ["shop.users.v1.Users/Get", "shop.users.v1.Users/Update"], Tables = ["users", "addresses"],
            Functions = ["UserService.load", "UserMapper.toDto"], Faults = [PoolEmpty],
        },
        new("catalog", "11.2.4", Java)
        {
            Routes = ["GET /items", "GET /items/{id}"], Calls = ["pricing", "inventory", "media"],
            Tables = ["items", "categories", "item_attributes"], Functions = ["CatalogService.find", "ItemAssembler.assemble"], Faults = [PoolEmpty],
        },
        new("search", "1.18.2", Python)
        {
            Routes = ["GET /query"], Calls = ["catalog", "pricing"],
            Functions = ["parse_query", "rank", "expand_synonyms"], Faults = [Missing],
        },
        new("recommendations", "0.44.0", Python)
        {
            Methods = ["shop.reco.v1.Recommendations/ForUser", "shop.reco.v1.Recommendations/Similar"], Calls = ["catalog", "users"],
            Tables = ["item_vectors"], Functions = ["score_candidates", "load_model"], Faults = [Missing],
        },
        new("pricing", "6.3.9", DotNet)
        {
            Methods = ["shop.pricing.v1.Pricing/Quote", "shop.pricing.v1.Pricing/QuoteBasket"], Calls = ["loyalty"],
            Tables = ["price_lists", "promotions"], Functions = ["PromotionEngine.Apply", "TaxCalculator.Compute"], Faults = [Conflict, Timeout],
        },
        new("inventory", "7.7.1", Go)
        {
            Methods = ["shop.inventory.v1.Inventory/Check", "shop.inventory.v1.Inventory/Reserve"],
            Tables = ["stock", "reservations"], Publishes = ["stock.changed>catalog"], Functions = ["reserve", "allocateWarehouse"], Faults = [Deadline],
        },
        new("cart", "3.3.3", DotNet)
        {
            Routes = ["GET /carts/{id}", "PUT /carts/{id}/items", "DELETE /carts/{id}"], Calls = ["pricing", "inventory"],
            Functions = ["CartStore.Load", "CartStore.Save"], Faults = [Timeout],
        },
        new("checkout", "9.0.2", DotNet)
        {
            Routes = ["POST /checkouts", "GET /checkouts/{id}"], Calls = ["cart", "pricing", "payments", "inventory", "orders", "shipping", "fraud"],
            Tables = ["checkouts"], Publishes = ["checkout.completed>notifications"], Functions = ["CheckoutSaga.Run", "BasketValidator.Validate"], Faults = [Timeout, Conflict],
        },
        new("orders", "5.16.0", Java)
        {
            Routes = ["POST /orders", "GET /orders/{id}", "PATCH /orders/{id}"], Calls = ["users", "inventory", "shipping"],
            Tables = ["orders", "order_lines", "outbox"], Publishes = ["orders.created>notifications", "orders.created>loyalty"],
            Functions = ["OrderService.place", "OutboxPublisher.flush"], Faults = [PoolEmpty],
        },
        new("payments", "2.2.8", Java)
        {
            Methods = ["shop.payments.v1.Payments/Authorize", "shop.payments.v1.Payments/Capture"], Calls = ["fraud"],
            Tables = ["payments", "ledger"], Publishes = ["payments.captured>orders"], Functions = ["PaymentProcessor.authorize", "CardVault.detokenize"],
            Faults = [Declined, PoolEmpty],
        },
        new("fraud", "0.9.31", Python)
        {
            Methods = ["shop.fraud.v1.Fraud/Score"], Tables = ["rules"], Functions = ["evaluate_rules", "device_fingerprint"], Faults = [Missing],
        },
        new("shipping", "4.8.0", Node)
        {
            Routes = ["POST /quotes", "POST /shipments", "GET /shipments/{id}"], Tables = ["shipments"],
            Publishes = ["shipments.booked>notifications"], Functions = ["pickCarrier", "estimateDelivery"], Faults = [Refused],
        },
        new("notifications", "3.0.1", Node)
        {
            Routes = ["POST /notify"], Calls = ["users"], Tables = ["templates"], Functions = ["renderTemplate", "sendMail"], Faults = [Refused],
        },
        new("reviews", "1.6.6", Python)
        {
            Routes = ["GET /items/{id}/reviews", "POST /items/{id}/reviews"], Calls = ["users"], Tables = ["reviews"],
            Functions = ["aggregate_rating", "filter_profanity"], Faults = [Missing],
        },
        new("media", "2.0.0", Go)
        {
            Routes = ["GET /images/{id}", "GET /thumbnails/{id}"], Functions = ["resize", "readObject"], Faults = [Deadline],
        },
        new("loyalty", "1.1.9", DotNet)
        {
            Methods = ["shop.loyalty.v1.Loyalty/Points", "shop.loyalty.v1.Loyalty/Redeem"], Tables = ["accounts", "movements"],
            Functions = ["PointsLedger.Balance"], Faults = [Conflict],
        },
    ];

    /// <summary>Services that requests enter by, with the share of traffic.</summary>
    public static readonly (string Service, double Share)[] Entrances = [("gateway", 0.6), ("web-frontend", 0.2), ("mobile-bff", 0.2)];

    public static readonly string[] UserAgents =
    [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0",
        "ShopApp/5.2.1 (Android 16; Pixel 10)",
        "kube-probe/1.35",
    ];
}
