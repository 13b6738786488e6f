using Clew.Storage.Engine;
using Clew.Storage.Native;
using Clew.Storage.Reading;
using Clew.Storage.Schema;
using Clew.Storage.Writing;

namespace Clew.Storage;

/// <summary>Statistics and retention on an engine.</summary>
internal sealed class StoreAdministration(IStoreEngine engine, StoreWriter writer) : IStoreAdministration
{
    /// <summary>How often <see cref="SettleAsync"/> looks whether merges are running.</summary>
    private static readonly TimeSpan SettleInterval = TimeSpan.FromMilliseconds(250);

    public async Task<StoreStatistics> GetStatisticsAsync(CancellationToken cancellation)
    {
        var blocks = await AskAsync(
            "SELECT table, toInt64(sum(rows)) AS rows, toInt64(sum(bytes_on_disk)) AS bytes, toInt64(count()) AS parts "
            + "FROM system.parts WHERE active AND database = currentDatabase() GROUP BY table ORDER BY table",
            cancellation);
        var found = new Dictionary<string, TableStatistics>(StringComparer.Ordinal);
        foreach (var block in blocks)
        {
            for (var row = 0; row < block.Rows; row++)
            {
                var table = block["table"].GetString(row);
                found[table] = new TableStatistics(
                    table, block.Fixed("rows").As<long>()[row], block.Fixed("bytes").As<long>()[row], block.Fixed("parts").As<long>()[row]);
            }
        }

        return new StoreStatistics([.. Tables.All.Select(table => found.GetValueOrDefault(table.Table) ?? new TableStatistics(table.Table, 0, 0, 0))]);
    }

    public async Task<RetentionResult> ApplyRetentionAsync(RetentionPolicy policy, Timestamp now, CancellationToken cancellation)
    {
        var dropped = 0;
        Timestamp? trimmed = null;
        if (policy.MaxAge is { } age)
        {
            var cutoff = now - age;
            dropped += await DropDaysBeforeAsync(cutoff, cancellation);
            await TrimAsync(cutoff, cancellation);
            trimmed = cutoff;
        }

        if (policy.MaxBytes is { } limit)
        {
            dropped += await DropOldestDaysUntilAsync(limit, cancellation);
            var cutoff = await TrimWithinLastDayAsync(limit, cancellation);
            trimmed = cutoff ?? trimmed;
        }

        return new RetentionResult(dropped, trimmed);
    }

    public async Task SettleAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var blocks = await AskAsync("SELECT toInt64(count()) AS n FROM system.merges", cancellation);
            if (blocks[0].Fixed("n").As<long>()[0] == 0)
            {
                return;
            }

            await Task.Delay(SettleInterval, cancellation);
        }
    }

    public Task ReleaseMemoryAsync(CancellationToken cancellation)
    {
        writer.Trim();
        return engine.ReleaseMemoryAsync(cancellation);
    }

    private async Task<int> DropDaysBeforeAsync(Timestamp cutoff, CancellationToken cancellation)
    {
        // A day is over when the cutoff lies in a later one.
        var firstKept = Day(cutoff);
        var dropped = 0;
        foreach (var day in await DaysAsync(cancellation))
        {
            if (day.Day < firstKept)
            {
                await DropDayAsync(day, cancellation);
                dropped++;
            }
        }

        return dropped;
    }

    /// <summary>Deletes the rows before a moment in the day it falls into.</summary>
    private async Task TrimAsync(Timestamp cutoff, CancellationToken cancellation)
    {
        foreach (var (table, time) in Tables.ByDay)
        {
            // A mutation is looked at by every later merge, so none is made where there is nothing to delete.
            var older = await AskAsync($"SELECT toInt64(count()) AS n FROM (SELECT 1 FROM {table.Table} WHERE {time} < {SqlLiteral.Time(cutoff)} LIMIT 1)", cancellation);
            if (older[0].Fixed("n").As<long>()[0] == 0)
            {
                continue;
            }

            await AskAsync(
                $"ALTER TABLE {table.Table} DELETE WHERE {time} < {SqlLiteral.Time(cutoff)} SETTINGS mutations_sync = 1", cancellation);
        }
    }

    private async Task<int> DropOldestDaysUntilAsync(long limit, CancellationToken cancellation)
    {
        var total = (await GetStatisticsAsync(cancellation)).TotalBytes;
        var days = await DaysAsync(cancellation);
        var newest = days.Count == 0 ? 0 : days.Max(day => day.Day);
        var dropped = 0;
        foreach (var day in days.OrderBy(day => day.Day))
        {
            if (total <= limit || day.Day == newest)
            {
                break;
            }

            await DropDayAsync(day, cancellation);
            total -= day.Bytes;
            dropped++;
        }

        return dropped;
    }

    /// <summary>When the newest day alone is too large: keeps the newest part of it, as much as fits.</summary>
    private async Task<Timestamp?> TrimWithinLastDayAsync(long limit, CancellationToken cancellation)
    {
        var statistics = await GetStatisticsAsync(cancellation);
        var total = statistics.TotalBytes;
        if (total <= limit)
        {
            return null;
        }

        // The largest kind of telemetry tells where in time the bytes lie.
        var (largest, time) = Tables.ByDay.MaxBy(entry => statistics.Tables.First(table => table.Table == entry.Table.Table).BytesOnDisk);
        var share = Math.Clamp(1 - ((double)limit / total), 0.01, 1);
        var level = share.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
        var blocks = await AskAsync($"SELECT toInt64(quantile({level})(toUnixTimestamp64Nano({time}))) AS cutoff FROM {largest.Table}", cancellation);
        var cutoff = new Timestamp(blocks[0].Fixed("cutoff").As<long>()[0]);
        await TrimAsync(cutoff, cancellation);
        return cutoff;
    }

    private async Task<List<StoredDay>> DaysAsync(CancellationToken cancellation)
    {
        var blocks = await AskAsync(
            "SELECT table, toInt64(partition_id) AS day, toInt64(sum(bytes_on_disk)) AS bytes FROM system.parts "
            + $"WHERE active AND database = currentDatabase() AND table IN ({string.Join(", ", Tables.ByDay.Select(table => SqlLiteral.Text(table.Table.Table)))}) "
            + "GROUP BY table, partition_id",
            cancellation);
        var days = new List<StoredDay>();
        foreach (var block in blocks)
        {
            for (var row = 0; row < block.Rows; row++)
            {
                days.Add(new StoredDay(block["table"].GetString(row), block.Fixed("day").As<long>()[row], block.Fixed("bytes").As<long>()[row]));
            }
        }

        return days;
    }

    private Task<IReadOnlyList<NativeBlock>> DropDayAsync(StoredDay day, CancellationToken cancellation) =>
        AskAsync($"ALTER TABLE {day.Table} DROP PARTITION ID {SqlLiteral.Text(SqlLiteral.Int(day.Day))}", cancellation);

    private static long Day(Timestamp time)
    {
        var date = time.ToDateTimeOffset();
        return (date.Year * 10_000L) + (date.Month * 100) + date.Day;
    }

    private async Task<IReadOnlyList<NativeBlock>> AskAsync(string sql, CancellationToken cancellation)
    {
        try
        {
            return await engine.QueryAsync(EngineWork.Background, sql, cancellation);
        }
        catch (EngineException error)
        {
            throw StoreErrors.Translate(error);
        }
    }

    private sealed record StoredDay(string Table, long Day, long Bytes);
}
