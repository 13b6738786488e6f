using System.Globalization;
using Clew.Telemetry;

namespace Clew.Server.PostgreSql;

/// <summary>
/// A sample as telemetry. Metrics carry the names of the OpenTelemetry Collector's postgresqlreceiver; statements and sessions are its log events
/// <c>db.server.top_query</c> and <c>db.server.query_sample</c>.
/// </summary>
internal sealed class SampleRecords(PostgreSqlTarget target)
{
    private const string ScopeName = "clew/postgresql";

    public void WriteMetrics(PostgreSqlSample sample, MetricBatch batch)
    {
        var write = new GaugeAndSumWriter(batch, Resource(batch, sample.Version), Scope(batch), sample.Time, sample.StartedAt);
        write.Gauge("postgresql.up", "1", "1 when the server answered.", 1);
        write.Gauge("postgresql.connection.max", "{connections}", "Connections the server allows.", sample.MaxConnections);
        foreach (var database in sample.Databases)
        {
            var name = ("postgresql.database.name", database.Name);
            write.Sum("postgresql.commits", "1", "Transactions committed.", database.Commits, name);
            write.Sum("postgresql.rollbacks", "1", "Transactions rolled back.", database.Rollbacks, name);
            write.Sum("postgresql.deadlocks", "{deadlock}", "Deadlocks.", database.Deadlocks, name);
            write.Sum("postgresql.conflicts", "{conflict}", "Queries cancelled for recovery.", database.Conflicts, name);
            write.Sum("postgresql.temp_files", "{temp_file}", "Temporary files, written when work_mem does not suffice.", database.TempFiles, name);
            write.Sum("postgresql.temp.io", "By", "Bytes written to temporary files.", database.TempBytes, name);
            write.Sum("postgresql.blks_read", "{block}", "Blocks read from disk.", database.BlocksRead, name);
            write.Sum("postgresql.blks_hit", "{block}", "Blocks found in the buffer cache.", database.BlocksHit, name);
            write.Sum("postgresql.tup_returned", "{row}", "Rows read by scans.", database.RowsReturned, name);
            write.Sum("postgresql.tup_fetched", "{row}", "Rows fetched by index scans.", database.RowsFetched, name);
            write.Sum("postgresql.tup_inserted", "{row}", "Rows inserted.", database.RowsInserted, name);
            write.Sum("postgresql.tup_updated", "{row}", "Rows updated.", database.RowsUpdated, name);
            write.Sum("postgresql.tup_deleted", "{row}", "Rows deleted.", database.RowsDeleted, name);
            if (database.SizeBytes is { } size)
            {
                write.Gauge("postgresql.db_size", "By", "Disk space of the database.", size, name);
            }

            write.Gauge(
                "postgresql.backends",
                "1",
                "Client connections.",
                sample.Connections.Where(connection => connection.Database == database.Name).Sum(connection => connection.Count),
                name);
        }

        foreach (var connection in sample.Connections)
        {
            write.Gauge(
                "postgresql.connections",
                "{connections}",
                "Client connections by what they do and, while active, what they wait for.",
                connection.Count,
                ("postgresql.database.name", connection.Database),
                ("postgresql.state", connection.State),
                ("postgresql.wait_event_type", connection.WaitEventType));
        }

        foreach (var held in sample.Locks)
        {
            write.Gauge("postgresql.locks", "{lock}", "Locks held or waited for.", held.Count, ("lock_type", held.Type), ("mode", held.Mode), ("granted", held.Granted ? "true" : "false"));
        }

        write.Gauge("postgresql.sessions.blocked", "{session}", "Sessions that wait for a lock another one holds.", sample.Sessions.Count(session => session.BlockedBy.Count > 0));
        write.Gauge("postgresql.transaction.longest", "s", "Age of the oldest transaction among the sessions told of.", sample.Sessions.Select(session => session.TransactionSeconds).DefaultIfEmpty().Max());
    }

    /// <summary>A server that did not answer.</summary>
    public void WriteDown(Timestamp time, MetricBatch batch) =>
        new GaugeAndSumWriter(batch, Resource(batch, version: null), Scope(batch), time, default).Gauge("postgresql.up", "1", "1 when the server answered.", 0);

    /// <param name="before">The sample before, without which there is nothing to say of statements.</param>
    /// <param name="statements">At most so many, those that took most time since then.</param>
    public void WriteEvents(PostgreSqlSample sample, PostgreSqlSample? before, int statements, LogBatch batch)
    {
        var resource = Resource(batch, sample.Version);
        var scope = Scope(batch);
        foreach (var session in sample.Sessions)
        {
            batch.Times.Add(sample.Time.UnixNanoseconds);
            Text(batch, "db.system.name", "postgresql");
            Text(batch, "db.namespace", session.Database);
            Text(batch, "db.query.text", session.Query);
            Text(batch, "user.name", session.User);
            Text(batch, "client.address", session.Client);
            Text(batch, "postgresql.application_name", session.Application);
            Text(batch, "postgresql.state", session.State);
            Text(batch, "postgresql.wait_event_type", session.WaitEventType);
            Text(batch, "postgresql.wait_event", session.WaitEvent);
            Int(batch, "postgresql.pid", session.Pid);
            Text(batch, "postgresql.blocked_by", string.Join(',', session.BlockedBy.Select(pid => pid.ToString(CultureInfo.InvariantCulture))));
            Double(batch, "postgresql.statement_seconds", session.StatementSeconds);
            Double(batch, "postgresql.transaction_seconds", session.TransactionSeconds);
            End(batch, "db.server.query_sample", Severity(session), Describe(session), resource, scope);
        }

        if (before?.Statements is not { } earlier || sample.Statements is not { } now)
        {
            return;
        }

        var seconds = (sample.Time.UnixNanoseconds - before.Time.UnixNanoseconds) / 1e9;
        var top = now
            .Select(statement => (statement.Key, Added: statement.Value.Since(earlier.GetValueOrDefault(statement.Key))))
            .Where(statement => statement.Added.Calls > 0)
            .OrderByDescending(statement => statement.Added.TotalMilliseconds)
            .ThenBy(statement => statement.Key.QueryId)
            .Take(statements);
        foreach (var (key, added) in top)
        {
            batch.Times.Add(sample.Time.UnixNanoseconds);
            Text(batch, "db.system.name", "postgresql");
            Text(batch, "db.namespace", key.Database);
            Text(batch, "db.query.text", added.Query);
            Text(batch, "user.name", key.User);
            Text(batch, "postgresql.queryid", key.QueryId.ToString(CultureInfo.InvariantCulture));
            Int(batch, "postgresql.calls", added.Calls);
            Double(batch, "postgresql.total_exec_time", added.TotalMilliseconds);
            Double(batch, "postgresql.mean_exec_time", added.TotalMilliseconds / added.Calls);
            Double(batch, "postgresql.io_time", added.IoMilliseconds);
            Int(batch, "postgresql.rows", added.Rows);
            Int(batch, "postgresql.shared_blks_hit", added.SharedBlocksHit);
            Int(batch, "postgresql.shared_blks_read", added.SharedBlocksRead);
            Int(batch, "postgresql.temp_blks_written", added.TempBlocksWritten);
            End(
                batch,
                "db.server.top_query",
                9,
                string.Create(CultureInfo.InvariantCulture, $"Statement {key.QueryId} ran {added.Calls} times in {seconds:0.#} s and took {added.TotalMilliseconds:0.#} ms, {added.TotalMilliseconds / added.Calls:0.###} ms each"),
                resource,
                scope);
        }
    }

    /// <summary>OTLP's severity numbers: waiting for somebody is a warning, the rest is information.</summary>
    private static byte Severity(SessionState session) => session.BlockedBy.Count > 0 || session.BlocksOthers ? (byte)13 : (byte)9;

    private static string Describe(SessionState session)
    {
        var doing = session switch
        {
            { BlockedBy.Count: > 0 } => $"has waited {Seconds(session.StatementSeconds)} for {session.WaitEventType} {session.WaitEvent}, blocked by {string.Join(", ", session.BlockedBy)}",
            { BlocksOthers: true } => $"keeps others waiting; it is {session.State} for {Seconds(session.StatementSeconds)}, its transaction open for {Seconds(session.TransactionSeconds)}",
            { State: "active" } => $"has worked {Seconds(session.StatementSeconds)} on one statement",
            _ => $"is {session.State} for {Seconds(session.StatementSeconds)}",
        };
        return string.Create(CultureInfo.InvariantCulture, $"Session {session.Pid} of {session.User} {doing}");
    }

    private static string Seconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s");

    private int Resource(TelemetryBatch batch, string? version)
    {
        void Add(string key, AttributeType type, TextRef value) => batch.Resources.Attributes.Add(batch.Dictionary.Add(key), type, value);
        Add("service.name", AttributeType.String, batch.Arena.Add(target.Name));
        Add("db.system.name", AttributeType.String, batch.Arena.Add("postgresql"));
        Add("server.address", AttributeType.String, batch.Arena.Add(target.Connection.Host!));
        Add("server.port", AttributeType.Int, batch.Arena.Add((long)target.Connection.Port));
        if (version is not null)
        {
            Add("service.version", AttributeType.String, batch.Arena.Add(version));
        }

        return batch.Resources.End(TextRef.Empty, 0);
    }

    private static int Scope(TelemetryBatch batch) => batch.Scopes.End(batch.Dictionary.Add(ScopeName), batch.Dictionary.Add(string.Empty), TextRef.Empty, 0);

    /// <summary>An empty text is left out.</summary>
    private static void Text(LogBatch batch, string key, string value)
    {
        if (value.Length > 0)
        {
            batch.Attributes.Add(batch.Dictionary.Add(key), AttributeType.String, batch.Arena.Add(value));
        }
    }

    private static void Int(LogBatch batch, string key, long value) => batch.Attributes.Add(batch.Dictionary.Add(key), AttributeType.Int, batch.Arena.Add(value));

    private static void Double(LogBatch batch, string key, double value) => batch.Attributes.Add(batch.Dictionary.Add(key), AttributeType.Double, batch.Arena.Add(value));

    private static void End(LogBatch batch, string eventName, byte severity, string body, int resource, int scope)
    {
        batch.ObservedTimes.Add(batch.Times[batch.Count]);
        batch.TraceIds.Add(default);
        batch.SpanIds.Add(default);
        batch.Severities.Add(severity);
        batch.SeverityTexts.Add(batch.Dictionary.Add(severity >= 13 ? "WARN" : "INFO"));
        batch.BodyTypes.Add(AttributeType.String);
        batch.Bodies.Add(batch.Arena.Add(body));
        batch.EventNames.Add(batch.Dictionary.Add(eventName));
        batch.Flags.Add(0);
        batch.DroppedAttributes.Add(0);
        batch.ResourceIndexes.Add(resource);
        batch.ScopeIndexes.Add(scope);
        batch.Attributes.EndList();
    }
}
