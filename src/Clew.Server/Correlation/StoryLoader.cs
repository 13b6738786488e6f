using System.Globalization;
using Clew.Analysis.Correlation;
using Clew.Telemetry;

namespace Clew.Server.Correlation;

/// <summary>
/// Reads what a story is made of: records with the keys asked for, found by the store's indexes; records with the precise keys found in those; what was
/// logged around them; and a stretch of ordinary records to learn habits from.
/// </summary>
internal sealed class StoryLoader(ITelemetryReader store, CorrelationLimits limits)
{
    /// <summary>Attributes that keys of a kind are looked for in, beside the text of every record.</summary>
    private static readonly Dictionary<KeyKind, string[]> AttributeNames = new()
    {
        [KeyKind.Trace] = ["trace_id", "traceId", "trace.id", "dd.trace_id", "traceparent"],
        [KeyKind.Request] =
        [
            "request_id", "requestId", "request.id", "req_id", "x-request-id", "X-Request-ID", "http.request_id", "http.request.header.x-request-id", "http.request.header.x-correlation-id",
            "correlation_id", "correlationId", "correlation.id", "x-correlation-id", "X-Correlation-ID", "CorrelationId", "RequestId",
        ],
        [KeyKind.Entity] = [],
        [KeyKind.Session] = ["session.id", "session_id", "sessionId", "SessionId"],
        [KeyKind.User] = ["user.id", "enduser.id", "user_id", "userId", "UserId", "user", "user.name", "username", "account_id", "accountId"],
        [KeyKind.Address] = ["client.address", "client.ip", "client_ip", "clientIp", "http.client_ip", "net.peer.ip", "network.peer.address", "source.address", "remote_addr", "ip"],
    };

    /// <param name="range">Where to look.</param>
    public async Task<LoadedStory> LoadAsync(Tenant tenant, StoryQuestion question, TimeRange range, CancellationToken cancellation)
    {
        var notes = new List<string>();
        var known = new HashSet<CorrelationKey>(question.Keys);
        var pool = new Dictionary<(long, string, string), LogLine>();
        if (question.Moment is { } moment)
        {
            range = Narrow(range, moment, question.Keys.Count > 0 ? limits.HabitSpan : question.Within + limits.Margin + limits.Margin);
        }

        if (question.Keys.Count > 0)
        {
            await AddAsync(pool, tenant, range, WithAnyOf(question.Keys), notes, cancellation);
            for (var round = 0; round < limits.Rounds; round++)
            {
                var further = StoryBuilder.KeysToAskFor([.. pool.Values], known, limits);
                if (further.Count == 0)
                {
                    break;
                }

                known.UnionWith(further);
                await AddAsync(pool, tenant, range, WithAnyOf(further), notes, cancellation);
            }
        }

        if (question.Keys.Count == 0 || pool.Count > 0)
        {
            // What has no key at all lies around what has one. A day of a user's requests is not looked around in: what could be told of it would be guesses.
            var around = question.Keys.Count == 0 ? range : Around(pool.Values, range);
            if (around.Length <= limits.HabitSpan)
            {
                await AddAsync(pool, tenant, around, null, notes, cancellation);
            }
            else
            {
                notes.Add("The records lie too far apart to look for others without an id between them; name a moment (time) or a shorter range.");
            }
        }

        var lines = pool.Values.OrderBy(line => line.Time).ToList();
        var habits = lines.Count == 0 ? LineHabits.Learn([], limits.Silence) : await LearnAsync(tenant, lines[0].Time, lines[^1].Time, cancellation);
        return new LoadedStory(lines, habits, notes);
    }

    private static AnyPredicate WithAnyOf(IReadOnlyCollection<CorrelationKey> keys)
    {
        var terms = new List<Predicate>();
        foreach (var key in keys)
        {
            if (key.Kind == KeyKind.Trace && TraceId.TryParse(key.Value, out _))
            {
                terms.Add(Predicate.Equal(Field.Intrinsic(Intrinsics.TraceId), Literal.String(key.Value)));
            }

            terms.AddRange(AttributeNames[key.Kind].Select(name => Predicate.Equal(new Field(FieldSource.Attribute, name), Literal.AnyType(key.Value))));
            terms.Add(Predicate.Compare(Field.Intrinsic(Intrinsics.Body), ComparisonOperator.Contains, Literal.String(key.Value)));
        }

        return new AnyPredicate(terms);
    }

    private static TimeRange Narrow(TimeRange range, long moment, TimeSpan by)
    {
        var start = new Timestamp(moment) - by;
        var end = new Timestamp(moment) + by;
        return new TimeRange(start > range.Start ? start : range.Start, end < range.End ? end : range.End);
    }

    private TimeRange Around(IEnumerable<LogLine> lines, TimeRange range)
    {
        var (first, last) = (long.MaxValue, long.MinValue);
        foreach (var line in lines)
        {
            (first, last) = (Math.Min(first, line.Time), Math.Max(last, line.Time));
        }

        var start = new Timestamp(first) - limits.Margin;
        var end = new Timestamp(last) + limits.Margin;
        return new TimeRange(start > range.Start ? start : range.Start, end < range.End ? end : range.End);
    }

    private async Task AddAsync(Dictionary<(long, string, string), LogLine> pool, Tenant tenant, TimeRange range, Predicate? where, List<string> notes, CancellationToken cancellation)
    {
        var batch = await store.FindLogsAsync(new RecordQuery(tenant, range, where, limits.Lines, TimeOrder.OldestFirst), cancellation);
        if (batch.Count >= limits.Lines)
        {
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"Only the first {limits.Lines} records {(where is null ? "around the request" : "with these ids")} were looked at; ask for a shorter time range."));
        }

        foreach (var line in LogLine.From(batch))
        {
            pool.TryAdd((line.Time, line.Service, line.Body), line);
        }
    }

    private async Task<LineHabits> LearnAsync(Tenant tenant, long first, long last, CancellationToken cancellation)
    {
        var middle = new Timestamp(first + ((last - first) / 2));
        var shapes = new List<(long Time, string Shape)>();
        foreach (var (range, order) in new[]
        {
            (new TimeRange(middle - limits.HabitSpan, middle), TimeOrder.NewestFirst),
            (new TimeRange(middle, middle + limits.HabitSpan), TimeOrder.OldestFirst),
        })
        {
            var batch = await store.FindLogsAsync(new RecordQuery(tenant, range, null, limits.HabitLines / 2, order) { Parts = RecordParts.Core }, cancellation);
            for (var row = 0; row < batch.Count; row++)
            {
                shapes.Add((batch[row].Time.UnixNanoseconds, LogLine.ShapeOf(batch[row].Service, batch[row].Body.Text)));
            }
        }

        return LineHabits.Learn([.. shapes.OrderBy(shape => shape.Time)], limits.Silence);
    }
}

/// <param name="Lines">In the order of time.</param>
internal sealed record LoadedStory(IReadOnlyList<LogLine> Lines, LineHabits Habits, IReadOnlyList<string> Notes);
