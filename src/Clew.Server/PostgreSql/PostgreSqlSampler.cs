using System.Globalization;
using System.Text;
using System.Text.Json;
using Clew.Server.Configuration;
using Clew.Telemetry;
using Npgsql;

namespace Clew.Server.PostgreSql;

/// <summary>
/// Looks at one PostgreSQL server over one connection that is opened when it is needed and kept. Reads only: the session's transactions are
/// read-only and its statements time out. Works with PostgreSQL 10 and newer; the role needs <c>pg_monitor</c> to see other roles' statements.
/// </summary>
internal sealed class PostgreSqlSampler : IAsyncDisposable
{
    /// <summary>Characters of one statement's text. Longer ones are cut: the beginning says what it is.</summary>
    private const int QueryLength = 8_192;

    /// <summary>Sessions told of in one sample. A pile-up of thousands looks the same.</summary>
    private const int MaxSessions = 100;

    /// <summary>Statements looked at in one sample, twice the default of pg_stat_statements.max.</summary>
    private const int MaxStatements = 10_000;

    /// <summary>Bytes that PostgreSQL keeps of an application's name (NAMEDATALEN - 1).</summary>
    private const int NameBytes = 63;

    private readonly NpgsqlDataSource _source;
    private readonly PostgreSqlOptions _options;
    private readonly TimeProvider _time;

    public PostgreSqlSampler(PostgreSqlTarget target, PostgreSqlOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        var seconds = Math.Max(1, (int)Math.Ceiling(options.Timeout.TotalSeconds));
        var connection = new NpgsqlConnectionStringBuilder(target.Connection.ConnectionString)
        {
            ApplicationName = "clew",
            MinPoolSize = 0,
            MaxPoolSize = 1,
            Timeout = seconds,
            CommandTimeout = seconds,
        };
        _source = new NpgsqlDataSourceBuilder(connection.ConnectionString).Build();
    }

    /// <exception cref="NpgsqlException">The server cannot be reached or refuses to answer.</exception>
    /// <exception cref="OperationCanceledException">The server of ours stops.</exception>
    public async Task<PostgreSqlSample> SampleAsync(CancellationToken cancellation)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellation);
        await RunAsync(connection, string.Create(CultureInfo.InvariantCulture, $"SET default_transaction_read_only = on; SET statement_timeout = {(int)_options.Timeout.TotalMilliseconds}"), cancellation);
        var time = Timestamp.FromDateTimeOffset(_time.GetUtcNow());
        var (version, maxConnections, started, queryBytes) = (await ReadAsync(
            connection,
            "SELECT current_setting('server_version'), current_setting('max_connections')::int, pg_postmaster_start_time(), (SELECT setting::int - 1 FROM pg_settings WHERE name = 'track_activity_query_size')",
            row => (row.GetString(0), row.GetInt32(1), row.GetFieldValue<DateTimeOffset>(2), row.GetInt32(3)),
            cancellation))[0];
        return new PostgreSqlSample(
            time,
            Timestamp.FromDateTimeOffset(started),
            version,
            maxConnections,
            await DatabasesAsync(connection, cancellation),
            await ConnectionsAsync(connection, cancellation),
            await LocksAsync(connection, cancellation),
            await SessionsAsync(connection, queryBytes, cancellation),
            await StatementsAsync(connection, cancellation));
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static Task<List<DatabaseCounters>> DatabasesAsync(NpgsqlConnection connection, CancellationToken cancellation) => ReadAsync(
        connection,
        """
        SELECT datname, xact_commit, xact_rollback, blks_read, blks_hit, tup_returned, tup_fetched, tup_inserted, tup_updated, tup_deleted,
               conflicts, temp_files, temp_bytes, deadlocks,
               CASE WHEN has_database_privilege(datname, 'CONNECT') THEN pg_database_size(datid) END
        FROM pg_stat_database JOIN pg_database USING (datname)
        WHERE NOT datistemplate
        ORDER BY datname
        """,
        row => new DatabaseCounters(
            row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6), row.GetInt64(7),
            row.GetInt64(8), row.GetInt64(9), row.GetInt64(10), row.GetInt64(11), row.GetInt64(12), row.GetInt64(13), row.IsDBNull(14) ? null : row.GetInt64(14)),
        cancellation);

    private static Task<List<ConnectionCount>> ConnectionsAsync(NpgsqlConnection connection, CancellationToken cancellation) => ReadAsync(
        connection,
        """
        SELECT coalesce(datname, ''), coalesce(state, 'unknown'), CASE WHEN state = 'active' THEN coalesce(wait_event_type, '') ELSE '' END, count(*)
        FROM pg_stat_activity
        WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
        GROUP BY 1, 2, 3
        ORDER BY 1, 2, 3
        """,
        row => new ConnectionCount(row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3)),
        cancellation);

    private static Task<List<LockCount>> LocksAsync(NpgsqlConnection connection, CancellationToken cancellation) => ReadAsync(
        connection,
        "SELECT locktype, mode, granted, count(*) FROM pg_locks WHERE pid <> pg_backend_pid() GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        row => new LockCount(row.GetString(0), row.GetString(1), row.GetBoolean(2), row.GetInt64(3)),
        cancellation);

    /// <param name="queryBytes">That PostgreSQL keeps of the statement of a session.</param>
    private Task<List<SessionState>> SessionsAsync(NpgsqlConnection connection, int queryBytes, CancellationToken cancellation) => ReadAsync(
        connection,
        $"""
        WITH sessions AS MATERIALIZED
        (
            SELECT *, pg_blocking_pids(pid) AS blocked_by, now() - CASE WHEN state = 'active' THEN query_start ELSE state_change END AS lasted
            FROM pg_stat_activity
            WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
        ),
        blockers AS (SELECT DISTINCT unnest(blocked_by) AS pid FROM sessions)
        SELECT pid, coalesce(datname, ''), coalesce(usename, ''), coalesce(application_name, ''), coalesce(host(client_addr), ''), coalesce(state, 'unknown'),
               coalesce(wait_event_type, ''), coalesce(wait_event, ''), coalesce(extract(epoch FROM lasted), 0)::float8,
               coalesce(extract(epoch FROM now() - xact_start), 0)::float8, blocked_by, pid IN (SELECT pid FROM blockers), left(coalesce(query, ''), {QueryLength})
        FROM sessions
        WHERE cardinality(blocked_by) > 0 OR pid IN (SELECT pid FROM blockers)
           OR (lasted >= make_interval(secs => $1) AND (state = 'active' OR state LIKE 'idle in transaction%'))
        ORDER BY lasted DESC NULLS LAST, pid
        LIMIT {MaxSessions}
        """,
        row => new SessionState(
            row.GetInt32(0), row.GetString(1), row.GetString(2), WholeWords(row.GetString(3), NameBytes), row.GetString(4), row.GetString(5), row.GetString(6), row.GetString(7),
            row.GetDouble(8), row.GetDouble(9), row.GetFieldValue<int[]>(10), row.GetBoolean(11), WholeWords(row.GetString(12), queryBytes)),
        cancellation,
        _options.LongRunning.TotalSeconds);

    /// <summary>Read as JSON, because the extension has renamed its columns from version to version.</summary>
    private async Task<IReadOnlyDictionary<StatementKey, StatementCounters>?> StatementsAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var schemas = await ReadAsync(
            connection,
            "SELECT quote_ident(nspname) FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = 'pg_stat_statements'",
            row => row.GetString(0),
            cancellation);
        if (schemas is not [var schema] || _options.Statements == 0)
        {
            return null;
        }

        var rows = await ReadAsync(
            connection,
            $"""
            SELECT (to_jsonb(s) - 'query')::text, left(s.query, {QueryLength}), coalesce(d.datname, ''), coalesce(r.rolname, '')
            FROM {schema}.pg_stat_statements s LEFT JOIN pg_database d ON d.oid = s.dbid LEFT JOIN pg_roles r ON r.oid = s.userid
            WHERE s.queryid IS NOT NULL
            ORDER BY s.calls DESC
            LIMIT {MaxStatements}
            """,
            row => (Counters: row.GetString(0), Query: row.IsDBNull(1) ? string.Empty : WholeWords(row.GetString(1), int.MaxValue), Database: row.GetString(2), User: row.GetString(3)),
            cancellation);
        var statements = new Dictionary<StatementKey, StatementCounters>();
        foreach (var (json, query, database, user) in rows)
        {
            using var document = JsonDocument.Parse(json);
            var fields = document.RootElement;
            var key = new StatementKey(database, user, (long)Number(fields, "queryid"), !fields.TryGetProperty("toplevel", out var top) || top.ValueKind != JsonValueKind.False);
            statements[key] = new StatementCounters(
                query,
                (long)Number(fields, "calls"),
                (double)Number(fields, "total_exec_time", "total_time"),
                (long)Number(fields, "rows"),
                (long)Number(fields, "shared_blks_hit"),
                (long)Number(fields, "shared_blks_read"),
                (long)Number(fields, "temp_blks_written"),
                (double)(Number(fields, "shared_blk_read_time", "blk_read_time") + Number(fields, "shared_blk_write_time", "blk_write_time")));
        }

        return statements;
    }

    /// <summary>
    /// A text that was cut, by us or by PostgreSQL itself, without the word that was cut: half of a key, or a password without the sign behind it, would not be
    /// known as a secret any more. A text that was not cut stays.
    /// </summary>
    /// <param name="bytes">That PostgreSQL keeps of it; a character that does not fit whole is left out, so that up to three may be missing.</param>
    private static string WholeWords(string text, int bytes)
    {
        if (text.Length < QueryLength && Encoding.UTF8.GetByteCount(text) <= bytes - 4)
        {
            return text;
        }

        return string.Concat(text.AsSpan(0, text.AsSpan().LastIndexOfAny(" \t\r\n") + 1), "…");
    }

    /// <summary>The first of these columns that is there; 0 for none. Decimal, since query ids use all 64 bits.</summary>
    private static decimal Number(JsonElement fields, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (fields.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number))
            {
                return number;
            }
        }

        return 0;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<List<T>> ReadAsync<T>(NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellation, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        }

        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}
