using Clew.Protocols.Decoding;
using Clew.Protocols.Protobuf;
using Clew.Telemetry;

namespace Clew.Protocols.Otlp.Protobuf;

/// <summary>
/// ExportMetricsServiceRequest (and MetricsData, which has the same shape) into a metric batch. A series is named by its resource and scope, so
/// each level is walked twice: first for what its points share, then for the points.
/// </summary>
internal static class MetricProtobufDecoder
{
    public static void Decode(ref ProtobufReader reader, MetricBatch batch, DecodeState state)
    {
        var metadata = new AttributeLists();
        while (reader.NextField(OtlpTags.Request.Resources))
        {
            ReadResourceMetrics(ref reader, batch, state, metadata);
        }
    }

    private static void ReadResourceMetrics(ref ProtobufReader reader, MetricBatch batch, DecodeState state, AttributeLists metadata)
    {
        var resource = default(SharedRow);
        var hasScopes = false;
        var outer = reader.Enter();
        var start = reader.Position;
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case OtlpTags.ResourceGroup.Resource:
                    ResourceProtobuf.ReadResource(ref reader, batch, state, ref resource);
                    break;
                case OtlpTags.ResourceGroup.SchemaUrl:
                    resource.SchemaUrl = batch.Arena.Add(state.SharedText(reader.ReadBytes()));
                    break;
                default:
                    hasScopes |= tag == OtlpTags.ResourceGroup.Scopes;
                    reader.Skip(tag);
                    break;
            }
        }

        if (!hasScopes || reader.Failed)
        {
            batch.Resources.Attributes.DropOpenEntries();
        }
        else
        {
            var index = resource.EndResource(batch);
            reader.Rewind(start);
            while (reader.NextField(OtlpTags.ResourceGroup.Scopes))
            {
                ReadScopeMetrics(ref reader, batch, state, metadata, index);
            }
        }

        reader.Leave(outer);
    }

    private static void ReadScopeMetrics(ref ProtobufReader reader, MetricBatch batch, DecodeState state, AttributeLists metadata, int resource)
    {
        var scope = default(SharedRow);
        var hasMetrics = false;
        var outer = reader.Enter();
        var start = reader.Position;
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case OtlpTags.ScopeGroup.Scope:
                    ResourceProtobuf.ReadScope(ref reader, batch, state, ref scope);
                    break;
                case OtlpTags.ScopeGroup.SchemaUrl:
                    scope.SchemaUrl = batch.Arena.Add(state.SharedText(reader.ReadBytes()));
                    break;
                default:
                    hasMetrics |= tag == OtlpTags.ScopeGroup.Items;
                    reader.Skip(tag);
                    break;
            }
        }

        if (!hasMetrics || reader.Failed)
        {
            batch.Scopes.Attributes.DropOpenEntries();
        }
        else
        {
            var index = scope.EndScope(batch);
            reader.Rewind(start);
            while (reader.NextField(OtlpTags.ScopeGroup.Items))
            {
                ReadMetric(ref reader, batch, state, metadata, new MetricRow { ResourceIndex = resource, ScopeIndex = index });
            }
        }

        reader.Leave(outer);
    }

    private static void ReadMetric(ref ProtobufReader reader, MetricBatch batch, DecodeState state, AttributeLists metadata, MetricRow metric)
    {
        uint data = 0;
        var dataStart = 0;
        var attributes = 0;
        metadata.Clear();
        state.BeginRecord();
        var outer = reader.Enter();
        while (true)
        {
            var at = reader.Position;
            if (!reader.NextField(out var tag))
            {
                break;
            }

            switch (tag)
            {
                case OtlpTags.Metric.Name:
                    metric.Name = state.Name(batch, reader.ReadBytes());
                    break;
                case OtlpTags.Metric.Unit:
                    metric.Unit = state.Name(batch, reader.ReadBytes());
                    break;
                case OtlpTags.Metric.Description:
                    metric.Description = state.Name(batch, reader.ReadBytes());
                    break;
                case OtlpTags.Metric.Metadata:
                    ResourceProtobuf.ReadSharedAttribute(ref reader, batch, metadata, state, ref attributes);
                    break;
                case OtlpTags.Metric.Gauge or OtlpTags.Metric.Sum or OtlpTags.Metric.Histogram
                    or OtlpTags.Metric.ExponentialHistogram or OtlpTags.Metric.Summary:
                    // A oneof: the last member counts, joined with the same member right before it.
                    if (data != tag)
                    {
                        data = tag;
                        dataStart = at;
                    }

                    reader.ReadBytes();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        metadata.EndList();
        metric.Issue = state.RecordIssue;
        if (data != 0)
        {
            metric.Kind = KindOf(data);
            ReadShape(ref reader, data, dataStart, state, ref metric);
            ReadPoints(ref reader, data, dataStart, batch, state, metadata, metric);
        }

        reader.Leave(outer);
    }

    private static MetricKind KindOf(uint data) => data switch
    {
        OtlpTags.Metric.Gauge => MetricKind.Gauge,
        OtlpTags.Metric.Sum => MetricKind.Sum,
        OtlpTags.Metric.Histogram => MetricKind.Histogram,
        OtlpTags.Metric.ExponentialHistogram => MetricKind.ExponentialHistogram,
        _ => MetricKind.Summary,
    };

    /// <summary>Temporality and monotonicity, which may come after the points.</summary>
    private static void ReadShape(ref ProtobufReader reader, uint data, int dataStart, DecodeState state, ref MetricRow metric)
    {
        if (metric.Kind is MetricKind.Gauge or MetricKind.Summary)
        {
            return;
        }

        var temporality = 0;
        reader.Rewind(dataStart);
        while (reader.NextField(data))
        {
            var outer = reader.Enter();
            while (reader.NextField(out var field))
            {
                switch (field)
                {
                    case OtlpTags.MetricData.Temporality:
                        temporality = reader.ReadInt32();
                        break;
                    case OtlpTags.MetricData.Monotonic when metric.Kind == MetricKind.Sum:
                        metric.IsMonotonic = reader.ReadVarint() != 0;
                        break;
                    default:
                        reader.Skip(field);
                        break;
                }
            }

            reader.Leave(outer);
        }

        metric.Temporality = (Temporality)state.EnumNumber(temporality);
    }

    private static void ReadPoints(
        ref ProtobufReader reader, uint data, int dataStart, MetricBatch batch, DecodeState state, AttributeLists metadata, in MetricRow metric)
    {
        reader.Rewind(dataStart);
        while (reader.NextField(data))
        {
            var outer = reader.Enter();
            while (reader.NextField(OtlpTags.MetricData.Points))
            {
                var row = PointRow.Begin(batch, state, metric);
                var point = reader.Enter();
                PointProtobuf.Read(ref reader, batch, state, metric.Kind, ref row);
                reader.Leave(point);
                row.Complete(batch, state, metric, metadata);
            }

            reader.Leave(outer);
        }
    }
}
