using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Shop.Services;

/// <summary>
/// The database of the stock, a process of its own that speaks a line protocol over TCP and, like most databases, sends no telemetry: what is known of
/// it is known from its clients. A question is a line (<c>product SKU</c>, <c>products</c>, <c>moved SKU</c>, <c>search TEXT</c>), the answer a line that
/// begins with <c>ok</c> or <c>error</c>.
/// </summary>
internal static class StockDatabase
{
    /// <summary>Offset of the port that clients connect to; the workload's own port is for probes and fault switches.</summary>
    public const int WirePortOffset = 9;

    private const int Products = 40;

    // Enough that reading every movement takes tens of milliseconds and looking one product up takes none.
    private const int Movements = 5_000_000;

    public static void AddServices(IServiceCollection services)
    {
        services.AddSingleton<Tables>();
        services.AddHostedService<Listener>();
    }

    public static void Map(WebApplication app, Faults faults)
    {
        var tables = app.Services.GetRequiredService<Tables>();
        faults.Add("drop-index", "the index on movements(sku) is dropped; each question about them reads the whole table", fault => tables.HasIndex = !fault.IsOn);
        faults.Add(
            "table-lock", "a maintenance job takes the lock of the products table for a part of every second",
            fault => tables.Hold = TimeSpan.FromMilliseconds(fault.IsOn ? fault["hold_ms"] : 0), ("hold_ms", 800));
    }

    /// <summary>Two tables: the products, and the movements of their stock as text, with an index on the product.</summary>
    internal sealed class Tables(TimeProvider time) : IDisposable
    {
        private readonly byte[] _movements = Write();
        private readonly SemaphoreSlim _productsLock = new(1, 1);
        private readonly long[] _index = new long[Products];
        private volatile bool _indexed;
        private volatile bool _hasIndex = true;

        /// <summary>Whether movements are found by an index or by reading all of them.</summary>
        public bool HasIndex
        {
            get => _hasIndex;
            set => _hasIndex = value;
        }

        /// <summary>How long of every second somebody else has the lock of the products; zero when nobody has.</summary>
        public TimeSpan Hold { get; set; }

        /// <summary>Answers a line.</summary>
        public async ValueTask<string> AnswerAsync(string question, CancellationToken ct)
        {
            var cut = question.IndexOf(' ', StringComparison.Ordinal);
            var (verb, rest) = cut < 0 ? (question, "") : (question[..cut], question[(cut + 1)..]);
            switch (verb)
            {
                case "products":
                    await _productsLock.WaitAsync(ct);
                    _productsLock.Release();
                    return $"ok {Products}";
                case "product" when IndexOf(rest) is { } i:
                    await _productsLock.WaitAsync(ct);
                    _productsLock.Release();
                    return string.Create(CultureInfo.InvariantCulture, $"ok {i}");
                case "moved" when IndexOf(rest) is { } i:
                    return string.Create(CultureInfo.InvariantCulture, $"ok {Moved(i)}");
                case "search" when rest.Contains('\'', StringComparison.Ordinal):
                    return "error syntax error at or near \"'\"";
                case "search":
                    return string.Create(CultureInfo.InvariantCulture, $"ok {Enumerable.Range(0, Products).Count(i => SkuOf(i).Contains(rest, StringComparison.OrdinalIgnoreCase))}");
                default:
                    return $"error no such row: {question}";
            }
        }

        /// <summary>Takes and gives back the products' lock as <see cref="Hold"/> says.</summary>
        public async Task MaintainAsync(CancellationToken ct)
        {
            while (true)
            {
                var hold = Hold;
                if (hold > TimeSpan.Zero)
                {
                    await _productsLock.WaitAsync(ct);
                    try
                    {
                        await Task.Delay(hold, time, ct);
                    }
                    finally
                    {
                        _productsLock.Release();
                    }
                }

                await Task.Delay(hold > TimeSpan.Zero ? TimeSpan.FromSeconds(1) - hold : TimeSpan.FromMilliseconds(200), time, ct);
            }
        }

        /// <summary>The sum of a product's movements.</summary>
        public long Moved(int product)
        {
            if (!HasIndex)
            {
                return Scan(product, null);
            }

            if (!_indexed)
            {
                Scan(-1, _index);
                _indexed = true;
            }

            return _index[product];
        }

        // One movement a line: product, comma, quantity.
        private long Scan(int product, long[]? sums)
        {
            long sum = 0;
            var rest = _movements.AsSpan();
            while (!rest.IsEmpty)
            {
                var end = rest.IndexOf((byte)'\n');
                var line = rest[..end];
                rest = rest[(end + 1)..];
                var comma = line.IndexOf((byte)',');
                if (!System.Buffers.Text.Utf8Parser.TryParse(line[..comma], out int of, out _) || !System.Buffers.Text.Utf8Parser.TryParse(line[(comma + 1)..], out int quantity, out _))
                {
                    continue;
                }

                if (sums is not null)
                {
                    sums[of] += quantity;
                }
                else if (of == product)
                {
                    sum += quantity;
                }
            }

            return sum;
        }

        private static byte[] Write()
        {
            var text = new StringBuilder(Movements * 5);
            for (var i = 0; i < Movements; i++)
            {
                text.Append(CultureInfo.InvariantCulture, $"{i % Products},{1 + (i % 7)}\n");
            }

            return Encoding.ASCII.GetBytes(text.ToString());
        }

        public void Dispose() => _productsLock.Dispose();

        private static string SkuOf(int i) => string.Create(CultureInfo.InvariantCulture, $"sku-{i:D3}");

        private static int? IndexOf(string sku) =>
            sku.StartsWith("sku-", StringComparison.Ordinal) && int.TryParse(sku.AsSpan(4), CultureInfo.InvariantCulture, out var i) && i is >= 0 and < Products ? i : null;
    }

    private sealed class Listener(Tables tables) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            tables.Moved(0);
            var listener = new TcpListener(IPAddress.Loopback, Workload.PortBase + WirePortOffset);
            listener.Start();
            try
            {
                var maintenance = tables.MaintainAsync(stoppingToken);
                while (!stoppingToken.IsCancellationRequested)
                {
                    _ = ServeAsync(await listener.AcceptTcpClientAsync(stoppingToken), stoppingToken);
                }

                await maintenance;
            }
            finally
            {
                listener.Stop();
            }
        }

        private async Task ServeAsync(TcpClient client, CancellationToken ct)
        {
            using (client)
            {
                client.NoDelay = true;
                try
                {
                    await using var stream = client.GetStream();
                    using var reader = new StreamReader(stream, Encoding.ASCII);
                    while (await reader.ReadLineAsync(ct) is { } question)
                    {
                        // The question runs on the pool, as a back end of its own would.
                        var answer = await Task.Run(() => tables.AnswerAsync(question, ct).AsTask(), ct);
                        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer + "\n"), ct);
                    }
                }
                catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
                {
                    // The client went away, or this process does.
                }
            }
        }
    }
}
