using System.Text.Json;
using Clew.Protocols.Decoding;
using Clew.Telemetry;

namespace Clew.Protocols.Otlp.Json;

/// <summary>
/// ExportMetricsServiceRequest as JSON into a metric batch. A series is named by its resource and scope, so
/// each level is walked twice: first, on a copy of the reader, for what its points share, then for the points.
/// </summary>
internal static class MetricJsonDecoder
{
    public static void Decode(ref Utf8JsonReader reader, MetricBatch batch, DecodeState state)
    {
        var metadata = new AttributeLists();
        reader.BeginRootObject();
        while (reader.NextProperty())
        {
            if (!reader.Is("resourceMetrics"u8))
            {
                reader.Skip();
            }
            else if (reader.BeginArray())
            {
                while (reader.NextObject())
                {
                    ReadResourceMetrics(ref reader, batch, state, metadata);
                }
            }
        }
    }

    private static void ReadResourceMetrics(ref Utf8JsonReader reader, MetricBatch batch, DecodeState state, AttributeLists metadata)
    {
        var resource = default(SharedRow);
        var hasScopes = false;
        var ahead = reader;
        while (ahead.NextProperty())
        {
            if (ahead.Is("resource"u8))
            {
                ResourceJson.ReadResource(ref ahead, batch, state, ref resource);
            }
            else if (ahead.Is("schemaUrl"u8))
            {
                resource.SchemaUrl = batch.Arena.Add(state.SharedText(ahead.ReadText(state)));
            }
            else
            {
                hasScopes |= ahead.Is("scopeMetrics"u8);
                ahead.Skip();
            }
        }

        if (!hasScopes)
        {
            batch.Resources.Attributes.DropOpenEntries();
            reader = ahead;
            return;
        }

        var index = resource.EndResource(batch);
        while (reader.NextProperty())
        {
            if (!reader.Is("scopeMetrics"u8))
            {
                reader.Skip();
            }
            else if (reader.BeginArray())
            {
                while (reader.NextObject())
                {
                    ReadScopeMetrics(ref reader, batch, state, metadata, index);
                }
            }
        }
    }

    private static void ReadScopeMetrics(ref Utf8JsonReader reader, MetricBatch batch, DecodeState state, AttributeLists metadata, int resource)
    {
        var scope = default(SharedRow);
        var hasMetrics = false;
        var ahead = reader;
        while (ahead.NextProperty())
        {
            if (ahead.Is("scope"u8))
            {
                ResourceJson.ReadScope(ref ahead, batch, state, ref scope);
            }
            else if (ahead.Is("schemaUrl"u8))
            {
                scope.SchemaUrl = batch.Arena.Add(state.SharedText(ahead.ReadText(state)));
            }
            else
            {
                hasMetrics |= ahead.Is("metrics"u8);
                ahead.Skip();
            }
        }

        if (!hasMetrics)
        {
            batch.Scopes.Attributes.DropOpenEntries();
            reader = ahead;
            return;
        }

        var index = scope.EndScope(batch);
        while (reader.NextProperty())
        {
            if (!reader.Is("metrics"u8))
            {
                reader.Skip();
            }
            else if (reader.BeginArray())
            {
                while (reader.NextObject())
                {
                    ReadMetric(ref reader, batch, state, metadata, new MetricRow { ResourceIndex = resource, ScopeIndex = index });
                }
            }
        }
    }

    private static void ReadMetric(ref Utf8JsonReader reader, MetricBatch batch, DecodeState state, AttributeLists metadata, MetricRow metric)
    {
        var attributes = 0;
        var data = default(Utf8JsonReader);
        metadata.Clear();
        state.BeginRecord();
        while (reader.NextProperty())
        {
            if (reader.Is("name"u8))
            {
                metric.Name = state.Name(batch, reader.ReadText(state));
            }
            else if (reader.Is("unit"u8))
            {
                metric.Unit = state.Name(batch, reader.ReadText(state));
            }
            else if (reader.Is("description"u8))
            {
                metric.Description = state.Name(batch, reader.ReadText(state));
            }
            else if (reader.Is("metadata"u8))
            {
                ResourceJson.ReadSharedAttributes(ref reader, batch, metadata, state, ref attributes);
            }
            else
            {
                var kind = KindOf(ref reader);
                if (kind != 0)
                {
                    var ahead = reader;
                    if (ahead.BeginObject())
                    {
                        metric.Kind = kind;
                        data = ahead;
                    }
                }

                reader.Skip();
            }
        }

        metadata.EndList();
        metric.Issue = state.RecordIssue;
        if (metric.Kind != 0)
        {
            var shape = data;
            ReadShape(ref shape, state, ref metric);
            ReadPoints(ref data, batch, state, metadata, metric);
        }
    }

    private static MetricKind KindOf(ref Utf8JsonReader reader)
    {
        if (reader.Is("gauge"u8))
        {
            return MetricKind.Gauge;
        }

        if (reader.Is("sum"u8))
        {
            return MetricKind.Sum;
        }

        if (reader.Is("histogram"u8))
        {
            return MetricKind.Histogram;
        }

        if (reader.Is("exponentialHistogram"u8))
        {
            return MetricKind.ExponentialHistogram;
        }

        return reader.Is("summary"u8) ? MetricKind.Summary : 0;
    }

    /// <summary>Temporality and monotonicity, which may come after the points.</summary>
    private static void ReadShape(ref Utf8JsonReader reader, DecodeState state, ref MetricRow metric)
    {
        var temporality = 0;
        while (reader.NextProperty())
        {
            if (metric.Kind is not (MetricKind.Gauge or MetricKind.Summary) && reader.Is("aggregationTemporality"u8))
            {
                temporality = reader.ReadEnum();
            }
            else if (metric.Kind == MetricKind.Sum && reader.Is("isMonotonic"u8))
            {
                metric.IsMonotonic = reader.ReadBool();
            }
            else
            {
                reader.Skip();
            }
        }

        metric.Temporality = (Temporality)state.EnumNumber(temporality);
    }

    private static void ReadPoints(ref Utf8JsonReader reader, MetricBatch batch, DecodeState state, AttributeLists metadata, in MetricRow metric)
    {
        while (reader.NextProperty())
        {
            if (!reader.Is("dataPoints"u8))
            {
                reader.Skip();
            }
            else if (reader.BeginArray())
            {
                while (reader.NextObject())
                {
                    var row = PointRow.Begin(batch, state, metric);
                    PointJson.Read(ref reader, batch, state, metric.Kind, ref row);
                    row.Complete(batch, state, metric, metadata);
                }
            }
        }
    }
}
