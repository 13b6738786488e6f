using System.Text.Unicode;
using Clew.Telemetry;

namespace Clew.Tests.Protocols.Otlp;

/// <summary>What must hold for a batch after anything was read into it.</summary>
internal static class BatchInvariants
{
    public static void Check(SpanBatch batch)
    {
        var rows = batch.Count;
        int[] columns =
        [
            batch.TraceIds.Count, batch.SpanIds.Count, batch.ParentSpanIds.Count, batch.StartTimes.Count, batch.Durations.Count, batch.Names.Count,
            batch.Kinds.Count, batch.Statuses.Count, batch.StatusMessages.Count, batch.TraceStates.Count, batch.Flags.Count,
            batch.DroppedAttributes.Count, batch.DroppedEvents.Count, batch.DroppedLinks.Count, batch.Attributes.Count, batch.EventEnds.Count, batch.LinkEnds.Count,
        ];
        AllEqual(columns, rows);
        CheckShared(batch, batch.ResourceIndexes, batch.ScopeIndexes);
        Check(batch, batch.Attributes);
        Texts(batch, batch.StatusMessages);
        Texts(batch, batch.TraceStates);
        Names(batch, batch.Names);

        batch.Events.Count.ShouldBe(rows == 0 ? 0 : batch.EventEnds[rows - 1]);
        int[] events = [batch.Events.Times.Count, batch.Events.Names.Count, batch.Events.DroppedAttributes.Count];
        AllEqual(events, batch.Events.Count);
        Check(batch, batch.Events.Attributes);

        batch.Links.Count.ShouldBe(rows == 0 ? 0 : batch.LinkEnds[rows - 1]);
        int[] links =
            [batch.Links.TraceIds.Count, batch.Links.SpanIds.Count, batch.Links.TraceStates.Count, batch.Links.Flags.Count, batch.Links.DroppedAttributes.Count];
        AllEqual(links, batch.Links.Count);
        Check(batch, batch.Links.Attributes);
    }

    public static void Check(LogBatch batch)
    {
        var rows = batch.Count;
        int[] columns =
        [
            batch.Times.Count, batch.ObservedTimes.Count, batch.TraceIds.Count, batch.SpanIds.Count, batch.Severities.Count, batch.SeverityTexts.Count,
            batch.BodyTypes.Count, batch.Bodies.Count, batch.EventNames.Count, batch.Flags.Count, batch.DroppedAttributes.Count, batch.Attributes.Count,
        ];
        AllEqual(columns, rows);
        CheckShared(batch, batch.ResourceIndexes, batch.ScopeIndexes);
        Check(batch, batch.Attributes);
        Texts(batch, batch.Bodies);
        Names(batch, batch.SeverityTexts);
        Names(batch, batch.EventNames);
    }

    public static void Check(MetricBatch batch)
    {
        Check(batch, batch.Numbers, batch.Numbers.Types.Count, batch.Numbers.Doubles.Count, batch.Numbers.Ints.Count);
        CheckStatistics(batch, batch.Histograms);
        CheckStatistics(batch, batch.ExponentialHistograms);
        var exponential = batch.ExponentialHistograms;
        Check(batch, exponential, exponential.Scales.Count, exponential.ZeroCounts.Count, exponential.ZeroThresholds.Count, exponential.PositiveOffsets.Count, exponential.NegativeOffsets.Count);
        Check(batch, batch.Summaries, batch.Summaries.Counts.Count, batch.Summaries.Sums.Count);
        Lists(batch.Histograms.Count, batch.Histograms.Bounds);
        Lists(batch.Histograms.Count, batch.Histograms.BucketCounts);
        Lists(exponential.Count, exponential.PositiveCounts);
        Lists(exponential.Count, exponential.NegativeCounts);
        Lists(batch.Summaries.Count, batch.Summaries.Quantiles);
        Lists(batch.Summaries.Count, batch.Summaries.Values);

        var series = batch.Series;
        int[] columns =
        [
            series.Names.Count, series.Units.Count, series.Descriptions.Count, series.Kinds.Count, series.Temporalities.Count, series.Monotonic.Count,
            series.Attributes.Count, series.Metadata.Count,
        ];
        AllEqual(columns, series.Count);
        CheckShared(batch, series.ResourceIndexes, series.ScopeIndexes);
        Check(batch, series.Attributes);
        Check(batch, series.Metadata);

        var exemplars = batch.Exemplars;
        int[] more =
        [
            exemplars.SeriesIndexes.Count, exemplars.PointTimes.Count, exemplars.Times.Count, exemplars.TraceIds.Count, exemplars.SpanIds.Count,
            exemplars.Types.Count, exemplars.Doubles.Count, exemplars.Ints.Count,
        ];
        AllEqual(more, exemplars.Count);
        Indexes(exemplars.SeriesIndexes, series.Count);
        Check(batch, exemplars.Attributes);
    }

    private static void CheckStatistics(MetricBatch batch, HistogramBaseColumns points) =>
        Check(batch, points, points.Counts.Count, points.Parts.Count, points.Sums.Count, points.Mins.Count, points.Maxes.Count);

    private static void Check(MetricBatch batch, PointColumns points, params int[] columns)
    {
        int[] all = [.. columns, points.SeriesIndexes.Count, points.StartTimes.Count, points.Times.Count, points.Flags.Count];
        AllEqual(all, points.Count);
        Indexes(points.SeriesIndexes, batch.Series.Count);
    }

    private static void Lists<T>(int rows, NumberLists<T> lists)
        where T : unmanaged
    {
        lists.Count.ShouldBe(rows);
        lists.Values.Count.ShouldBe(rows == 0 ? 0 : lists.Ends[rows - 1]);
    }

    private static void CheckShared(TelemetryBatch batch, Column<int> resources, Column<int> scopes)
    {
        if (batch is not MetricBatch)
        {
            resources.Count.ShouldBe(batch.Count);
            scopes.Count.ShouldBe(batch.Count);
        }

        Indexes(resources, batch.Resources.Count);
        Indexes(scopes, batch.Scopes.Count);
        batch.Resources.Attributes.Count.ShouldBe(batch.Resources.Count);
        batch.Scopes.Attributes.Count.ShouldBe(batch.Scopes.Count);
        Check(batch, batch.Resources.Attributes);
        Check(batch, batch.Scopes.Attributes);
        Texts(batch, batch.Resources.SchemaUrls);
        Texts(batch, batch.Scopes.SchemaUrls);
    }

    private static void Check(TelemetryBatch batch, AttributeLists lists)
    {
        var entries = lists.Count == 0 ? 0 : lists.EndOf(lists.Count - 1);
        lists.Keys.Count.ShouldBe(entries);
        lists.Types.Count.ShouldBe(entries);
        lists.Values.Count.ShouldBe(entries);
        Names(batch, lists.Keys);
        Texts(batch, lists.Values);
        foreach (var type in lists.Types.Values)
        {
            Enum.IsDefined(type).ShouldBeTrue();
        }
    }

    private static void AllEqual(int[] counts, int expected)
    {
        foreach (var count in counts)
        {
            if (count != expected)
            {
                throw new InvalidOperationException($"Columns hold {string.Join(", ", counts)} values; all should hold {expected}.");
            }
        }
    }

    private static void Names(TelemetryBatch batch, Column<int> names) => Indexes(names, batch.Dictionary.Count);

    private static void Indexes(Column<int> indexes, int count)
    {
        foreach (var index in indexes.Values)
        {
            if ((uint)index >= (uint)count)
            {
                throw new InvalidOperationException($"Index {index} points beyond {count} entries.");
            }
        }
    }

    private static void Texts(TelemetryBatch batch, Column<TextRef> texts)
    {
        foreach (var text in texts.Values)
        {
            if (text.Offset < 0 || text.Length < 0 || text.Offset + text.Length > batch.Arena.Length || !Utf8.IsValid(batch.Arena.Get(text)))
            {
                throw new InvalidOperationException($"{text} is not a text of the arena.");
            }
        }
    }
}
