using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Shop.Services;

/// <summary>The catalogue and the stock: what there is, and what is set aside for which order.</summary>
internal static partial class Inventory
{
    public static void AddServices(IServiceCollection services) => services.AddSingleton<Warehouse>().AddSingleton<StockQueries>();

    public static void Map(WebApplication app, Faults faults)
    {
        var warehouse = app.Services.GetRequiredService<Warehouse>();
        faults.Add(
            "corrupt-stock", "a share of the stock records loses its quantity; reading one throws",
            fault => warehouse.Corrupt(fault.IsOn ? fault["share"] : 0), ("share", 0.3));
        faults.Add(
            "lock-contention", "each reservation keeps the warehouse's lock for longer; the others queue behind it",
            fault => warehouse.HoldLock = TimeSpan.FromMilliseconds(fault.IsOn ? fault["hold_ms"] : 0), ("hold_ms", 80));

        var oneByOne = faults.Add("n-plus-one", "the list of products asks the database for each product by itself");
        var empty = faults.Add("empty-catalogue", "the list of products is empty, and that is no error");
        var shard = faults.Add("tenant-shard", "the shard of one tenant cannot be written");
        app.MapGet("/products", async (StockQueries database, CancellationToken ct) =>
        {
            if (empty.IsOn)
            {
                return [];
            }

            await database.QueryAsync("SELECT", "products", "SELECT sku, name, price FROM products", "products", ct);
            foreach (var product in oneByOne.IsOn ? warehouse.Catalogue : [])
            {
                await database.QueryAsync("SELECT", "products", "SELECT name, price FROM products WHERE sku = $1", "product " + product.Sku, ct);
            }

            return warehouse.Catalogue;
        });
        app.MapGet("/products/{sku}/stock", async (string sku, StockQueries database, CancellationToken ct) =>
        {
            if (warehouse.Stock(sku) is not { } stock)
            {
                return Results.NotFound();
            }

            await database.QueryAsync("SELECT", "movements", "SELECT sum(quantity) FROM movements WHERE sku = $1", "moved " + sku, ct);
            return Results.Ok(stock);
        });
        app.MapGet("/search", async (string q, StockQueries database, ILogger<Program> logger, CancellationToken ct) =>
        {
            try
            {
                var found = await database.QueryAsync("SELECT", "products", "SELECT count(*) FROM products WHERE name LIKE '%' || $1 || '%'", "search " + q, ct);
                return Results.Ok(new SearchResult(int.Parse(found, CultureInfo.InvariantCulture)));
            }
            catch (StockDatabaseException e)
            {
                SearchFailed(logger, q, e.Message);
                return Results.StatusCode(StatusCodes.Status500InternalServerError);
            }
        });
        app.MapPost("/reservations", async (ReservationRequest request, StockQueries database, ILogger<Program> logger, CancellationToken ct) =>
        {
            Activity.Current?.SetTag("tenant.id", request.Tenant);
            if (shard.IsOn && request.Tenant == "tenant_c")
            {
                throw new InvalidOperationException("Shard tenant_c is read-only: replica lag above limit");
            }

            await database.QueryAsync("SELECT", "products", "SELECT name, price FROM products WHERE sku = $1", "product " + request.Sku, ct);
            Activity.Current?.SetTag("order.id", request.OrderId);
            Activity.Current?.SetTag("product.sku", request.Sku);
            if (await warehouse.ReserveAsync(request, ct) is { } reserved)
            {
                Reserved(logger, request.Quantity, request.Sku, request.OrderId);
                return Results.Ok(reserved);
            }

            OutOfStock(logger, request.Sku, request.OrderId);
            return Results.Conflict();
        });
        app.MapDelete("/reservations/{orderId}", async (string orderId, ILogger<Program> logger, CancellationToken ct) =>
        {
            if (!await warehouse.ReleaseAsync(orderId, ct))
            {
                return Results.NotFound();
            }

            Released(logger, orderId);
            return Results.NoContent();
        });
    }

    internal sealed class Warehouse(TimeProvider time) : IDisposable
    {
        private const int Products = 40;
        private const int InitialStock = 400;
        private const int Restock = 400;

        private readonly SemaphoreSlim _lock = new(1, 1);
        private readonly ConcurrentDictionary<string, ReservationRequest> _reservations = new(StringComparer.Ordinal);
        private readonly int?[] _stock = [.. Enumerable.Repeat<int?>(InitialStock, Products)];

        public Product[] Catalogue { get; } =
            [.. Enumerable.Range(0, Products).Select(i => new Product(SkuOf(i), $"Product {i}", 499 + (i * 250)))];

        public TimeSpan HoldLock { get; set; }

        public StockLevel? Stock(string sku) => IndexOf(sku) is { } i ? new StockLevel(sku, Quantity(i)) : null;

        /// <summary>Sets goods aside; null when there are not enough.</summary>
        public async Task<ReservationResponse?> ReserveAsync(ReservationRequest request, CancellationToken ct)
        {
            if (IndexOf(request.Sku) is not { } i)
            {
                return null;
            }

            await _lock.WaitAsync(ct);
            try
            {
                if (HoldLock > TimeSpan.Zero)
                {
                    await Task.Delay(HoldLock, time, ct);
                }

                if (Quantity(i) < request.Quantity)
                {
                    _stock[i] = Quantity(i) + Restock;
                    return null;
                }

                _stock[i] -= request.Quantity;
                _reservations[request.OrderId] = request;
                return new ReservationResponse(request.OrderId, Catalogue[i].PriceCents * request.Quantity);
            }
            finally
            {
                _lock.Release();
            }
        }

        /// <summary>Gives goods back; false when nothing was set aside for the order.</summary>
        public async Task<bool> ReleaseAsync(string orderId, CancellationToken ct)
        {
            await _lock.WaitAsync(ct);
            try
            {
                if (!_reservations.TryRemove(orderId, out var reservation) || IndexOf(reservation.Sku) is not { } i)
                {
                    return false;
                }

                _stock[i] += reservation.Quantity;
                return true;
            }
            finally
            {
                _lock.Release();
            }
        }

        public void Corrupt(double share)
        {
            for (var i = 0; i < Products; i++)
            {
                _stock[i] = i < share * Products ? null : _stock[i] ?? InitialStock;
            }
        }

        public void Dispose() => _lock.Dispose();

        private int Quantity(int i) => _stock[i] ?? throw new InvalidOperationException($"Stock record of {SkuOf(i)} has no quantity");

        private static string SkuOf(int i) => string.Create(CultureInfo.InvariantCulture, $"sku-{i:D3}");

        private static int? IndexOf(string sku) =>
            sku.StartsWith("sku-", StringComparison.Ordinal) && int.TryParse(sku.AsSpan(4), CultureInfo.InvariantCulture, out var i) && i is >= 0 and < Products ? i : null;
    }

    [LoggerMessage(LogLevel.Error, "Search for {Text} failed: {Error}")]
    private static partial void SearchFailed(ILogger logger, string text, string error);

    [LoggerMessage(LogLevel.Information, "Reserved {Quantity} of {Sku} for order {OrderId}")]
    private static partial void Reserved(ILogger logger, int quantity, string sku, string orderId);

    [LoggerMessage(LogLevel.Information, "Released the reservation of order {OrderId}")]
    private static partial void Released(ILogger logger, string orderId);

    [LoggerMessage(LogLevel.Warning, "Not enough {Sku} for order {OrderId}, restocking")]
    private static partial void OutOfStock(ILogger logger, string sku, string orderId);
}
