using System.Text;
using Clew.Protocols.Decoding;
using Clew.Telemetry;

namespace Clew.Protocols.Prometheus;

/// <summary>
/// What is shared while the series of one request or scrape are read: the batch they go to, the resources of the targets they come from, and what is
/// known of their metrics.
/// </summary>
/// <remarks>
/// Where the labels of a series lie, so that exactly they can be found again: <c>__name__</c> is the metric's name; <c>job</c> is the resource's
/// <c>service.name</c>, or <c>service.namespace</c> and <c>service.name</c> around the slash of a job such as <c>shop/cart</c>; <c>instance</c> is
/// <c>service.instance.id</c>; all others are the series' attributes, as they came. Every series that came this way has the metadata entry
/// <c>prometheus.type</c>, which says that its name is to be taken literally. Other attributes of the resource come from <c>target_info</c>.
/// </remarks>
internal sealed class PrometheusRequest(MetricBatch batch, DecodeState state, PrometheusCatalogue catalogue)
{
    private readonly Dictionary<(int Job, int Instance), int> _resources = [];
    private readonly Dictionary<int, PrometheusMetadata?> _metadata = [];
    private readonly AttributeLists?[] _typeLists = new AttributeLists?[(int)PrometheusMetricType.StateSet + 1];
    private int _scope = -1;

    /// <summary>The metadata of the series before, with the dictionary numbers of its texts: series of one metric follow each other.</summary>
    private (PrometheusMetadata? Metadata, int Unit, int Help) _described;
    private long _referred;

    public MetricBatch Batch { get; } = batch;

    public DecodeState State { get; } = state;

    public PrometheusCatalogue Catalogue { get; } = catalogue;

    /// <summary>Room for the native histogram that is being read.</summary>
    public NativeHistogram Histogram { get; } = new();

    /// <summary>Set when texts that are referred to again and again would become more than a request may have.</summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>
    /// Counts the text behind references. A reference of two bytes can stand for a text of megabytes, so what they stand for is held against
    /// <see cref="ProtocolLimits.MaxRequestBytes"/>, as if it had been sent each time.
    /// </summary>
    /// <returns>False when it is too much.</returns>
    public bool Refer(int bytes)
    {
        _referred += bytes;
        IsTooLarge |= _referred > State.Limits.MaxRequestBytes;
        return !IsTooLarge;
    }

    /// <summary>What version 2.0 said of metrics, by type and the places of help and unit: most series repeat what another one said.</summary>
    public Dictionary<(int Type, ulong Help, ulong Unit), PrometheusMetadata> MetadataBySymbols { get; } = [];

    /// <summary>What a request says of a metric, its type by the number; texts that are too long are left out.</summary>
    public PrometheusMetadata Metadata(int type, ReadOnlySpan<byte> help, ReadOnlySpan<byte> unit) =>
        new(PrometheusMetricTypes.OfNumber(type), Encoding.UTF8.GetString(State.SharedText(help)), Encoding.UTF8.GetString(State.SharedText(unit)));

    /// <summary>What the catalogue says of a series' metric; asked once per name.</summary>
    /// <param name="name">Dictionary number.</param>
    public PrometheusMetadata? MetadataOf(int name)
    {
        if (!_metadata.TryGetValue(name, out var known))
        {
            _metadata[name] = known = Catalogue.MetadataOf(Batch.Tenant, Batch.Dictionary.GetString(name));
        }

        return known;
    }

    /// <summary>Completes the series whose attributes are open.</summary>
    public int EndSeries(int name, in SeriesKind kind, PrometheusMetadata? metadata, int job, int instance)
    {
        if (!ReferenceEquals(metadata, _described.Metadata))
        {
            _described = (metadata, Shared(metadata?.Unit), Shared(metadata?.Help));
        }

        var row = new MetricRow
        {
            Name = name,
            Unit = _described.Unit,
            Description = _described.Help,
            Kind = kind.Kind,
            Temporality = kind.Temporality,
            IsMonotonic = kind.IsMonotonic,
            ResourceIndex = ResourceOf(job, instance),
            ScopeIndex = _scope >= 0 ? _scope : _scope = default(SharedRow).EndScope(Batch),
        };
        return row.EndSeries(Batch, TypeList(metadata?.Type ?? PrometheusMetricType.Unknown));
    }

    /// <summary>Remembers what <c>target_info</c> says of its target.</summary>
    /// <param name="series">Index of a series of that name.</param>
    /// <param name="isStale">The target says it no longer.</param>
    public void LearnTarget(int series, int job, int instance, bool isStale)
    {
        var labels = new List<KeyValuePair<string, string>>();
        if (!isStale)
        {
            foreach (var (key, value) in Batch.Series[series].Attributes)
            {
                labels.Add(KeyValuePair.Create(TargetLabels.AttributeOf(key), value.Text));
            }
        }

        Catalogue.SetTarget(Batch.Tenant, Batch.Dictionary.GetString(job), Batch.Dictionary.GetString(instance), [.. labels]);
    }

    private int ResourceOf(int job, int instance)
    {
        if (_resources.TryGetValue((job, instance), out var index))
        {
            return index;
        }

        var attributes = Batch.Resources.Attributes;
        var service = Batch.Dictionary.GetString(job);
        var instanceId = Batch.Dictionary.GetString(instance);
        if (job != 0)
        {
            // Only what can be put together again is taken apart.
            var slash = service.IndexOf('/', StringComparison.Ordinal);
            var isPair = slash > 0 && slash < service.Length - 1 && service.LastIndexOf('/') == slash;
            if (isPair)
            {
                Add("service.namespace"u8, service[..slash]);
            }

            Add("service.name"u8, isPair ? service[(slash + 1)..] : service);
        }

        if (instance != 0)
        {
            Add("service.instance.id"u8, instanceId);
        }

        foreach (var (key, value) in Catalogue.TargetLabels(Batch.Tenant, service, instanceId))
        {
            if (key is not ("service.name" or "service.namespace" or "service.instance.id"))
            {
                Add(Encoding.UTF8.GetBytes(key), value);
            }
        }

        return _resources[(job, instance)] = default(SharedRow).EndResource(Batch);

        void Add(ReadOnlySpan<byte> key, string value) => attributes.Add(Batch.Dictionary.Add(key), AttributeType.String, Batch.Arena.Add(value));
    }

    /// <summary>Dictionary number of a unit or help text; one that is too long is left out.</summary>
    private int Shared(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return 0;
        }

        if (text.Length <= State.Limits.MaxNameBytes / 4)
        {
            return Batch.Dictionary.Add(text);
        }

        return Batch.Dictionary.Add(State.SharedText(Encoding.UTF8.GetBytes(text)));
    }

    private AttributeLists TypeList(PrometheusMetricType type)
    {
        if (_typeLists[(int)type] is { } known)
        {
            return known;
        }

        var list = new AttributeLists();
        list.Add(Batch.Dictionary.Add("prometheus.type"u8), AttributeType.String, Batch.Arena.Add(type.Word()));
        list.EndList();
        return _typeLists[(int)type] = list;
    }
}
