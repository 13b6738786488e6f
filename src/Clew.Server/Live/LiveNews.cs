using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Clew.Server.Live;

/// <summary>The data of one event of <c>GET /api/events</c>: that something is new, not the thing itself, which is asked for where it always is.</summary>
public sealed record LiveNews
{
    /// <summary>Ids of what is new: of incidents, or the one investigation that is now remembered.</summary>
    public IReadOnlyList<string>? Ids { get; init; }

    /// <summary>How many records were written: of changes and alerts.</summary>
    public int? Count { get; init; }

    /// <summary>Tells investigations apart that run at the same time; counts from 1 since the server's start.</summary>
    public long? Run { get; init; }

    /// <summary>What that investigation does next, as a sentence; absent when it has ended.</summary>
    public string? Stage { get; init; }

    /// <summary>Events that were dropped because the follower was too slow; it asks again for everything.</summary>
    public long? Missed { get; init; }
}

/// <summary>JSON of events.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LiveNews))]
public sealed partial class LiveJson : JsonSerializerContext
{
    /// <summary>As <see cref="Default"/>, with letters as letters.</summary>
    public static LiveJson Readable => Holder.Readable;

    private static class Holder
    {
        public static readonly LiveJson Readable = new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
