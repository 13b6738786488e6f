using System.Globalization;
using Clew.Analysis.Security;
using Clew.Telemetry;

namespace Clew.Analysis.Worlds;

/// <summary>
/// Collects who tried what from server spans, access logs and what OpenSSH, PostgreSQL, sudo and applications write. Of actors that never did anything odd nothing but a
/// number is kept. Bounded by <see cref="Limits.MaxAccesses"/> and <see cref="Limits.MaxActors"/>.
/// </summary>
internal sealed class AccessCollector
{
    /// <summary>Ordinary requests kept per actor, to tell what it did beside.</summary>
    private const int MaxOrdinary = 60;

    private readonly Dictionary<string, Actor> _actors = new(StringComparer.Ordinal);
    private readonly List<Seen> _events = [];
    private long _window;
    private long _baseline;

    /// <summary>Whether something was left out because of the limit.</summary>
    public bool IsCut { get; private set; }

    public void Add(SpanView span, int service, bool inWindow)
    {
        if (span.Kind == SpanKind.Server && Read(span.Attributes) is { } fields)
        {
            Add(fields, "", service, span.Start.UnixNanoseconds, span.TraceId, inWindow);
        }
    }

    public void Add(LogView log, string body, int service, bool inWindow)
    {
        var fields = Read(log.Attributes) ?? new AccessFields();
        if (fields.Status.Length > 0 && fields.Actor.Length > 0)
        {
            Add(fields, "", service, log.Time.UnixNanoseconds, log.TraceId, inWindow);
        }
        else
        {
            AddLine(body, fields, service, log.Time.UnixNanoseconds, log.TraceId.IsEmpty ? "" : log.TraceId.ToString(), inWindow);
        }
    }

    /// <summary>Takes a line of text.</summary>
    public void AddLine(string body, AccessFields fields, int service, long time, string trace, bool inWindow)
    {
        if (AccessLines.Read(body, fields) is { } seen)
        {
            Keep(seen, service, time, trace, inWindow);
        }
    }

    /// <summary>Takes a request told by its attributes.</summary>
    public void Add(AccessFields fields, string body, int service, long time, TraceId trace, bool inWindow)
    {
        if (fields.Actor.Length > 0)
        {
            Keep(AccessRequests.Read(fields), service, time, trace.IsEmpty ? "" : trace.ToString(), inWindow);
        }
    }

    public WorldAccesses? Close()
    {
        var odd = _actors.Where(a => a.Value.Odd > 0).OrderBy(a => a.Key, StringComparer.Ordinal).Select((a, i) => (a.Key, a.Value, Index: i)).ToDictionary(a => a.Key, a => (a.Value, a.Index), StringComparer.Ordinal);
        if (odd.Count == 0)
        {
            return null;
        }

        var (subjects, targets) = (new Dictionary<string, int>(StringComparer.Ordinal), new Dictionary<string, int>(StringComparer.Ordinal));
        var events = _events.Where(e => odd.ContainsKey(e.What.Actor)).OrderBy(e => e.Time).ThenBy(e => e.What.Actor, StringComparer.Ordinal).ThenBy(e => e.What.Target, StringComparer.Ordinal)
            .Select(e => new WorldAccess(e.Time, e.Service, odd[e.What.Actor].Index, Number(subjects, e.What.Subject), Number(targets, e.What.Target), e.What.Kind, e.What.Succeeded, e.What.Sample, e.Trace)).ToArray();
        return new WorldAccesses(
            [.. odd.OrderBy(a => a.Value.Index).Select(a => new WorldActor(a.Key, a.Value.Value.Window, a.Value.Value.Baseline))],
            [.. subjects.OrderBy(s => s.Value).Select(s => s.Key)], [.. targets.OrderBy(t => t.Value).Select(t => t.Key)], events, _window, _baseline);

        static int Number(Dictionary<string, int> numbers, string text)
        {
            if (text.Length == 0)
            {
                return -1;
            }

            if (!numbers.TryGetValue(text, out var number))
            {
                numbers[text] = number = numbers.Count;
            }

            return number;
        }
    }

    private void Keep(SeenAccess seen, int service, long time, string trace, bool inWindow)
    {
        if (seen.Actor.Length == 0)
        {
            return;
        }

        if (!_actors.TryGetValue(seen.Actor, out var actor))
        {
            if (_actors.Count >= Limits.MaxActors)
            {
                IsCut = true;
                return;
            }

            _actors[seen.Actor] = actor = new Actor();
        }

        (_window, _baseline) = inWindow ? (_window + 1, _baseline) : (_window, _baseline + 1);
        (actor.Window, actor.Baseline) = inWindow ? (actor.Window + 1, actor.Baseline) : (actor.Window, actor.Baseline + 1);
        var isOrdinary = seen.Kind is AccessKind.Request or AccessKind.LoginSucceeded;
        actor.Odd += isOrdinary ? 0 : 1;
        actor.Ordinary += isOrdinary ? 1 : 0;

        // What is kept of the ordinary is the latest third at least: what followed an attack is asked for, not what went before.
        IsCut |= _events.Count >= Limits.MaxAccesses && !isOrdinary;
        if (_events.Count < Limits.MaxAccesses && (!isOrdinary || actor.Odd > 0 || actor.Ordinary <= MaxOrdinary / 3) && (!isOrdinary || actor.Kept++ < MaxOrdinary))
        {
            _events.Add(new Seen(time, service, seen, trace));
        }
    }

    /// <summary>What attributes say by OpenTelemetry's names, old and new, and by those that logs use; null when they name no actor and no user.</summary>
    private static AccessFields? Read(AttributeListView attributes)
    {
        string actor = "", weaker = "", user = "", path = "", query = "", status = "", method = "";
        foreach (var attribute in attributes)
        {
            switch (attribute.Key)
            {
                case "client.address" or "http.client_ip" or "source.address" or "source_ip" or "client_ip" or "remote_addr" or "src_ip" or "source.ip" or "client.ip":
                    actor = attribute.Value.Text;
                    break;
                case "net.sock.peer.addr" or "net.peer.ip":
                    weaker = attribute.Value.Text;
                    break;
                case "enduser.id" or "user.name" or "user.id" or "username" or "user":
                    user = user.Length == 0 || attribute.Key == "user.name" ? attribute.Value.Text : user;
                    break;
                case "url.path" or "http.target" or "url.full" or "http.url" or "path":
                    path = path.Length == 0 || attribute.Key == "url.path" ? attribute.Value.Text : path;
                    break;
                case "url.query" or "query":
                    query = attribute.Value.Text;
                    break;
                case "http.response.status_code" or "http.status_code" or "status":
                    status = attribute.Value.Text;
                    break;
                case "http.request.method" or "http.method" or "method":
                    method = attribute.Value.Text;
                    break;
            }
        }

        return actor.Length == 0 && weaker.Length == 0 && user.Length == 0 && query.Length == 0
            ? null
            : new AccessFields { Actor = actor.Length > 0 ? actor : weaker, User = user, Path = path, Query = query, Status = int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? status : "", Method = method };
    }

    private sealed class Actor
    {
        public long Window { get; set; }

        public long Baseline { get; set; }

        public int Odd { get; set; }

        public int Ordinary { get; set; }

        public int Kept { get; set; }
    }

    private readonly record struct Seen(long Time, int Service, SeenAccess What, string Trace);
}
