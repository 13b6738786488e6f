using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Shop.Services;

/// <summary>
/// Inventory's side of the database: a bounded pool of connections, and each query a client span with the conventions for databases
/// (<c>db.system.name</c>, <c>db.namespace</c>, <c>db.query.text</c>, …), the wait for a connection a span of its own.
/// </summary>
internal sealed class StockQueries : IDisposable
{
    private const int MaxConnections = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly ConnectionLeases _leases = new("stock", MaxConnections, Patience, TimeProvider.System, Telemetry.Meter);
    private readonly ConcurrentBag<Connection> _idle = [];

    /// <summary>Runs a query.</summary>
    /// <param name="operation">SELECT, …</param>
    /// <param name="table">The table.</param>
    /// <param name="sql">The statement with placeholders.</param>
    /// <param name="line">The question in the database's protocol.</param>
    /// <exception cref="StockDatabaseException">The database refused, could not be reached, or no connection became free.</exception>
    public async Task<string> QueryAsync(string operation, string table, string sql, string line, CancellationToken ct)
    {
        using var lease = await WaitAsync(ct);
        using var span = Telemetry.Source.StartActivity($"{operation} {table}", ActivityKind.Client);
        span?.SetTag("db.system.name", "other_sql");
        span?.SetTag("db.namespace", "stock");
        span?.SetTag("db.operation.name", operation);
        span?.SetTag("db.collection.name", table);
        span?.SetTag("db.query.text", sql);
        span?.SetTag("server.address", "stock-db.shop.svc.cluster.local");
        try
        {
            var connection = _idle.TryTake(out var kept) ? kept : await Connection.OpenAsync(ct);
            var answer = await connection.AskAsync(line, ct);
            _idle.Add(connection);
            return answer.StartsWith("ok ", StringComparison.Ordinal) ? answer[3..] : throw new StockDatabaseException(answer);
        }
        catch (Exception e) when (e is IOException or SocketException or StockDatabaseException)
        {
            span?.SetTag("error.type", e.GetType().FullName);
            span?.SetStatus(ActivityStatusCode.Error, e.Message);
            span?.AddException(e);
            throw e as StockDatabaseException ?? new StockDatabaseException($"connection to stock-db lost: {e.Message}");
        }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var connection))
        {
            connection.Dispose();
        }

        _leases.Dispose();
    }

    private async Task<IDisposable> WaitAsync(CancellationToken ct)
    {
        if (_leases.Used < _leases.Limit && await _leases.TakeAsync(ct) is { } free)
        {
            return free;
        }

        using var span = Telemetry.Source.StartActivity("connection_pool.wait", ActivityKind.Internal);
        span?.SetTag("pool.name", "stock");
        if (await _leases.TakeAsync(ct) is { } lease)
        {
            return lease;
        }

        var message = $"no connection to stock-db became free within {Patience.TotalMilliseconds:0} ms: {_leases.Used} of {_leases.Limit} in use";
        span?.SetStatus(ActivityStatusCode.Error, message);
        throw new StockDatabaseException(message);
    }

    private sealed class Connection(TcpClient client) : IDisposable
    {
        private readonly StreamReader _reader = new(client.GetStream(), Encoding.ASCII);

        public static async Task<Connection> OpenAsync(CancellationToken ct)
        {
            var client = new TcpClient { NoDelay = true };
            await client.ConnectAsync(IPAddress.Loopback, Workload.PortBase + StockDatabase.WirePortOffset, ct);
            return new Connection(client);
        }

        public async Task<string> AskAsync(string line, CancellationToken ct)
        {
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(line.ReplaceLineEndings(" ") + "\n"), ct);
            return await _reader.ReadLineAsync(ct) ?? throw new IOException("the connection was closed");
        }

        public void Dispose()
        {
            _reader.Dispose();
            client.Dispose();
        }
    }
}

/// <summary>What the database said in place of an answer.</summary>
internal sealed class StockDatabaseException(string message) : Exception(message);
