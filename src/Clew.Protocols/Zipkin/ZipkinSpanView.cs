using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Clew.Telemetry;

namespace Clew.Protocols.Zipkin;

/// <summary>
/// A stored span as Zipkin's model sees it, whatever protocol it came by: which of its attributes say what Zipkin has fields for. Names are in lower case,
/// as Zipkin keeps them.
/// </summary>
/// <remarks>
/// The remote service of a span that names no peer is, for a client or producer, the address it asked for (<c>server.address</c>), as in OpenTelemetry's
/// mapping to Zipkin.
/// </remarks>
public readonly struct ZipkinSpanView
{
    private const int None = -1;

    private readonly SpanBatch _batch;

    /// <summary>Reads a row of a batch.</summary>
    public ZipkinSpanView(SpanBatch batch, int row)
    {
        ArgumentNullException.ThrowIfNull(batch);
        _batch = batch;
        Row = row;
        LocalIpv4 = LocalIpv6 = LocalPort = RemoteName = RemoteIpv4 = RemoteIpv6 = RemotePort = Shared = Debug = StartAbsent = None;
        var server = None;
        for (var entry = batch.Attributes.StartOf(row); entry < batch.Attributes.EndOf(row); entry++)
        {
            var key = batch.Dictionary.Get(batch.Attributes.Keys[entry]);
            if (key.Length is < 5 or > 35)
            {
                continue;
            }

            // The last attribute with a key is the field: tags come first.
            switch (key)
            {
                case var _ when key.SequenceEqual("peer.service"u8) || key.SequenceEqual("service.peer.name"u8):
                    RemoteName = entry;
                    break;
                case var _ when key.SequenceEqual("net.peer.ip"u8) || key.SequenceEqual("network.peer.address"u8):
                    (RemoteIpv4, RemoteIpv6) = IsIpv6(entry) ? (RemoteIpv4, entry) : (entry, RemoteIpv6);
                    break;
                case var _ when key.SequenceEqual("net.host.ip"u8) || key.SequenceEqual("network.local.address"u8):
                    (LocalIpv4, LocalIpv6) = IsIpv6(entry) ? (LocalIpv4, entry) : (entry, LocalIpv6);
                    break;
                case var _ when IsInt(entry) && (key.SequenceEqual("net.peer.port"u8) || key.SequenceEqual("network.peer.port"u8)):
                    RemotePort = entry;
                    break;
                case var _ when IsInt(entry) && (key.SequenceEqual("net.host.port"u8) || key.SequenceEqual("network.local.port"u8)):
                    LocalPort = entry;
                    break;
                case var _ when IsBool(entry) && key.SequenceEqual("zipkin.shared"u8):
                    Shared = entry;
                    break;
                case var _ when IsBool(entry) && key.SequenceEqual("zipkin.debug"u8):
                    Debug = entry;
                    break;
                case var _ when IsBool(entry) && key.SequenceEqual("otel.zipkin.absentField.startTime"u8):
                    StartAbsent = entry;
                    break;
                case var _ when key.SequenceEqual("error"u8):
                    HasErrorTag = true;
                    break;
                case var _ when key.SequenceEqual("otel.status_code"u8):
                    HasStatusTag = true;
                    break;
                case var _ when server == None && (key.SequenceEqual("server.address"u8) || key.SequenceEqual("net.peer.name"u8)):
                    server = entry;
                    break;
            }
        }

        var asks = batch.Kinds[row] is SpanKind.Client or SpanKind.Producer;
        RemoteService = Lower(RemoteName != None ? RemoteName : asks ? server : None);
        LocalService = ServiceOf(batch, batch.ResourceIndexes[row]);
    }

    public int Row { get; }

    public SpanKind Kind => _batch.Kinds[Row];

    /// <summary>Null when the sender gave none.</summary>
    public string? LocalService { get; }

    /// <summary>Null when the other side is not known by name.</summary>
    public string? RemoteService { get; }

    public bool IsShared => Shared != None;

    /// <summary>As Zipkin tells it, by the tag; spans of other protocols by their status.</summary>
    public bool IsError => HasErrorTag || _batch.Statuses[Row] == SpanStatus.Error;

    /// <summary>Microseconds since the Unix epoch; 0 when the sender gave none.</summary>
    public long Timestamp => StartAbsent != None ? 0 : _batch.StartTimes[Row] / 1_000;

    /// <summary>Microseconds, at least one; 0 when there is none.</summary>
    public long Duration => _batch.Durations[Row] <= 0 ? 0 : Math.Max(1, _batch.Durations[Row] / 1_000);

    /// <summary>Lower case; empty when there is none.</summary>
    [SuppressMessage("Globalization", "CA1308", Justification = "Zipkin's names are lower case.")]
    public string Name => _batch.Dictionary.GetString(_batch.Names[Row]).ToLowerInvariant();

    internal bool HasErrorTag { get; }

    internal bool HasStatusTag { get; }

    // Indexes of attributes; -1 when there is none.
    internal int LocalIpv4 { get; }

    internal int LocalIpv6 { get; }

    internal int LocalPort { get; }

    internal int RemoteName { get; }

    internal int RemoteIpv4 { get; }

    internal int RemoteIpv6 { get; }

    internal int RemotePort { get; }

    internal int Shared { get; }

    internal int Debug { get; }

    internal int StartAbsent { get; }

    /// <summary>Whether an attribute is said by a field and is no tag.</summary>
    internal bool IsField(int entry) => entry == LocalIpv4 || entry == LocalIpv6 || entry == LocalPort || entry == RemoteName || entry == RemoteIpv4 || entry == RemoteIpv6
        || entry == RemotePort || entry == Shared || entry == Debug || entry == StartAbsent;

    private bool IsInt(int entry) => _batch.Attributes.Types[entry] == AttributeType.Int;

    private bool IsBool(int entry) => _batch.Attributes.Types[entry] == AttributeType.Bool && _batch.Arena.Get(_batch.Attributes.Values[entry]).SequenceEqual(AttributeText.True);

    private bool IsIpv6(int entry) => _batch.Arena.Get(_batch.Attributes.Values[entry]).Contains((byte)':');

    [SuppressMessage("Globalization", "CA1308", Justification = "Zipkin's names are lower case.")]
    private string? Lower(int entry) => entry == None || _batch.Attributes.Values[entry].Length == 0
        ? null
        : _batch.Arena.GetString(_batch.Attributes.Values[entry]).ToLower(CultureInfo.InvariantCulture);

    [SuppressMessage("Globalization", "CA1308", Justification = "Zipkin's names are lower case.")]
    private static string? ServiceOf(SpanBatch batch, int resource)
    {
        var attributes = batch.Resources.Attributes;
        for (var entry = attributes.StartOf(resource); entry < attributes.EndOf(resource); entry++)
        {
            if (batch.Dictionary.Get(attributes.Keys[entry]).SequenceEqual("service.name"u8))
            {
                return attributes.Values[entry].Length == 0 ? null : batch.Dictionary.GetString(batch.Resources.Services[resource]).ToLowerInvariant();
            }
        }

        return null;
    }
}
