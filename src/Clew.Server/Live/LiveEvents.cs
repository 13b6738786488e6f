using System.Collections.Immutable;
using System.Text.Json;
using System.Threading.Channels;
using Clew.Telemetry;

namespace Clew.Server.Live;

/// <summary>One event as it is sent.</summary>
/// <param name="Name">One of <see cref="LiveEvents"/>' names.</param>
/// <param name="Data">JSON without line ends.</param>
internal readonly record struct LiveEvent(string Name, byte[] Data);

/// <summary>
/// Passes on what is new in this process to those who follow: pages that are open. Telling never waits: a follower that does not keep up loses the oldest events and is told
/// how many. Thread-safe.
/// </summary>
/// <param name="most">Followers at once.</param>
internal sealed class LiveEvents(int most)
{
    public const string Incidents = "incidents";
    public const string Investigations = "investigations";
    public const string Investigating = "investigating";
    public const string Changes = "changes";
    public const string Alerts = "alerts";
    public const string Missed = "missed";

    /// <summary>Events that wait for one follower; some kilobytes.</summary>
    public const int Waiting = 64;

    private readonly Lock _gate = new();
    private ImmutableArray<Follower> _followers = [];
    private long _runs;

    /// <summary>Follows what is told of a tenant from now on, until it is disposed of; null when there are as many followers as there may be.</summary>
    public Follower? Follow(Tenant tenant)
    {
        lock (_gate)
        {
            if (_followers.Length >= most)
            {
                return null;
            }

            var follower = new Follower(this, tenant);
            _followers = _followers.Add(follower);
            return follower;
        }
    }

    /// <summary>Tells all who follow this tenant.</summary>
    public void Tell(Tenant tenant, string name, LiveNews news)
    {
        var followers = _followers;
        LiveEvent? made = null;
        foreach (var follower in followers)
        {
            if (string.Equals(follower.Tenant.Name, tenant.Name, StringComparison.Ordinal))
            {
                made ??= new LiveEvent(name, JsonSerializer.SerializeToUtf8Bytes(news, LiveJson.Readable.LiveNews));
                follower.Take(made.Value);
            }
        }
    }

    /// <summary>A number for an investigation that begins.</summary>
    public long NextRun() => Interlocked.Increment(ref _runs);

    private void Leave(Follower follower)
    {
        lock (_gate)
        {
            _followers = _followers.Remove(follower);
        }
    }

    /// <summary>One who follows. Its events are read by one reader.</summary>
    public sealed class Follower : IDisposable
    {
        private readonly LiveEvents _events;
        private readonly Channel<LiveEvent> _waiting;
        private long _missed;

        internal Follower(LiveEvents events, Tenant tenant)
        {
            _events = events;
            Tenant = tenant;
            _waiting = Channel.CreateBounded<LiveEvent>(
                new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }, _ => Interlocked.Increment(ref _missed));
        }

        public Tenant Tenant { get; }

        public ChannelReader<LiveEvent> Reader => _waiting.Reader;

        /// <summary>Events that were dropped since the last time this was asked.</summary>
        public long TakeMissed() => Interlocked.Exchange(ref _missed, 0);

        public void Dispose() => _events.Leave(this);

        internal void Take(LiveEvent news) => _waiting.Writer.TryWrite(news);
    }
}
